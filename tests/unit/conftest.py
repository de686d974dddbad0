"""How properties are tried here: always in the same way, and with nothing written into the project."""

from tempfile import gettempdir

from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(f"{gettempdir()}/manyhands-hypothesis")
# No deadline: the machine is shared. The same examples each time: a failure is never "run it again".
settings.register_profile("unit", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("unit")
