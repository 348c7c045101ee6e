"""Ask for a lost link again. It goes only to the address on file, never to the one who asks."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from teleconsult_core.appointments import (
    AwaitingConfirmation,
    Confirmed,
    Lapsed,
    Terms,
    has_lapsed,
)
from teleconsult_core.ids import AppointmentId, MessageId
from teleconsult_core.links import Purpose
from teleconsult_core.messages import Channel, Kind, Message, To
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, TooEarly, WrongState
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.record import note

PAUSE = timedelta(minutes=1)
"""A second link is not sent sooner after the first."""


def resend_link(
    ports: Ports, *, appointment: AppointmentId, by: Actor, now: datetime
) -> tuple[Message, ...] | NotFound | WrongState | TooEarly:
    """Revoke the patient's links and send new ones by SMS and e-mail to what is on file."""
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        if not isinstance(found, Confirmed | AwaitingConfirmation):
            return WrongState(state=found.state, wanted="confirmed or awaiting confirmation")
        if has_lapsed(found, now):
            return WrongState(state=Lapsed.state, wanted="confirmed or awaiting confirmation")
        before = [m for m in work.outbox.of(appointment) if m.kind is Kind.LINK_AGAIN]
        if before and now < max(m.due_at for m in before) + PAUSE:
            return TooEarly(opens_at=max(m.due_at for m in before) + PAUSE, now=now)
        for link in work.links.of(appointment):
            mine = link.role is Role.PATIENT and link.purpose in {Purpose.JOIN, Purpose.CONFIRM}
            if mine and link.revoked_at is None:
                work.links.put(evolve(link, revoked_at=now))
        messages = _again(found.terms, len(before) // len(Channel) + 1, now)
        work.outbox.plan(messages)
        note(work, found, action="link again", actor=by, now=now)
        work.commit()
    return messages


def _again(terms: Terms, count: int, now: datetime) -> tuple[Message, ...]:
    return tuple(
        Message(
            id=MessageId(f"{terms.id}:{terms.sequence}:link-again-{count}:{channel.value}"),
            kind=Kind.LINK_AGAIN,
            channel=channel,
            to=To.PATIENT,
            practitioner=terms.practitioner,
            patient=terms.patient,
            appointment=terms.id,
            sequence=terms.sequence,
            due_at=now,
            useful_until=terms.end,
            exempt=terms.mode is Mode.VIDEO,
        )
        for channel in Channel
    )
