"""What people must have got once the dust has settled: reminders, their turn, to be forgotten.

Where nothing went wrong a reminder is sent, and on time; where something did, it may be stale.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from simulation.broken import Broken
from simulation.calm_allowances import allowances_are_kept
from simulation.gateways import NO_MAILBOX, NO_NUMBER, comes_back
from simulation.post_safety import EARLIEST
from simulation.world import World
from teleconsult_core.appointments import AwaitingConfirmation, Completed, Confirmed, NoShow
from teleconsult_core.ids import AppointmentId, PatientId
from teleconsult_core.messages import Channel, Kind, Message, MessageState
from teleconsult_core.people import ErasedPatient, Patient
from teleconsult_core.waiting_list import WaitingState

OFFSETS = (timedelta(hours=24), timedelta(hours=1))
ON_TIME = timedelta(minutes=10)


def questions_about_people(w: World) -> None:
    for id, found in w.safety.appointments.items():
        took_its_time = isinstance(found, Completed | NoShow | Confirmed)
        if took_its_time and found.terms.start < w.timeline.now:
            _was_reminded(w, id, found)
    _post_is_in_order(w)
    allowances_are_kept(w)
    _waiting_list_goes_on(w)
    _forgotten_is_forgotten(w)


def _was_reminded(w: World, id: str, found: Any) -> None:
    terms = found.terms
    since = w.safety.confirmed_at[id]
    with w.look(writing=False) as work:
        planned = [m for m in work.outbox.of(AppointmentId(id)) if _reminds(m, terms.sequence)]
    for offset in OFFSETS:
        due = terms.start - offset
        if due <= since + ON_TIME:
            continue
        for channel in Channel:
            same = [m for m in planned if m.channel is channel and _is_due(w, m, due)]
            if len(same) != 1:
                raise Broken(
                    "reminders", f"{id}: {len(same)} reminders by {channel.value} at {due}"
                )
            _went_out(w, same[0])


def _is_due(w: World, message: Message, due: datetime) -> bool:
    """At that moment; a reminder by SMS, in the morning after."""
    waits = w.safety.post.quiet and message.channel is Channel.SMS
    if message.due_at == due or not (waits and message.kind is Kind.REMINDER):
        return message.due_at == due
    zone = w.safety.post.zone_of(message.patient)
    morning = message.due_at.astimezone(zone).time() == EARLIEST
    return morning and due < message.due_at < due + timedelta(days=2)


def _reminds(message: Message, sequence: int) -> bool:
    return message.kind in {Kind.REMINDER, Kind.LAST_REMINDER} and message.sequence == sequence


def _went_out(w: World, message: Message) -> None:
    sent = message.state is MessageState.SENT and message.done_at is not None
    if sent and (w.troubled or message.done_at <= message.due_at + ON_TIME):
        return
    if message.state is MessageState.DROPPED and w.troubled:  # too late, and it says so
        return
    if message.channel is Channel.SMS and "allowance" in message.note and not message.exempt:
        return
    if message.state is MessageState.PARKED and message.note in {NO_NUMBER, NO_MAILBOX}:
        return
    raise Broken("reminders", f"{message.id} is {message.state.value}: {message.note}")


def _post_is_in_order(w: World) -> None:
    post = w.safety.post
    for id, found in w.safety.appointments.items():
        with w.look(writing=False) as work:
            messages = work.outbox.of(AppointmentId(id))
            patient = work.patients.get(found.terms.patient)
        post.at_rest(messages)
        if isinstance(patient, Patient) and not comes_back(patient.email):
            uid, terms = f"{id}@clinic.example", found.terms
            post.calendar(uid, patient.email, messages, terms.start, terms.sequence)


def _waiting_list_goes_on(w: World) -> None:
    """Nobody waits for an offer that is over."""
    with w.look(writing=False) as work:
        for practitioner in w.practitioners:
            for waiting in work.waiting_list.of(practitioner):
                offer = w.appointment(waiting.offer or "")
                over = waiting.state is WaitingState.OFFERED
                if over and not isinstance(offer, AwaitingConfirmation):
                    raise Broken(
                        "waiting list", f"{waiting.id} is offered {waiting.offer}: {offer}"
                    )


def _forgotten_is_forgotten(w: World) -> None:
    with w.look(writing=False) as work:
        for patient in w.forgotten:
            kept = work.patients.get(PatientId(patient))
            if not isinstance(kept, ErasedPatient):
                raise Broken("erased", f"{patient} was told that he is forgotten, and is {kept}")
