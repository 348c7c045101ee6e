"""Running: the worker, reconciliation, and the sandbox's clock."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta

import click
from attrs import frozen

from teleconsult_cli import typed
from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.exit_codes import Exit
from teleconsult_cli.main import cli
from teleconsult_core.ports import PortTrouble
from teleconsult_core.use_cases.deliver_due_messages import Delivered
from teleconsult_core.use_cases.recover import Recovered
from teleconsult_core.use_cases.sweep import Swept


@frozen
class Round:
    """What one round of the worker did."""

    news: int
    payments: Recovered
    swept: Swept
    messages: Delivered

    def __str__(self) -> str:
        named = ", ".join(f"{id}: {why}" for id, why in self.payments.broken)
        broken = f", a person must look at {named}" if named else ""
        return (
            f"{self.payments.settled} payments settled, {self.payments.open} waiting, "
            f"{self.payments.parked} parked{broken}; "
            f"{self.swept.lapsed} lapsed, {self.swept.unbilled} left unbilled; "
            f"{self.messages.sent} messages sent, {self.messages.dropped} dropped, "
            f"{self.messages.parked} parked, {self.messages.waiting} waiting; "
            f"{self.news} pieces of news"
        )

    @property
    def busy(self) -> bool:
        """Whether another round would find more to do at once."""
        return bool(self.payments.settled or self.swept.lapsed or self.messages.sent)

    @property
    def worth_telling(self) -> bool:
        return self.busy or bool(self.payments.broken)


def one_round(at: AtHand) -> Round:
    """News, payments, tidying, messages; trouble at the card network delays only what needs it."""
    now = at.app.now()
    news = _take_news(at)
    payments = at.desk.recover(now=now)
    swept = at.desk.sweep(now=now)
    # What the sweep let go is asked of the network in the same round.
    again = at.desk.recover(now=now)
    return Round(news, payments.and_then(again), swept, at.desk.deliver_due_messages(now=now))


def _take_news(at: AtHand) -> int:
    taken = 0
    try:
        for news in at.app.sandbox.cards.news():
            with at.desk.open_work(writing=False) as work:
                if work.inbox.knows(str(news.id)):
                    continue
            at.desk.take_card_news(news=str(news.id), ref=news.ref, now=at.app.now())
            taken += 1
    except PortTrouble as trouble:
        click.echo(f"the card network's news must wait: {trouble}", err=True)
    return taken


@command(cli, "worker")
@click.option("--once", is_flag=True, help="Until nothing more is due, then end.")
@click.option(
    "--every", type=click.IntRange(1, 3600), default=15, show_default=True, metavar="SECONDS"
)
def worker(at: AtHand, once: bool, every: int) -> None:
    """Deliver what is due, finish what was begun, tidy what has lapsed.

    Run as many as you like; each takes what no other has. SIGTERM ends it between two rounds.
    """
    if once:
        rounds = [one_round(at)]
        while rounds[-1].busy and len(rounds) < 1000:
            rounds.append(one_round(at))
        at.screen.value(rounds, "\n".join(str(one) for one in rounds))
        return
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    at.app.practice()  # what is not configured is said at once, not every few seconds
    while not stopped.is_set():
        if not _told_round(at):
            stopped.wait(every)


def _told_round(at: AtHand) -> bool:
    """One round, told when it did something; whether another would find more to do."""
    try:
        done = one_round(at)
    except PortTrouble as trouble:
        click.echo(f"waiting: {trouble}", err=True)
        return False
    if done.worth_telling:
        click.echo(f"{at.screen.wall(at.app.now())}  {done}")
    return done.busy


@command(cli, "reconcile")
@click.option("--since", type=typed.PERIOD, default="10d", show_default=True, metavar="PERIOD")
def reconcile(at: AtHand, since: timedelta) -> None:
    """Compare our books with the card network's, to the cent. Exit 1 if they differ."""
    report = at.desk.reconcile(since=at.now - since, now=at.now)
    lines = [f"{report.compared} holds compared."]
    for one in report.differences:
        done = one.done or "a person must look"
        lines.append(f"  {one.ref}: ours {one.ours}, theirs {one.theirs} — {done}")
    ours, theirs = report.ours, report.theirs
    lines.append(
        f"Captured {ours[0]} and {theirs[0]}, refunded {ours[1]} and {theirs[1]} minor units."
    )
    lines.append("The books agree." if report.agrees else "The books do NOT agree.")
    at.screen.value({"agrees": report.agrees, "report": report}, "\n".join(lines))
    if not report.agrees:
        raise SystemExit(Exit.REFUSED)


@cli.group("clock")
def clock() -> None:
    """The sandbox's movable clock."""


@command(clock, "show")
def show_clock(at: AtHand) -> None:
    """What time it is here."""
    at.screen.value({"now": at.now}, at.screen.wall(at.now))


@command(clock, "forward")
@click.argument("period", type=typed.PERIOD)
def forward(at: AtHand, period: timedelta) -> None:
    """Let PERIOD pass (90m, 24h, 8d, 2w)."""
    typed.within(at.now + period, f"{at.now + period:%Y-%m-%d}")
    now = at.app.sandbox.clock.forward(period)
    at.screen.value({"now": now}, f"It is now {at.screen.wall(now)}.")


@command(clock, "set")
@click.option("--back", is_flag=True, help="Even if that is in the past.")
@click.argument("time")
def set_clock(at: AtHand, time: str, back: bool) -> None:
    """Stop the clock at TIME."""
    now = at.app.sandbox.clock.set(typed.instant(time, at.practice), force=back)
    at.screen.value({"now": now}, f"It is now {at.screen.wall(now)}.")


@command(clock, "real")
def real_clock(at: AtHand) -> None:
    """Go with the real time again."""
    now = at.app.sandbox.clock.real(force=True)
    at.screen.value({"now": now}, f"It is now {at.screen.wall(now)}.")
