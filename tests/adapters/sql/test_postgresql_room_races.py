"""Two at once in the waiting room, on a server; see `racing`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from racing import A1, Act, Races, cancelling
from teleconsult_core.attendance import Seen
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import NobodyWaits, RoomEnded, SeatLost, SeatTaken
from teleconsult_core.seats import HEARTBEAT, LEASE, Seat
from teleconsult_core.use_cases.see_room import Room
from teleconsult_core.use_cases.take_seat import Seated
from world import ANN, THE_DOCTOR, THURSDAY_10, World, patient_of

PATIENT = patient_of(ANN)


@pytest.fixture
def w(races: Races) -> World:
    """It is time, and the practitioner sits there."""
    world = races.world
    world.booked()
    world.at(THURSDAY_10)
    assert isinstance(sitting(world, "desk", THE_DOCTOR)(world.desk), Seated)
    return world


def sitting(w: World, device: str, by: Actor = PATIENT, after: timedelta = timedelta()) -> Act:
    now = THURSDAY_10 + after
    return lambda desk: desk.take_seat(appointment=A1, by=by, device=device, now=now)


def kept(w: World, after: timedelta, epoch: int = 1) -> Act:
    now = THURSDAY_10 + after
    return lambda desk: desk.keep_seat(appointment=A1, by=PATIENT, epoch=epoch, now=now)


def admitting(w: World, after: timedelta = timedelta()) -> Act:
    now = THURSDAY_10 + after
    return lambda desk: desk.admit_patient(appointment=A1, by=THE_DOCTOR, now=now)


def said(body: str) -> Act:
    return lambda desk: desk.send_signal(
        appointment=A1, by=PATIENT, epoch=1, to_epoch=1, body=body, now=THURSDAY_10
    )


def signals(w: World) -> list[Any]:
    with w.store.open_work(writing=False) as work:
        return [(one.number, one.body) for one in work.signals.after(A1, Role.PRACTITIONER, 0)]


def left(w: World) -> list[tuple[Role, Any]]:
    with w.store.open_work(writing=False) as work:
        return [(one.role, one.at) for one in work.attendance.of(A1) if one.seen is Seen.LEFT]


def test_of_two_devices_one_has_the_seat(races: Races, w: World) -> None:
    first, second, waited = races.run(sitting(w, "phone"), sitting(w, "tablet"))
    assert isinstance(first, Seated)
    assert second == SeatTaken(free_at=THURSDAY_10 + LEASE)
    assert waited


def test_a_heartbeat_waits_for_who_takes_the_seat_over_and_is_told(races: Races, w: World) -> None:
    sitting(w, "phone")(w.desk)
    second = LEASE - timedelta(seconds=1)
    took, beat, waited = races.run(sitting(w, "tablet", after=LEASE), kept(w, second))
    assert isinstance(took, Seated)
    assert beat == SeatLost(epoch=1)
    assert waited
    assert left(w) == [(Role.PATIENT, THURSDAY_10)]


def test_who_takes_over_waits_for_a_heartbeat_and_is_refused(races: Races, w: World) -> None:
    sitting(w, "phone")(w.desk)
    beat, took, waited = races.run(kept(w, HEARTBEAT), sitting(w, "tablet", after=LEASE))
    assert isinstance(beat, Room)
    assert took == SeatTaken(free_at=THURSDAY_10 + HEARTBEAT + LEASE)
    assert waited


def test_a_seat_that_is_kept_is_not_swept(races: Races, w: World) -> None:
    sitting(w, "phone")(w.desk)
    after = THURSDAY_10 + LEASE + timedelta(seconds=1)
    _, swept = races.race(kept(w, HEARTBEAT), lambda desk: desk.sweep(now=after))
    assert swept.left == 1  # the practitioner's alone
    assert left(w) == [(Role.PRACTITIONER, THURSDAY_10)]


def test_two_sweeps_note_it_once(races: Races, w: World) -> None:
    after = THURSDAY_10 + LEASE + timedelta(seconds=1)
    first, second = races.race(
        lambda desk: desk.sweep(now=after), lambda desk: desk.sweep(now=after)
    )
    assert (first.left, second.left) == (1, 0)
    assert len(left(w)) == 1


def test_who_takes_over_while_the_first_is_let_in_waits_again(races: Races, w: World) -> None:
    sitting(w, "phone")(w.desk)
    took, admitted = races.race(sitting(w, "tablet", after=LEASE), admitting(w, HEARTBEAT))
    assert isinstance(took, Seated)
    assert isinstance(admitted, Seat)  # whoever sits there when it is said
    assert admitted.device == "tablet"
    assert admitted.epoch == 2


def test_nothing_is_said_once_it_is_cancelled(races: Races, w: World) -> None:
    sitting(w, "phone")(w.desk)
    assert not isinstance(admitting(w)(w.desk), NobodyWaits)
    _, answer = races.race(cancelling(w), said("answer"))
    assert answer == RoomEnded()
    assert signals(w) == []


def test_what_was_said_before_it_is_cancelled_is_forgotten(races: Races, w: World) -> None:
    sitting(w, "phone")(w.desk)
    admitting(w)(w.desk)
    races.race(said("answer"), cancelling(w))
    assert signals(w) == []


def test_two_that_speak_at_once_are_heard_in_order(races: Races, w: World) -> None:
    sitting(w, "phone")(w.desk)
    admitting(w)(w.desk)
    first, second, waited = races.run(said("first"), said("second"))
    assert (first.number, second.number) == (1, 2)
    assert waited
    assert signals(w) == [(1, "first"), (2, "second")]
