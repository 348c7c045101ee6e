"""Say something to the other browser, while both sit and both are admitted.

Nothing of the call passes before: no address of a relay, no offer, no candidate.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotAdmitted, NotFound, RoomEnded, SeatLost
from teleconsult_core.seats import Signal, cannot_signal
from teleconsult_core.use_cases.door import other_of, their_appointment
from teleconsult_core.use_cases.seating import ended_for, seats_of


def send_signal(
    ports: Ports,
    *,
    appointment: AppointmentId,
    by: Actor,
    epoch: int,
    to_epoch: int,
    body: str,
    now: datetime,
) -> Signal | NotFound | RoomEnded | SeatLost | NotAdmitted:
    """`to_epoch` is the other's as the sender last saw it: what was meant for another is lost.

    Raises `BadInput` for a body of more than 64 kB.
    """
    to = other_of(by.role)
    signal = Signal(appointment, to, from_epoch=epoch, to_epoch=to_epoch, body=body, at=now)
    with ports.open_work() as work:
        found = their_appointment(work, appointment, by)
        if isinstance(found, NotFound):
            return found
        both, sequence = seats_of(work, found, by.role), found.terms.sequence
        if ended_for(work, found, both.mine, epoch, now):
            return RoomEnded()
        if refusal := cannot_signal(
            both.mine, both.other, epoch=epoch, to_epoch=to_epoch, sequence=sequence, now=now
        ):
            return refusal
        number = work.signals.append(signal)
        work.commit()
    return evolve(signal, number=number)
