"""Which letters change the patient's calendar, and how. Not a use case: part of composing.

RFC 5546: a REQUEST puts the event there or replaces it, a CANCEL takes it away; both name the same
`uid`, and the `sequence` rises whenever the time changes and with the cancellation. An appointment
that waits to be confirmed is tentative.
"""

from __future__ import annotations

from teleconsult_core.appointments import Appointment, Confirmed, Origin
from teleconsult_core.gateways import Invitation, Method
from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Site
from teleconsult_core.messages import Channel, Kind, Message, To

_METHODS: dict[Kind, Method] = {
    Kind.PLEASE_CONFIRM: Method.REQUEST,
    Kind.BOOKED: Method.REQUEST,
    Kind.MOVED: Method.REQUEST,
    Kind.LAPSED: Method.CANCEL,
    Kind.CANCELLED: Method.CANCEL,
}
"""A time that is only offered (`WAITING_OFFER`) is in nobody's calendar yet."""


def invitation(message: Message, appointment: Appointment | None, site: Site) -> Invitation | None:
    """What the letter does to the calendar; None for the others."""
    method = _METHODS.get(message.kind)
    mine = message.to is To.PATIENT and message.channel is Channel.EMAIL
    if method is None or appointment is None or not mine:
        return None
    if message.kind is Kind.LAPSED and appointment.terms.origin is not Origin.PRACTITIONER:
        return None  # it was never in a calendar
    sequence = appointment.terms.sequence
    return Invitation(
        method=method,
        uid=event_uid(appointment.terms.id, site),
        sequence=sequence + 1 if method is Method.CANCEL else sequence,
        stamp=message.due_at,
        confirmed=isinstance(appointment, Confirmed),
    )


def event_uid(appointment: AppointmentId, site: Site) -> str:
    """The event's name for every calendar of the world: ours, at our host."""
    return f"{appointment}@{site.host}"
