"""Take in a piece of news from the card network. The news is a hint: the books are looked at.

News comes late, twice and out of order. Taking it in is idempotent because settling is; the inbox
only spares a look at what was settled already.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.ids import HoldRef
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound
from teleconsult_core.use_cases.settle_payment import Settled, settle_payment


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
        return NotFound(what="hold", id=ref)
    with ports.open_work(writing=False) as work:
        if work.appointments.get(hold.appointment) is None:  # forgotten since, by retention
            return NotFound(what="appointment", id=hold.appointment)
    settled = settle_payment(ports, appointment=hold.appointment, hold=hold.id, view=view, now=now)
    with ports.open_work() as work:
        work.inbox.note(news, now)
        work.commit()
    return settled
