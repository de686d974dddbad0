"""Where the command begins: `manyhands`, or `python -m manyhands`."""

import sys

from manyhands.signals import listen, uninterrupted

INTERRUPTED = 3


def main() -> None:
    """Run the command."""
    # Nothing heavier is imported before an interrupt is ours to handle: a traceback is no answer to Ctrl-C.
    listen()
    try:
        # Python swallows what is raised in the middle of an import, where it lets go of a lock.
        with uninterrupted():
            from manyhands.cli import run_command_line  # noqa: PLC0415  # see above

        code = run_command_line()
    except KeyboardInterrupt:
        print("Interrupted", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
