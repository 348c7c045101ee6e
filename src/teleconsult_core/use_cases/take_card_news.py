"""Take in news from the card network. The news is a hint: the books are looked at.

News comes late, twice and out of order. It is kept before its sender is told so, and looked into
afterwards by a worker; taking it in is idempotent because settling is, and the inbox only spares
a look at what was settled already.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from teleconsult_core.ids import HoldRef
from teleconsult_core.payments import News
from teleconsult_core.ports import PortMisused, Ports, PortTrouble
from teleconsult_core.refusals import NotFound
from teleconsult_core.use_cases.going_on import GoOn, always
from teleconsult_core.use_cases.settle_payment import Settled, settle_payment

GIVEN_UP_AFTER = timedelta(days=1)
"""News that the network itself does not understand is then let go; reconciling misses nothing."""


@frozen
class NewsTaken:
    """What came of one round: pieces taken in, those about nothing of ours, and the trouble."""

    taken: int = 0
    not_ours: int = 0
    trouble: str = ""


def receive_card_news(ports: Ports, *, news: str, ref: HoldRef, now: datetime) -> None:
    """Keep a piece of news about the hold `ref`; received again, it is the same piece.

    Once this has returned, the sender may be told that it arrived.
    """
    with ports.open_work() as work:
        work.inbox.receive(News(news, ref, now))
        work.commit()


def take_received_news(
    ports: Ports, *, now: datetime, limit: int = 1000, go_on: GoOn = always
) -> NewsTaken:
    """One round over what was received. What is in trouble waits; the others go on."""
    with ports.open_work(writing=False) as work:
        waiting = work.inbox.waiting(limit)
    taken = not_ours = 0
    trouble = ""
    for news in waiting:
        if not go_on():
            break
        try:
            outcome = take_card_news(ports, news=news.id, ref=news.ref, now=now)
        except (PortTrouble, PortMisused) as problem:
            trouble = str(problem)
            if isinstance(problem, PortMisused) and now - news.received_at >= GIVEN_UP_AFTER:
                _note(ports, news.id, now)
            continue
        taken += 1
        not_ours += isinstance(outcome, NotFound)
    return NewsTaken(taken, not_ours, trouble)


def take_card_news(
    ports: Ports, *, news: str, ref: HoldRef, now: datetime
) -> Settled | NotFound | None:
    """Settle whatever the network's books say about the hold `ref`.

    `news` is the network's own id for this piece of news; None when it was taken in before.
    Raises `PortTrouble` when the network cannot be looked at: the news must then come again.
    """
    with ports.open_work(writing=False) as work:
        if work.inbox.knows(news):
            return None
        hold = work.holds.by_ref(ref)
    view = ports.cards.look(ref=ref)
    if hold is None and view.operation is not None:
        with ports.open_work(writing=False) as work:
            operation = work.operations.get(view.operation)
            hold = work.holds.get(operation.hold) if operation else None
    if hold is None:
        return _not_ours(ports, news, NotFound(what="hold", id=ref), now)
    with ports.open_work(writing=False) as work:
        known = work.appointments.get(hold.appointment)
    if known is None:  # forgotten since, by retention
        return _not_ours(ports, news, NotFound(what="appointment", id=hold.appointment), now)
    settled = settle_payment(ports, appointment=hold.appointment, hold=hold.id, view=view, now=now)
    _note(ports, news, now)
    return settled


def _not_ours(ports: Ports, news: str, answer: NotFound, now: datetime) -> NotFound:
    """There is nothing to do about it, now or later."""
    _note(ports, news, now)
    return answer


def _note(ports: Ports, news: str, now: datetime) -> None:
    with ports.open_work() as work:
        work.inbox.note(news, now)
        work.commit()
