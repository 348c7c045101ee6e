"""What a worker does in one round, lane by lane. May import the app.

A lane is what may wait for itself alone: payments, text messages, e-mails, documents. Whatever
goes wrong in one part of a round is told with it, and the other parts go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import evolve, field, frozen

from teleconsult_core.messages import Channel
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.use_cases.deliver_due_messages import Delivered
from teleconsult_core.use_cases.going_on import GoOn, always
from teleconsult_core.use_cases.onboard_practitioner import AccountsSeen
from teleconsult_core.use_cases.print_receipt import Printed
from teleconsult_core.use_cases.recover import Recovered
from teleconsult_core.use_cases.sweep import Swept
from teleconsult_core.use_cases.take_card_news import NewsTaken
from teleconsult_wiring.app import App

T = TypeVar("T")

LANES: dict[str, Channel | None] = {
    "payments": None,
    "SMS": Channel.SMS,
    "e-mail": Channel.EMAIL,
    "documents": None,
}
"""By name; what delivers messages has a channel."""


@frozen
class Round:
    """What one round did; `failed` are the parts that could not be done at all, and why."""

    news: int = 0
    payments: Recovered = field(factory=Recovered)
    swept: Swept = field(factory=Swept)
    messages: Delivered = field(factory=Delivered)
    documents: Printed = field(factory=Printed)
    failed: tuple[str, ...] = ()

    def __str__(self) -> str:
        named = ", ".join(f"{id}: {why}" for id, why in self.payments.broken)
        broken = f", a person must look at {named}" if named else ""
        return (
            f"{self.payments.settled} payments settled, {self.payments.open} waiting, "
            f"{self.payments.parked} parked{broken}; "
            f"{self.swept.lapsed} lapsed, {self.swept.unbilled} left unbilled; "
            f"{self.messages.sent} messages sent, {self.messages.dropped} dropped, "
            f"{self.messages.parked} parked, {self.messages.waiting} waiting; "
            f"{self.documents.printed} documents printed; "
            f"{self.news} pieces of news"
        )

    @property
    def busy(self) -> bool:
        """Whether another round would find more to do at once."""
        done = (self.payments.settled, self.swept.lapsed, self.messages.sent)
        return any(done) or self.documents.printed > 0

    @property
    def troubles(self) -> tuple[str, ...]:
        """What went wrong, in words that are the same as long as it is the same trouble."""
        broken = (f"a person must look at {id}: {why}" for id, why in self.payments.broken)
        unprinted = (f"{number} cannot be printed: {why}" for number, why in self.documents.broken)
        waits = (one for one in (self.payments.trouble, self.messages.trouble) if one)
        return (*self.failed, *broken, *unprinted, *waits)

    def beside(self, other: Round) -> Round:
        """Two lanes' rounds as one: this one's payments, the other's documents."""
        return evolve(
            self,
            messages=self.messages.and_then(other.messages),
            documents=other.documents,
            failed=self.failed + other.failed,
        )


def one_round(app: App) -> Round:
    """Every lane once, one after the other."""
    done = work_in_lane(app, "payments")
    for name in list(LANES)[1:]:
        done = done.beside(work_in_lane(app, name))
    return done


def work_in_lane(app: App, name: str, go_on: GoOn = always) -> Round:
    """One round of one lane; of messages at most a hundred, so that payments have their turn."""
    parts = _Parts()
    channel = LANES[name]
    if name == "documents":
        return _documents(app, parts, go_on)
    if channel is None:
        return _payments(app, parts, go_on)
    messages = parts.do(
        name,
        lambda: app.desk.deliver_due_messages(now=app.now(), channel=channel, go_on=go_on),
        Delivered(),
    )
    return Round(messages=messages, failed=parts.failed)


def _payments(app: App, parts: _Parts, go_on: GoOn) -> Round:
    def recover() -> Recovered:
        return app.desk.recover(now=app.now(), go_on=go_on)

    news = parts.do("news of the card network", lambda: _take_news(app, go_on), 0)
    received = parts.do("news of the card network", lambda: _take_received(app, go_on), NewsTaken())
    if received.trouble:
        parts.failed += (f"news of the card network: {received.trouble}",)
    payments = parts.do("payments", recover, Recovered())
    swept = parts.do("tidying", lambda: app.desk.sweep(now=app.now()), Swept())
    seen = parts.do(
        "accounts", lambda: app.desk.refresh_payout_accounts(now=app.now()), AccountsSeen()
    )
    parts.failed += tuple(f"accounts: {why}" for why in seen.troubles)
    # What the sweep let go is asked of the network in the same round.
    again = parts.do("payments", recover, Recovered())
    return Round(news + received.taken, payments.and_then(again), swept, failed=parts.failed)


def _documents(app: App, parts: _Parts, go_on: GoOn) -> Round:
    def print_them() -> Printed:
        printer = app.printer(app.practice().zone)
        return app.desk.print_receipts(printer=printer, now=app.now(), go_on=go_on)

    printed = parts.do("documents", print_them, Printed())
    return Round(documents=printed, failed=parts.failed)


def _take_received(app: App, go_on: GoOn) -> NewsTaken:
    return app.desk.take_received_news(now=app.now(), go_on=go_on)


def _take_news(app: App, go_on: GoOn) -> int:
    """The sandbox's own, which nobody brings to us."""
    if app.settings.card_network != "sandbox":
        return 0
    taken = 0
    for news in app.sandbox.cards.news():
        if not go_on():
            break
        with app.desk.open_work(writing=False) as work:
            if work.inbox.knows(str(news.id)):
                continue
        app.desk.take_card_news(news=str(news.id), ref=news.ref, now=app.now())
        taken += 1
    return taken


class _Parts:
    """Parts of a round, each on its own feet."""

    def __init__(self) -> None:
        self.failed: tuple[str, ...] = ()

    def do(self, name: str, part: Callable[[], T], otherwise: T) -> T:
        try:
            return part()
        except (PortTrouble, PortMisused) as problem:
            told = str(problem)
        except Exception as problem:  # a bug in one part must not end the others
            told = f"{type(problem).__name__}: {problem}"
        if f"{name}: {told}" not in self.failed:
            self.failed += (f"{name}: {told}",)
        return otherwise
