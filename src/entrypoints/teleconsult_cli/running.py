"""Running: the worker, reconciliation, and the sandbox's clock."""

from __future__ import annotations

import signal
from datetime import timedelta
from functools import partial
from typing import Protocol

import click

from teleconsult_cli import typed
from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.exit_codes import Exit
from teleconsult_cli.main import cli
from teleconsult_core.refusals import NothingToDo
from teleconsult_core.use_cases.reconcile import Reconciliation
from teleconsult_wiring import Worker


class Runs(Protocol):
    """A worker, whatever leads it."""

    def run(self) -> None: ...
    def stop(self) -> None: ...


@command(cli, "worker")
@click.option("--once", is_flag=True, help="Until nothing more is due, then end.")
@click.option(
    "--every", type=click.IntRange(1, 3600), default=15, show_default=True, metavar="SECONDS"
)
def worker(at: AtHand, once: bool, every: int) -> None:
    """Deliver what is due, finish what was begun, tidy what has lapsed.

    Run as many as you like, on as many machines; each takes what no other has. SIGTERM ends it
    between two pieces of work. Each trouble is told once, on stderr. Where a job queue is set, its
    jobs lead the worker to what is due.
    """
    warn = partial(click.echo, err=True)
    if once or not at.settings.job_queue:
        looking = Worker(at.app, partial(_tell, at), warn, every=every)
        if once:
            _until_idle(at, looking)
            return
        made: Runs = looking
    else:
        from teleconsult_wiring.queue_worker import queue_worker

        made = queue_worker(at.app, warn)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: made.stop())
    made.run()


def _tell(at: AtHand, words: str) -> None:
    click.echo(f"{at.screen.wall(at.app.now())}  {words}")


def _until_idle(at: AtHand, made: Worker) -> None:
    rounds = made.until_idle()
    at.screen.value(rounds, "\n".join(str(one) for one in rounds))
    failed = rounds[-1].failed
    for words in failed:
        click.echo(words, err=True)
    if failed:
        raise SystemExit(Exit.TEMPORARY)


@command(cli, "reconcile")
@click.option("--since", type=typed.PERIOD, default="10d", show_default=True, metavar="PERIOD")
def reconcile(at: AtHand, since: timedelta) -> None:
    """Compare our books with the card network's, to the cent.

    Exit 1 if a person must look, 75 if some holds could not be looked at now.
    """
    report = at.desk.reconcile(since=at.now - since, now=at.now)
    lines = [f"{report.compared} holds compared."]
    for one in report.differences:
        done = one.done or "a person must look"
        lines.append(f"  {one.ref}: ours {one.ours}, theirs {one.theirs} — {done}")
    for missed in report.not_compared:
        lines.append(f"  {missed.ref}: could not be looked at ({missed.why})")
    ours, theirs = report.ours, report.theirs
    lines.append(
        f"Captured {ours[0]} and {theirs[0]}, refunded {ours[1]} and {theirs[1]} minor units."
    )
    lines.append(_verdict(report))
    at.screen.value({"agrees": report.agrees, "report": report}, "\n".join(lines))
    if report.unexplained:
        raise SystemExit(Exit.REFUSED)
    if report.not_compared:
        raise SystemExit(Exit.TEMPORARY)


def _verdict(report: Reconciliation) -> str:
    if report.unexplained:
        return "The books do NOT agree."
    if report.not_compared:
        return "What could be looked at agrees; run it again for the rest."
    return "The books agree."


@cli.group("clock")
def clock() -> None:
    """The sandbox's movable clock."""


def _must_be_movable(at: AtHand) -> None:
    if at.settings.money_is_real:
        at.screen.refuse(NothingToDo(why="where money is real, the clock is, too"))


@command(clock, "show")
def show_clock(at: AtHand) -> None:
    """What time it is here."""
    at.screen.value({"now": at.now}, at.screen.wall(at.now))


@command(clock, "forward")
@click.argument("period", type=typed.PERIOD)
def forward(at: AtHand, period: timedelta) -> None:
    """Let PERIOD pass (90m, 24h, 8d, 2w)."""
    _must_be_movable(at)
    typed.within(at.now + period, f"{at.now + period:%Y-%m-%d}")
    now = at.app.sandbox.clock.forward(period)
    at.screen.value({"now": now}, f"It is now {at.screen.wall(now)}.")


@command(clock, "set")
@click.option("--back", is_flag=True, help="Even if that is in the past.")
@click.argument("time")
def set_clock(at: AtHand, time: str, back: bool) -> None:
    """Stop the clock at TIME."""
    _must_be_movable(at)
    now = at.app.sandbox.clock.set(typed.instant(time, at.practice), force=back)
    at.screen.value({"now": now}, f"It is now {at.screen.wall(now)}.")


@command(clock, "real")
def real_clock(at: AtHand) -> None:
    """Go with the real time again."""
    now = at.app.sandbox.clock.real(force=True)
    at.screen.value({"now": now}, f"It is now {at.screen.wall(now)}.")
