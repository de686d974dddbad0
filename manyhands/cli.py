"""The command: `manyhands`."""

import os
import sys
import tempfile
import traceback
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

import click

from collector.measures import EXIT_CODES
from manyhands import __version__
from manyhands.progress import say
from manyhands.signals import uninterrupted
from producer.errors import BadInputError

USAGE = 2

COMMANDS_FOLDER = Path(__file__).with_name("commands")
NO_COMMANDS = ("__init__", "options")


class Commands(click.Group):
    """Finds a command in the module of its name, when it is asked for: none waits for what another imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The names of all commands, by alphabet."""
        return sorted(file.stem for file in COMMANDS_FOLDER.glob("*.py") if file.stem not in NO_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        with uninterrupted():  # an interrupt in the middle of an import is lost
            found: click.Command = import_module(f"manyhands.commands.{cmd_name}").command
        return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="manyhands")
def command() -> None:
    """Shows, on a real task queue, when concurrency helps, when parallelism helps, and what holds a system back."""


def run_command_line() -> int:  # noqa: PLR0911  # a way out for each kind of end
    """Run the command, and return its exit code.

    An error is one line, and an unexpected one tells where its traceback was written.
    """
    try:
        code = command(standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        return USAGE
    except click.ClickException as error:
        say(f"manyhands: {usage_line(error)}")
        return USAGE
    except BadInputError as error:
        say(f"manyhands: {error}")
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted")
        return EXIT_CODES["unknown"]
    except BrokenPipeError:
        # Whoever read our output is gone: nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CODES["unknown"]
    except Exception as error:  # the last resort of the command
        say(f"manyhands: unexpected {type(error).__name__}: {error}. The full traceback is in {_write_crash()}.")
        return EXIT_CODES["fail"]


def usage_line(error: click.ClickException) -> str:
    """A mistake in what was typed, in one line: what, and the cure."""
    what = " ".join(error.format_message().split())
    if (
        isinstance(error, click.BadParameter)
        and isinstance(error.param, click.Option)
        and isinstance(error.param.type, click.Choice)
    ):
        given = what.rpartition("': '")[2].partition("'")[0]
        close = get_close_matches(given, [str(choice) for choice in error.param.type.choices], n=1)
        what += f" Did you mean {close[0]!r}?" if close else ""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{what} See `{context.command_path if context else 'manyhands'} --help`."


def _write_crash() -> str:
    with tempfile.NamedTemporaryFile("w", prefix="manyhands-crash-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(traceback.format_exc())
    return file.name
