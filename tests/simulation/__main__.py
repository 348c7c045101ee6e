"""The simulation on the command line: `python -m simulation --help`."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from simulation.campaign import (
    CLINIC_YEAR,
    ONE_IN,
    PATIENTS,
    Seasons,
    all_stories,
    hunts,
    keep_small,
    seasons,
)
from simulation.faults import POSSIBLE, Kind
from simulation.planting import every_bug
from simulation.season import run
from simulation.systematic import STORIES

TAPES = Path("simulation-failures")
out = Console(width=150)


@click.group()
def cli() -> None:
    """A clinic in simulated time, with everything that can go wrong going wrong."""


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=out, transient=not out.is_terminal,
    )  # fmt: skip


@cli.command()
@click.option("--minutes", default=5.0, show_default=True, help="For the seasons.")
@click.option("--first", default=1, show_default=True, help="The first seed.")
@click.option("--seasons", "most", type=int, help="So many, however long they take.")
@click.option("--least", default=0, show_default=True, help="Every cell at least this often.")
def chaos(minutes: float, first: int, most: int | None, least: int) -> None:
    """Seasons of chaos and calm, seed after seed."""
    found, begun = Seasons(), perf_counter()
    with _bar() as bar:
        task = bar.add_task("appointments", total=None)
        for told in seasons(first, minutes, most):
            found.add(told)
            bar.update(task, completed=found.appointments)
    _table(found.struck)
    years = found.appointments / CLINIC_YEAR
    out.print(
        f"{found.runs} seasons, {found.appointments} appointments ({years:.1f} clinic-years), "
        f"{found.calls} port calls, {found.faults} faults (1/{ONE_IN}), "
        f"{found.appointments / max(found.seconds, 1e-9):.0f} appointments/s/core, "
        f"{perf_counter() - begun:.0f} s"
    )
    for told in found.broken[:5]:
        out.print(
            f"[red]seed {told.seed}[/] ({told.scenario}) at commit {_commit()}: {told.broken}"
        )
        out.print(f"  shrunk tape: {keep_small(told, TAPES)}")
    rare = found.too_rare(least)
    if rare:
        out.print(f"[red]struck fewer than {least} times:[/] {', '.join(rare)}")
    raise SystemExit(1 if found.broken or rare else 0)


@cli.command()
@click.option("--one-in", default=1, show_default=True, help="Of the store's calls, so many.")
@click.option("--pairs", is_flag=True, help="Every two faults where money moves, instead.")
def stories(one_in: int, pairs: bool) -> None:
    """Every call of every story struck in every way, one at a time."""
    begun, count, problems = perf_counter(), 0, []
    with _bar() as bar:
        task = bar.add_task("stories", total=len(STORIES))
        for _, runs, found in all_stories(one_in, pairs):
            count += runs
            problems += found
            bar.advance(task)
    for problem in problems[:20]:
        out.print(f"[red]{problem}[/]")
    out.print(
        f"{len(STORIES)} stories, {count} {'pairs of faults' if pairs else 'single faults'}, "
        f"{len(problems)} came out differently, "
        f"{perf_counter() - begun:.0f} s"
    )
    raise SystemExit(1 if problems else 0)


@cli.command()
@click.argument("names", nargs=-1)
def bugs(names: tuple[str, ...]) -> None:
    """Hunt the planted bugs (all, or those whose name contains one of NAMES)."""
    wanted = [b.name for b in every_bug() if not names or any(n in b.name for n in names)]
    table = Table("planted bug", "found as", "by", "appointments", "seconds")
    missed = []
    with _bar() as bar:
        task = bar.add_task("bugs", total=len(wanted))
        for found in hunts(wanted):
            bar.advance(task)
            how = [
                str(found.get(key, "")) for key in ("invariant", "by", "appointments", "seconds")
            ]
            table.add_row(found["bug"], *how)
            if not found["invariant"]:
                missed.append(f"{found['bug']} {found.get('story', '')}")
    out.print(table)
    out.print(f"{len(wanted)} planted, {len(wanted) - len(missed)} found")
    for name in missed:
        out.print(f"[red]not found: {name}[/]")
    raise SystemExit(1 if missed else 0)


@cli.command()
@click.argument("seed", type=int)
def replay(seed: int) -> None:
    """Run one seed again, as a campaign does, and tell its fingerprint."""
    told = run(seed, patients=PATIENTS, one_in=ONE_IN, by_row=bool(seed % 2))
    out.print(f"{told.scenario}: {dict(told.outcomes)}, {told.faults} faults")
    out.print(told.broken or "nothing is broken")
    out.print(f"fingerprint {told.fingerprint:08x}")
    raise SystemExit(1 if told.broken else 0)


def _table(struck: Counter[tuple[str, str]]) -> None:
    table = Table("port", *[kind.value for kind in Kind])
    for port, kinds in POSSIBLE.items():
        cells = [str(struck[port, kind.value]) if kind in kinds else "" for kind in Kind]
        table.add_row(port, *cells)
    out.print(table)


def _commit() -> str:
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "unknown"


if __name__ == "__main__":
    cli()
