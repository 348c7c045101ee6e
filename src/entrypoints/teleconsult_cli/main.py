"""`teleconsult`: all commands, and the one place where trouble becomes an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

import click

from teleconsult_cli.exit_codes import Exit
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.refusals import BadInput
from teleconsult_core.use_cases.record import NoPractice
from teleconsult_wiring import ClinicFileError, NotConfigured


class _Groups(click.Group):
    """Loads a command's module when it is asked for, so that help and completion stay quick.

    What other packages bring (`teleconsult.commands`) is loaded only when it is run.
    """

    modules = (
        "setting_up",
        "clinic_time",
        "hours",
        "booking",
        "card",
        "meeting",
        "charging",
        "disputes",
        "looking",
        "messages",
        "messages_tried",
        "messages_heard",
        "calendars",
        "payments",
        "payouts",
        "running",
        "card_news",
        "parked",
        "data",
        "accounts",
        "staff",
    )

    def load(self) -> None:
        if not self.commands:
            from importlib import import_module

            for name in self.modules:
                import_module(f"teleconsult_cli.{name}")

    def list_commands(self, ctx: click.Context) -> list[str]:
        self.load()
        return sorted({*super().list_commands(ctx), *brought()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self.load()
        found = super().get_command(ctx, cmd_name)
        if found is None and cmd_name in brought():
            return _loaded(brought()[cmd_name])
        return found


def brought() -> dict[str, EntryPoint]:
    """Commands of other packages, by name."""
    return {one.name: one for one in entry_points(group="teleconsult.commands")}


def _loaded(point: EntryPoint) -> click.Command:
    """Its command, or what is to be installed first."""
    try:
        command: click.Command = point.load()
    except ModuleNotFoundError as missing:
        raise click.ClickException(
            f"{point.name} needs the package {missing.name}: pip install 'teleconsult[web]'"
        ) from missing
    return command


@click.group(cls=_Groups, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    metavar="DIR",
    help="Where the installation is (TELECONSULT_HOME; ./teleconsult-data by default).",
)
@click.version_option(package_name="teleconsult", prog_name="teleconsult")
def cli(home: str | None) -> None:
    """Booked, paid video consultations.

    \b
    teleconsult tour                      see everything once, in ten seconds
    teleconsult init CLINIC.toml          begin with a clinic of your own
    teleconsult slots --practitioner dupont --visit consultation
    teleconsult worker                    deliver, recover, tidy: leave it running

    Exit codes: 0 done, 1 refused by a rule, 2 not understood, 75 try again, 78 mend the
    installation first.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, and end with a documented exit code; nobody is shown a traceback."""
    _ready_streams()
    try:
        _must_be_text(sys.argv[1:] if arguments is None else arguments)
        plain = False if os.environ.get("NO_COLOR") else None  # see no-color.org
        cli.main(arguments, "teleconsult", standalone_mode=False, color=plain)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(128 + signal.SIGINT)
    except BrokenPipeError:
        # Whoever read us has left; the rest is for nobody, and that is no trouble.
        _write_no_more()
        sys.exit(Exit.OK)
    except (BadInput, ClinicFileError) as problem:
        _end(problem.code, str(problem), Exit.USAGE)
    except PortTrouble as problem:
        _end(problem.code, f"{problem}; please try again", Exit.TEMPORARY)
    except (NotConfigured, NoPractice, PortMisused) as problem:
        _end(problem.code, str(problem), Exit.CONFIGURATION)
    except OSError as problem:  # such as stdout on a full disk
        _write_no_more()
        _end("system", str(problem), Exit.TEMPORARY)
    except Exception as problem:  # the last resort of a program people talk to
        _end("bug", f"{type(problem).__name__}: {problem}. Please report this.", Exit.BROKEN)


def _ready_streams() -> None:
    """Speak UTF-8 whatever the locale; a stream that was closed before we began is nobody's."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+"))  # noqa: SIM115 # open until we end
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _must_be_text(arguments: Sequence[str]) -> None:
    """Python hands over bytes that are not UTF-8 as lone surrogates, which nothing can store."""
    for argument in arguments:
        if any("\ud800" <= character <= "\udfff" for character in argument):
            raise BadInput("argument", argument, "UTF-8 text")


def _write_no_more() -> None:
    """What is still to be written goes nowhere, so that the end of the program stays silent."""
    if hasattr(sys.stdout, "buffer"):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(code: str, words: str, exit_code: Exit) -> None:
    click.echo(f"{words} [{code}]", err=True)
    sys.exit(exit_code)
