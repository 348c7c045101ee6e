"""Write docs/reference/ from the code: states, refusals, commands, and what is kept of people.

Run it after changing them.
"""

from __future__ import annotations

import inspect
import sys
import typing
from pathlib import Path

import attrs
import click

from teleconsult_cli.exit_codes import Exit
from teleconsult_cli.main import cli
from teleconsult_core import appointments, refusals
from teleconsult_core.holds import TABLE, HoldFact, HoldState
from teleconsult_sqlalchemy.tables import tables

REFERENCE = Path(__file__).parent / "reference"
STATES = typing.get_args(appointments.Appointment)


def states() -> str:
    """The appointment's arrows, read off the methods' answers, and the table of holds."""
    lines = [
        "# States",
        "",
        "## Appointment",
        "",
        "| state | method | leads to |",
        "| --- | --- | --- |",
    ]
    for state in STATES:
        for name, method in vars(state).items():
            if name.startswith("_") or not callable(method):
                continue
            answer = typing.get_type_hints(method).get("return")
            answers = typing.get_args(answer) or (answer,)
            found = [f"`{one.__name__}`" for one in answers if one in STATES]
            if found:
                lines.append(f"| `{state.__name__}` | `{name}` | {', '.join(found)} |")
    head = ["state", *(fact.value for fact in HoldFact)]
    lines += ["", "## Card hold", "", "What each fact does in each state.", ""]
    lines += [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for state in HoldState:
        cells = [TABLE[state, fact].value for fact in HoldFact]
        lines.append(f"| **{state.value}** | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def refused() -> str:
    """Every refusal: its code, its sentence, its figures."""
    lines = ["# Refusals", "", "| code | sentence | figures |", "| --- | --- | --- |"]
    for kind in sorted(refusals.Refusal.__subclasses__(), key=lambda one: one.code):
        figures = ", ".join(f"`{field.name}`" for field in attrs.fields(kind)) or "—"
        lines.append(f"| `{kind.code}` | {kind.sentence} | {figures} |")
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Every command with its help, and the exit codes."""
    lines = ["# Commands", "", "| exit code | meaning |", "| --- | --- |"]
    lines += [f"| {code.value} | {code.name.lower()} |" for code in Exit]
    with click.Context(cli, info_name="teleconsult") as context:
        lines += _of(cli, context, "teleconsult")
    return "\n".join(lines) + "\n"


def _of(group: click.Group, context: click.Context, path: str) -> list[str]:
    lines: list[str] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group) and not command.invoke_without_command:
            lines += _of(command, context, f"{path} {name}")
        elif command is not None:
            words = [one.human_readable_name.upper() for one in command.params if _is_argument(one)]
            title = " ".join([path, name, *words])
            lines += ["", f"## `{title}`", "", inspect.cleandoc(command.help or ""), ""]
            lines += [_option(one) for one in command.params if isinstance(one, click.Option)]
        if isinstance(command, click.Group) and command.invoke_without_command:
            lines += _of(command, context, f"{path} {name}")
    return lines


def _is_argument(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Argument)


def _option(option: click.Option) -> str:
    needed = " (needed)" if option.required else ""
    words = f": {option.help}" if option.help else ""
    return f"- `{', '.join(option.opts)}`{needed}{words}"


LEVELS = {
    "identity": "who somebody is",
    "contact": "how to reach him",
    "words": "what somebody wrote, or what was written to him",
    "pseudonym": "an id that leads to a patient only through `patients`",
    "accounting": "sums that the law wants kept",
}
"""From the most personal on; what is in none of them says nothing about anybody."""


KEPT = """
# What is kept of people

Nothing about health is asked for or kept. Each column of each table says how personal it is; those
not named here say nothing about anybody. Staff looks at a patient through pages that show fields
one by one, masked until somebody uncovers them and is written down. How long each is kept is the
policy `retention` ([operate](../how-to/operate.md)). Erasure takes who somebody is, how to reach
him and his words; receipts stay for as long as the law wants, with or without the name.
""".lstrip()


def kept() -> str:
    """Every column that says something about somebody, by how personal it is."""
    lines = [KEPT.rstrip()]
    for level, meaning in LEVELS.items():
        lines += ["", f"## {level}", "", f"{meaning[0].upper()}{meaning[1:]}.", ""]
        lines += ["| table | columns |", "| --- | --- |"]
        for table in sorted(tables().metadata.tables.values(), key=lambda one: one.name):
            found = [one.name for one in table.columns if one.info["personal"] == level]
            if found:
                lines.append(f"| `{table.name}` | {', '.join(f'`{name}`' for name in found)} |")
    return "\n".join(lines) + "\n"


PAGES = {"states.md": states, "refusals.md": refused, "cli.md": commands, "data.md": kept}


def main() -> int:
    REFERENCE.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
