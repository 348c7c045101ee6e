"""Whether a message that is due should still go, and whether a consultation is covered.

May import appointments, holds, messages, policies. Pure; asked again at the moment of sending,
because what was planned may have been overtaken.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Confirmed,
    Terms,
    has_lapsed,
)
from teleconsult_core.holds import CardHold
from teleconsult_core.messages import Kind, Message
from teleconsult_core.policies import Policies, hold_covers


def unwanted(
    message: Message,
    appointment: Appointment | None,
    hold: CardHold | None,
    *,
    policies: Policies,
    now: datetime,
) -> str:
    """Why a message that is due should not go after all; empty when it should."""
    if now >= message.useful_until:
        return "stale"
    if message.appointment is None:
        return ""
    if appointment is None:
        return "the appointment is gone"
    if message.kind in _ABOUT_THE_FUTURE and message.sequence != appointment.terms.sequence:
        return "the appointment was moved"
    match message.kind:
        case Kind.REMINDER | Kind.LAST_REMINDER | Kind.PRACTITIONER_LINK | Kind.MOVED:
            wanted = isinstance(appointment, Confirmed)
        case Kind.BOOKED | Kind.LINK_AGAIN:
            lives = isinstance(appointment, Confirmed | AwaitingConfirmation)
            wanted = lives and not has_lapsed(appointment, now)
        case Kind.AUTHORIZE:
            wanted = isinstance(appointment, Confirmed) and not covered(
                appointment.terms, hold, policies, now
            )
        case Kind.DECIDE:
            wanted = isinstance(appointment, Confirmed)
        case Kind.PLEASE_CONFIRM | Kind.WAITING_OFFER:
            waiting = isinstance(appointment, AwaitingConfirmation)
            wanted = waiting and not has_lapsed(appointment, now)
        case _:
            wanted = True
    return "" if wanted else f"the appointment is {appointment.state}"


_ABOUT_THE_FUTURE = frozenset(
    {
        Kind.BOOKED,
        Kind.PLEASE_CONFIRM,
        Kind.WAITING_OFFER,
        Kind.REMINDER,
        Kind.LAST_REMINDER,
        Kind.PRACTITIONER_LINK,
        Kind.AUTHORIZE,
        Kind.MOVED,
        Kind.DECIDE,
        Kind.LINK_AGAIN,
    }
)


def covered(terms: Terms, hold: CardHold | None, policies: Policies, now: datetime) -> bool:
    """Whether the consultation may start as far as money is concerned."""
    if not terms.card_required:
        return True
    return (
        hold is not None
        and hold.standing(now)
        and hold.until is not None
        and hold_covers(hold.until, terms.end, policies)
    )
