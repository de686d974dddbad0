"""`python -m workers URL --pool P`: this machine becomes a worker of a lab (see workers/join.py)."""

import sys

from workers.join import main

sys.exit(main())
