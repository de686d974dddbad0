"""Where the command begins: `manyhands`, or `python -m manyhands`."""

import signal
import sys

# Nothing heavier is imported before an interrupt is ours to handle: a traceback is no answer to Ctrl-C.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 3


def interrupt(*_: object) -> None:
    """End everything, once: a second Ctrl-C must not disturb the stopping."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> None:
    """Run the command."""
    for number in SIGNALS:
        signal.signal(number, interrupt)
    try:
        from manyhands.cli import run_command_line  # noqa: PLC0415  # see above

        code = run_command_line()
    except KeyboardInterrupt:
        print("Interrupted", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
