"""Note what became of a message on its way: a gateway's receipt, or a letter that came back.

Said at least once and in any order, so hearing it again changes nothing. What did not arrive while
it is still of use is told to the practice, which can call.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.messages import Delivery, Message, MessageState
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound
from teleconsult_core.use_cases.alarms import tell_undelivered


def note_delivery(
    ports: Ports, *, ref: str, delivery: Delivery, why: str = "", at: datetime, now: datetime
) -> Message | NotFound:
    """`ref` is what the gateway called the message, `at` when it happened, as it says itself,
    and not later than `now`.

    `NotFound` also for what was handed over this very moment and is not noted yet: whoever brings
    the news says so to the gateway, which brings it again.
    """
    with ports.open_work(writing=False) as work:
        known = work.outbox.by_ref(ref)
    if known is None:
        return NotFound(what="message", id=ref)
    with ports.open_work() as work:
        if known.appointment is not None:
            work.appointments.get(known.appointment)  # locked before its messages, as everywhere
        found = work.outbox.get(known.id)
        if found is None or found.state is not MessageState.SENT:
            return NotFound(what="message", id=ref)
        heard = found.told(delivery, min(at, now), why[:200])
        if heard == found:
            return found
        work.outbox.put([heard])
        if heard.delivery is Delivery.FAILED and now < heard.useful_until:
            tell_undelivered(work, heard, now)
        work.commit()
    return heard
