"""Who is told what, and when: from the old state and the new, one list of timed messages.

May import appointments, holds, messages, policies. Pure: the same step always plans the same
messages under the same ids, so planning twice changes nothing. Nothing here is sent; what is due
is asked again by `wanted.unwanted` before it goes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
    Origin,
    Terms,
)
from teleconsult_core.holds import CHARGED, CardHold, HoldState
from teleconsult_core.ids import MessageId
from teleconsult_core.messages import Channel, Kind, Message, To
from teleconsult_core.money import Money
from teleconsult_core.policies import Policies, hold_covers
from teleconsult_core.slots import Mode

DECIDE_BEFORE_LAPSE = timedelta(hours=12)
"""How long before the end of a hold the practitioner is asked for the last time."""

NEWS_KEEPS = timedelta(days=7)
"""How long after the fact a message that only informs is still worth sending."""


@frozen
class Plan:
    """What to do with the outbox: forget what was planned for the appointment, then plan these."""

    messages: tuple[Message, ...] = ()
    drop: str = ""
    """Why what was planned is dropped; empty when it stands."""


def messages_after(
    old: Appointment | None, new: Appointment, *, policies: Policies, now: datetime
) -> Plan:
    """What people are told because `old` became `new`."""
    terms = new.terms
    match new:
        case AwaitingConfirmation(deadline=deadline):
            return Plan(_asked_to_confirm(terms, deadline, now), drop=_because_moved(old, terms))
        case Confirmed():
            news = (
                _both(Kind.MOVED, terms, now, until=terms.start)
                if _because_moved(old, terms)
                else (_letter(Kind.BOOKED, terms, now),)
            )
            return Plan((*news, *_ahead(terms, policies, now)), drop=_because_moved(old, terms))
        case Completed(decided_by=None):
            unbilled = (_letter(Kind.UNBILLED, terms, now, to=To.PRACTITIONER),)
            return Plan(unbilled if terms.card_required else (), drop="over")
        case Completed(amount=amount):
            told = _nothing_charged(terms, amount, now)
            return Plan((*told, _letter(Kind.RATE, terms, now)), drop="over")
        case NoShow(amount=amount):
            return Plan(_nothing_charged(terms, amount, now), drop="no-show")
        case Cancelled():
            return Plan(_called_off(new, now), drop="cancelled")
        case Lapsed():
            return Plan((_letter(Kind.LAPSED, terms, now),), drop="lapsed")
        case _:
            return Plan()


def messages_after_hold(
    old: CardHold, new: CardHold, appointment: Appointment, *, policies: Policies, now: datetime
) -> tuple[Message, ...]:
    """What people are told because the hold `old` became `new`."""
    terms = appointment.terms
    if new.refunded > old.refunded:
        return (
            _about_hold(Kind.REFUNDED, terms, new, now, new.refunded.minor - old.refunded.minor),
        )
    if new.state in CHARGED and old.state not in CHARGED:
        care = isinstance(appointment, Completed)
        kind = Kind.CHARGED if care else Kind.NO_SHOW_CHARGED
        return (_about_hold(kind, terms, new, now, new.captured.minor),)
    if new.state is old.state:
        return ()
    match new.state:
        case HoldState.HELD if new.until is not None:
            return while_held(terms, new, new.until, policies, now)
        case HoldState.DECLINED if isinstance(appointment, Confirmed):
            return (_about_hold(Kind.CARD_DECLINED, terms, new, now, new.amount.minor),)
        case HoldState.DISPUTED:
            return (_about_hold(Kind.DISPUTED, terms, new, now, new.captured.minor, To.PRACTICE),)
        case HoldState.LAPSED | HoldState.RELEASED if old.state is HoldState.CAPTURING:
            to = To.PRACTITIONER
            return (_about_hold(Kind.CHARGE_FAILED, terms, new, now, new.amount.minor, to),)
        case _:
            return ()


# --- the occasions -------------------------------------------------------------------------------


def _asked_to_confirm(terms: Terms, deadline: datetime, now: datetime) -> tuple[Message, ...]:
    offered = terms.origin is Origin.WAITING_LIST
    kind = Kind.WAITING_OFFER if offered else Kind.PLEASE_CONFIRM
    return _both(kind, terms, now, until=deadline)


def _ahead(terms: Terms, policies: Policies, now: datetime) -> tuple[Message, ...]:
    """Everything that lies ahead of a confirmed appointment."""
    planned = list(_reminders(terms, policies, now))
    if terms.mode is Mode.VIDEO:
        due = terms.start - policies.practitioner_link
        planned += _both(Kind.PRACTITIONER_LINK, terms, due, until=terms.end, to=To.PRACTITIONER)
    if terms.card_required:
        for label, due in (("end", terms.end), ("next-day", terms.end + timedelta(days=1))):
            planned.append(_letter(Kind.DECIDE, terms, due, to=To.PRACTITIONER, about=label))
    return tuple(planned)


def _reminders(terms: Terms, policies: Policies, now: datetime) -> tuple[Message, ...]:
    """One SMS and one e-mail per offset; of those whose time has passed only the last is sent."""
    planned: list[Message] = []
    offsets = sorted(policies.reminders, reverse=True)
    for offset, sooner in zip(offsets, (*offsets[1:], timedelta(0)), strict=True):
        last = offset == offsets[-1]
        due = terms.start - offset
        if due < now and not last:
            continue
        kind = Kind.LAST_REMINDER if last else Kind.REMINDER
        label = f"{int(offset.total_seconds() // 60)}m"
        # A late reminder is of use until the next one is due, which says the same.
        until = terms.start - sooner
        planned += _both(kind, terms, max(due, now), until=until, about=label)
    return tuple(planned) if terms.start > now else ()


def _called_off(cancelled: Cancelled, now: datetime) -> tuple[Message, ...]:
    """That it is off; the patient is told the fee for it, which was decided with it."""
    terms, fee = cancelled.terms, cancelled.fee.minor or None
    if cancelled.practitioner_absent:
        told = (_letter(Kind.PRACTITIONER_ABSENT, terms, now, to=To.PRACTITIONER),)
        return (*told, *_nothing_charged(terms, Money(0, terms.fee.currency), now))
    practitioner = _letter(Kind.CANCELLED, terms, now, to=To.PRACTITIONER)
    patient = _both(Kind.CANCELLED, terms, now, until=now + NEWS_KEEPS, amount=fee)
    return (*patient, practitioner)


def _nothing_charged(terms: Terms, amount: Money, now: datetime) -> tuple[Message, ...]:
    """Whoever gave a card is told that nothing was taken from it."""
    if amount.minor or not terms.card_required:
        return ()
    return (_letter(Kind.NOTHING_CHARGED, terms, now),)


def while_held(
    terms: Terms, hold: CardHold, until: datetime, policies: Policies, now: datetime
) -> tuple[Message, ...]:
    """What a hold that lives until `until` makes necessary: authorize again, decide in time."""
    planned: list[Message] = []
    if not hold_covers(until, terms.end, policies):
        opens = max(now, terms.start - policies.reauthorization_opens)
        planned += _both(Kind.AUTHORIZE, terms, opens, until=terms.start, about=f"{hold.attempt}")
    last_call = until - DECIDE_BEFORE_LAPSE
    if last_call > terms.end:
        planned.append(
            _letter(
                Kind.DECIDE, terms, last_call, to=To.PRACTITIONER, about=f"lapse-{hold.attempt}"
            )
        )
    return tuple(planned)


def _because_moved(old: Appointment | None, terms: Terms) -> str:
    return "moved" if old is not None and old.terms.sequence != terms.sequence else ""


# --- making messages -----------------------------------------------------------------------------


def _message(
    kind: Kind,
    channel: Channel,
    terms: Terms,
    due: datetime,
    *,
    until: datetime,
    to: To,
    about: str = "",
    amount: int | None = None,
) -> Message:
    name = f"{kind.value}-{about}" if about else kind.value
    return Message(
        id=MessageId(f"{terms.id}:{terms.sequence}:{name}:{to.value}:{channel.value}"),
        kind=kind,
        channel=channel,
        to=to,
        practitioner=terms.practitioner,
        patient=terms.patient,
        appointment=terms.id,
        sequence=terms.sequence,
        due_at=due,
        useful_until=until,
        exempt=terms.mode is Mode.VIDEO,
        about=about,
        amount=amount,
    )


def _letter(
    kind: Kind, terms: Terms, due: datetime, *, to: To = To.PATIENT, about: str = ""
) -> Message:
    until = max(due, terms.end) + NEWS_KEEPS
    return _message(kind, Channel.EMAIL, terms, due, until=until, to=to, about=about)


def _both(
    kind: Kind,
    terms: Terms,
    due: datetime,
    *,
    until: datetime,
    to: To = To.PATIENT,
    about: str = "",
    amount: int | None = None,
) -> tuple[Message, ...]:
    """The same news by SMS and by e-mail."""
    return tuple(
        _message(kind, channel, terms, due, until=until, to=to, about=about, amount=amount)
        for channel in Channel
    )


def _about_hold(
    kind: Kind, terms: Terms, hold: CardHold, now: datetime, amount: int, to: To = To.PATIENT
) -> Message:
    return _message(
        kind,
        Channel.EMAIL,
        terms,
        now,
        until=now + NEWS_KEEPS,
        to=to,
        about=f"{hold.attempt}-{hold.refunded.minor}" if hold.refunded.minor else f"{hold.attempt}",
        amount=amount,
    )
