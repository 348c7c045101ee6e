"""From a message that was claimed to one that can be sent: judged again, and composed.

Not a use case. Each message has a transaction of its own, so that one that cannot be prepared
takes no other along, and so that rows are locked in the order in which everybody locks them: the
appointment first, then its messages.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.messages import Channel, Kind, Message, To
from teleconsult_core.people import Patient, Practice
from teleconsult_core.ports import Ports, PortTrouble
from teleconsult_core.sms import segments
from teleconsult_core.stores import Work
from teleconsult_core.times import zone
from teleconsult_core.use_cases.allowance import allowance_left, warn_about_allowance
from teleconsult_core.use_cases.compose import Ready, compose
from teleconsult_core.use_cases.handing_over import Outcome, not_now, told
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.record import the_practice
from teleconsult_core.wanted import unwanted


def prepare(ports: Ports, claimed: Message, now: datetime) -> Ready | Outcome:
    """The message as it will go, or what came of it already. Raises `PortTrouble`."""
    try:
        with ports.open_work() as work:
            prepared = _prepare(ports, work, claimed, now)
            work.commit()
    except PortTrouble:
        raise
    except Exception as problem:  # a template, a row, a bug: this one's own, the others must go
        return not_now(claimed, told(problem), now)
    return prepared


def _prepare(ports: Ports, work: Work, claimed: Message, now: datetime) -> Ready | Outcome:
    practice = the_practice(work)
    appointment = work.appointments.get(claimed.appointment) if claimed.appointment else None
    message = work.outbox.get(claimed.id)
    if message is None or not message.planned or message.attempts != claimed.attempts:
        return Outcome(message or claimed)  # called off, or taken over, since it was claimed
    hold = None
    if appointment is not None:
        hold = standing_hold(work.holds.of(appointment.terms.id), now)
    why = unwanted(message, appointment, hold, policies=practice.policies, now=now)
    if not why:
        awake = _quiet_until(work, message, practice, now)
        if awake is not None:
            return _postponed(work, message, awake)
        ready = compose(ports, work, message, appointment, hold, practice, now)
        if isinstance(ready, Ready):
            why = _over_allowance(work, ready, practice, now)
            if not why:
                return ready
        else:
            why = ready.why
    dropped = message.dropped(now, why)
    work.outbox.put([dropped])
    return Outcome(dropped)


def _quiet_until(
    work: Work, message: Message, practice: Practice, now: datetime
) -> datetime | None:
    """When a reminder by SMS may ring; None for at once. One that could not wait goes at once."""
    quiet = practice.policies.quiet_hours
    if quiet is None or message.channel is not Channel.SMS or message.kind is not Kind.REMINDER:
        return None
    patient = work.patients.get(message.patient) if message.patient else None
    name = patient.zone if isinstance(patient, Patient) else ""
    awake = quiet.until(now, zone(name or practice.zone))
    return awake if awake is not None and awake < message.useful_until else None


def _postponed(work: Work, message: Message, due_at: datetime) -> Outcome:
    later = message.postponed(due_at)
    work.outbox.put([later])
    return Outcome(later)


def _over_allowance(work: Work, ready: Ready, practice: Practice, now: datetime) -> str:
    """Why an SMS may not go; the e-mail of the same news always does."""
    message = ready.message
    if message.channel is not Channel.SMS or message.exempt or message.to is not To.PATIENT:
        return ""
    cost = segments(ready.text)
    left = allowance_left(work, message.practitioner, practice, now)
    warn_about_allowance(work, message.practitioner, practice, left - cost, now)
    return "" if cost <= left else f"the SMS allowance is used up ({left} segments left)"
