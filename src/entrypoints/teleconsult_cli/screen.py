"""What people see: one place that turns every outcome into words or JSON and an exit code.

May import click, rich (for tables on a terminal) and the core.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NoReturn

import click
from attrs import frozen

from teleconsult_cli.exit_codes import Exit
from teleconsult_core.people import Practice
from teleconsult_core.refusals import Refusal, spoken
from teleconsult_core.times import zone
from teleconsult_wiring.as_json import dumps, plain


@frozen
class Screen:
    """Where a command writes. With `json`, stdout holds one JSON value and nothing else."""

    json: bool
    practice: Practice | None = None

    def wall(self, moment: datetime | None) -> str:
        """An instant in the practice's wall time, with the zone's abbreviation."""
        if moment is None:
            return "—"
        tz = zone(self.practice.zone if self.practice else "UTC")
        return f"{moment.astimezone(tz):%Y-%m-%d %H:%M %Z}"

    def day(self, moment: datetime) -> str:
        """The day of an instant on the practice's calendar."""
        return self.wall(moment)[:10]

    def clock(self, moment: datetime) -> str:
        tz = zone(self.practice.zone if self.practice else "UTC")
        return f"{moment.astimezone(tz):%H:%M}"

    def value(self, value: Any, words: str) -> None:
        """A result: its words for people, or itself as JSON."""
        click.echo(dumps(value) if self.json else words)

    def unless_refused(self, outcome: Any) -> Any:
        """The outcome, unless the business said no: then it is told, and the command ends."""
        if isinstance(outcome, Refusal):
            self.refuse(outcome)
        return outcome

    def refuse(self, refusal: Refusal) -> NoReturn:
        if self.json:
            click.echo(dumps(refusal))
        click.echo(f"{self.said(refusal)} [{refusal.code}]", err=True)
        sys.exit(Exit.REFUSED)

    def said(self, refusal: Refusal) -> str:
        """A refusal's sentence, its instants in the practice's wall time."""
        return refusal.told(lambda f: self.wall(f) if isinstance(f, datetime) else spoken(f))

    def table(
        self, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], data: Any
    ) -> None:
        """Rows for people; `data` is the same as JSON. Framed on a terminal, whole on a pipe."""
        listed = [tuple(str(cell) for cell in row) for row in rows]
        if self.json:
            click.echo(dumps(data))
        elif sys.stdout.isatty():
            _framed(title, columns, listed)
        else:
            click.echo(aligned(title, columns, listed))


def aligned(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in plain text, columns as wide as they need."""
    if not rows:
        return f"{title}: nothing."
    widths = [max(len(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (columns, *rows)
    )
    return "\n".join([title, *lines])


def _framed(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD  # slow to load, and needed on terminals only
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if not rows:
        click.echo(f"{title}: nothing.")
        return
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console().print(table)


def facts(pairs: Iterable[tuple[str, Any]]) -> str:
    """Names and values below each other, as one answer."""
    listed = [(name, str(value)) for name, value in pairs if value not in {"", None}]
    width = max((len(name) for name, _ in listed), default=0)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in listed)


__all__ = ["Screen", "aligned", "facts", "plain"]
