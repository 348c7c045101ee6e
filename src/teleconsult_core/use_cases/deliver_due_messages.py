"""Deliver the messages that are due (S4, S5, S6): ask again, compose, send, note.

Every message is claimed for a while, judged against the appointment as it is now, and sent
outside any transaction under its own id as the gateway's key: at least once to the gateway, and
once to the reader as far as the gateway can tell.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from teleconsult_core.messages import Channel, Message, To
from teleconsult_core.people import Practice
from teleconsult_core.ports import Accepted, NotDelivered, PortMisused, Ports, PortTrouble
from teleconsult_core.sms import segments
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.allowance import allowance_left, warn_about_allowance
from teleconsult_core.use_cases.compose import Ready, compose
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.record import the_practice
from teleconsult_core.wanted import unwanted

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(minutes=15)


@frozen
class Delivered:
    """What came of one round, in messages."""

    sent: int = 0
    dropped: int = 0
    parked: int = 0
    waiting: int = 0


def deliver_due_messages(ports: Ports, *, now: datetime, limit: int = 100) -> Delivered:
    """One round over at most `limit` due messages; a gateway in trouble delays only its own."""
    with ports.open_work() as work:
        if work.clinic.practice() is None:
            return Delivered()
        claimed = work.outbox.claim(now, now + LEASE, limit)
        # Now, and not with what follows: whoever calls off an appointment holds it and wants its
        # messages, where the next step holds a message and wants its appointment.
        work.commit()
    outcomes = [_deliver(ports, message, now) for message in claimed]
    with ports.open_work(writing=False) as work:
        ended = [work.outbox.get(message.id) for message in claimed]
    states = [message.state.value for message in ended if message is not None]
    return Delivered(
        sent=states.count("sent"),
        dropped=states.count("dropped"),
        parked=states.count("parked"),
        waiting=outcomes.count(False),
    )


def _deliver(ports: Ports, message: Message, now: datetime) -> bool:
    """Compose one message and hand it over; whether it is over with."""
    with ports.open_work() as work:
        ready = _prepare(ports, work, message, now)
        work.commit()
    return _send(ports, ready, now) if ready is not None else True


def _prepare(ports: Ports, work: Work, claimed: Message, now: datetime) -> Ready | None:
    """The message composed, or None once it was dropped."""
    practice = the_practice(work)
    appointment = work.appointments.get(claimed.appointment) if claimed.appointment else None
    message = work.outbox.get(claimed.id)
    if message is None or not message.planned:
        return None
    hold = None
    if appointment is not None:
        hold = standing_hold(work.holds.of(appointment.terms.id), now)
    why = unwanted(message, appointment, hold, policies=practice.policies, now=now)
    if not why:
        ready = compose(ports, work, message, appointment, hold, practice, now)
        if isinstance(ready, Ready):
            why = _over_allowance(work, ready, practice, now)
            if not why:
                return ready
        else:
            why = ready.why
    work.outbox.put([message.dropped(now, why)])
    return None


def _over_allowance(work: Work, ready: Ready, practice: Practice, now: datetime) -> str:
    """Why an SMS may not go; the e-mail of the same news always does."""
    message = ready.message
    if message.channel is not Channel.SMS or message.exempt or message.to is not To.PATIENT:
        return ""
    cost = segments(ready.text)
    left = allowance_left(work, message.practitioner, practice, now)
    warn_about_allowance(work, message.practitioner, practice, left - cost, now)
    return "" if cost <= left else f"the SMS allowance is used up ({left} segments left)"


def _send(ports: Ports, ready: Ready, now: datetime) -> bool:
    """Hand the message to its gateway; whether it is over with."""
    message = ready.message
    try:
        if ready.letter is not None:
            answer = ports.letters.send(key=message.id, to=ready.address, letter=ready.letter)
            cost = 0
        else:
            answer = ports.texts.send(key=message.id, to=ready.address, text=ready.text)
            cost = segments(ready.text)
    except PortTrouble as trouble:
        pause = min(LONGEST_WAIT, timedelta(seconds=30 * 2 ** min(message.attempts, 10)))
        note = _without(str(trouble), ready.address)
        _keep(ports, message.later(now + pause, note))
        return False
    except PortMisused as problem:
        _keep(ports, message.parked(now, _without(str(problem), ready.address)))
        return True
    match answer:
        case Accepted(ref=ref):
            _keep(ports, message.sent(now, cost, ref))
        case NotDelivered(reason=reason):
            _keep(ports, message.parked(now, _without(reason, ready.address)))
    return True


def _keep(ports: Ports, message: Message) -> None:
    with ports.open_work() as work:
        current = work.outbox.get(message.id)
        if current is not None and current.planned:
            work.outbox.put([evolve(message, attempts=current.attempts)])
            work.commit()


def _without(note: str, address: str) -> str:
    """A gateway's words, without the address it may repeat: notes are not personal data."""
    return note.replace(address, "…")[:200]
