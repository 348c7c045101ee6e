"""The built-in waiting room: seats on leases, admission, what passes between two (S18)."""

from datetime import timedelta
from itertools import permutations

import pytest

from teleconsult_core.attendance import Attendance, Seen, stays
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import (
    BadInput,
    NobodyWaits,
    NotAdmitted,
    NotConfirmed,
    NotFound,
    NotYours,
    RoomEnded,
    SeatLost,
    SeatTaken,
    TooEarly,
)
from teleconsult_core.seats import HEARTBEAT, LEASE, LONGEST_SIGNAL, Signal
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.keep_seat import Beat, in_one_order
from teleconsult_core.use_cases.see_room import Room
from teleconsult_core.use_cases.take_seat import Seated
from world import ANN, BOB, DR, SUPPORT, THE_DOCTOR, THURSDAY_10, VISIT, World, eur, patient_of

A1 = AppointmentId("a1")
PATIENT = patient_of(ANN)


@pytest.fixture
def open_door(world: World) -> World:
    """Booked, and it is time."""
    world.booked()
    world.at(THURSDAY_10)
    return world


def sit(world: World, by: Actor, device: str = "phone") -> Seated:
    seated = world.desk.take_seat(appointment=A1, by=by, device=device, now=world.now)
    assert isinstance(seated, Seated), seated
    return seated


def keep(world: World, by: Actor, epoch: int = 1) -> Room | NotFound | SeatLost:
    return world.desk.keep_seat(appointment=A1, by=by, epoch=epoch, now=world.now)


def say(world: World, by: Actor, body: str, epoch: int = 1, to: int = 1) -> object:
    return world.desk.send_signal(
        appointment=A1, by=by, epoch=epoch, to_epoch=to, body=body, now=world.now
    )


def hear(world: World, by: Actor, epoch: int = 1, after: int = 0) -> object:
    said = world.desk.read_signals(appointment=A1, by=by, epoch=epoch, after=after, now=world.now)
    return [(one.number, one.body) for one in said] if isinstance(said, tuple) else said


def admit(world: World, by: Actor = THE_DOCTOR) -> object:
    return world.desk.admit_patient(appointment=A1, by=by, now=world.now)


def record(world: World) -> list[Attendance]:
    with world.store.open_work(writing=False) as work:
        return list(work.attendance.of(A1))


def kept_signals(world: World) -> list[Signal]:
    with world.store.open_work(writing=False) as work:
        return [one for role in Role for one in work.signals.after(A1, role, 0)]


def later(world: World, by: timedelta) -> None:
    world.at(world.now + by)


def talking(world: World) -> None:
    """Both sit, and the patient is let in."""
    sit(world, THE_DOCTOR, "desk")
    sit(world, PATIENT)
    assert not hasattr(admit(world), "code")


# --- sitting down --------------------------------------------------------------------------------


def test_the_door_of_the_waiting_room_is_the_door_of_the_room(world: World) -> None:
    world.booked()
    refused = world.desk.take_seat(appointment=A1, by=PATIENT, device="d", now=world.now)
    assert isinstance(refused, TooEarly)
    world.at(THURSDAY_10)
    entered = world.desk.join(appointment=A1, by=SUPPORT, device="d", now=world.now)
    assert entered == world.desk.take_seat(appointment=A1, by=SUPPORT, device="d", now=world.now)


def test_who_has_not_confirmed_gets_no_seat(world: World) -> None:
    world.desk.enter(
        id=A1, practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO,
        start=THURSDAY_10, patient=ANN, now=world.now,
    )  # fmt: skip
    seated = world.desk.take_seat(appointment=A1, by=PATIENT, device="d", now=world.now)
    assert isinstance(seated, NotConfirmed)


def test_the_practitioner_is_admitted_by_coming_and_the_patient_waits(open_door: World) -> None:
    doctor, patient = sit(open_door, THE_DOCTOR, "desk"), sit(open_door, PATIENT)
    assert doctor.seat.talking(open_door.now)
    assert doctor.other is None
    assert not patient.seat.talking(open_door.now)
    assert patient.other == doctor.seat
    room = keep(open_door, THE_DOCTOR)
    assert isinstance(room, Room)
    assert room.other == patient.seat


def test_a_page_loaded_again_keeps_the_seat_and_the_admission(open_door: World) -> None:
    talking(open_door)
    later(open_door, timedelta(seconds=2))
    again = sit(open_door, PATIENT)
    assert again.seat.epoch == 2
    assert again.seat.talking(open_door.now)
    assert keep(open_door, PATIENT, epoch=1) == SeatLost(epoch=1)
    assert len(stays(record(open_door), Role.PATIENT, open_door.now)) == 1


def test_a_page_that_says_goodbye_before_it_is_loaded_again_makes_one_stay(
    open_door: World,
) -> None:
    sit(open_door, PATIENT)
    later(open_door, timedelta(seconds=9))
    open_door.desk.give_up_seat(appointment=A1, by=PATIENT, epoch=1, now=open_door.now)
    later(open_door, timedelta(seconds=1))
    sit(open_door, PATIENT)
    (stay,) = stays(record(open_door), Role.PATIENT, open_door.now)
    assert stay.start == THURSDAY_10


def test_another_device_waits_for_the_end_of_the_lease_and_must_be_let_in_again(
    open_door: World,
) -> None:
    talking(open_door)
    later(open_door, HEARTBEAT)
    keep(open_door, PATIENT)
    taken = open_door.desk.take_seat(appointment=A1, by=PATIENT, device="tablet", now=open_door.now)
    assert taken == SeatTaken(free_at=open_door.now + LEASE)
    last = open_door.now
    later(open_door, LEASE)
    tablet = sit(open_door, PATIENT, "tablet").seat
    assert (tablet.epoch, tablet.admitted_at) == (2, None)
    seen = [(one.seen, one.at, one.device) for one in record(open_door)[-2:]]
    assert seen == [(Seen.LEFT, last, "phone"), (Seen.ENTERED, open_door.now, "tablet")]
    back = open_door.desk.take_seat(appointment=A1, by=PATIENT, device="phone", now=open_door.now)
    assert isinstance(back, SeatTaken)


def test_a_seat_given_up_is_free_at_once(open_door: World) -> None:
    talking(open_door)
    for _ in range(2):
        open_door.desk.give_up_seat(appointment=A1, by=PATIENT, epoch=1, now=open_door.now)
    assert [one.seen for one in record(open_door)].count(Seen.LEFT) == 1
    tablet = sit(open_door, PATIENT, "tablet").seat
    assert not tablet.talking(open_door.now)
    gone = open_door.desk.give_up_seat(appointment=A1, by=PATIENT, epoch=1, now=open_door.now)
    assert gone == SeatLost(epoch=1)


def test_a_third_finds_no_room_at_all(open_door: World) -> None:
    talking(open_door)
    w, nothing = open_door, NotFound(what="appointment", id=A1)
    for third in (patient_of(BOB), SUPPORT, Actor(Role.PATIENT, DR), Actor(Role.PRACTITIONER, "x")):
        asked = (
            w.desk.take_seat(appointment=A1, by=third, device="phone", now=w.now),
            keep(w, third),
            admit(w, third),
            say(w, third, "x"),
            hear(w, third),
            w.desk.give_up_seat(appointment=A1, by=third, epoch=1, now=w.now),
            w.desk.end_room(appointment=A1, by=third, now=w.now),
        )
        assert set(asked) == {nothing}


# --- admission and what is said ------------------------------------------------------------------


def test_nothing_is_said_or_heard_before_admission(open_door: World) -> None:
    sit(open_door, THE_DOCTOR, "desk")
    sit(open_door, PATIENT)
    waits = NotAdmitted(role="patient")
    assert say(open_door, PATIENT, "offer") == waits
    assert say(open_door, THE_DOCTOR, "offer") == waits
    assert hear(open_door, PATIENT) == waits
    admit(open_door)
    assert isinstance(say(open_door, THE_DOCTOR, "offer"), Signal)
    assert isinstance(say(open_door, PATIENT, "answer"), Signal)
    assert hear(open_door, PATIENT) == [(1, "offer")]
    assert hear(open_door, THE_DOCTOR) == [(2, "answer")]
    assert hear(open_door, PATIENT, after=1) == []


def test_only_the_practitioner_admits_and_only_who_waits(open_door: World) -> None:
    assert admit(open_door) == NobodyWaits()
    sit(open_door, PATIENT)
    assert isinstance(admit(open_door, PATIENT), NotYours)
    first = admit(open_door)
    later(open_door, HEARTBEAT)
    assert admit(open_door) == first
    later(open_door, LEASE)
    assert admit(open_door) == NobodyWaits()


def test_what_was_said_in_an_older_epoch_is_nobodys(open_door: World) -> None:
    talking(open_door)
    say(open_door, THE_DOCTOR, "to the first")
    sit(open_door, PATIENT)
    assert hear(open_door, PATIENT, epoch=2) == []
    assert say(open_door, THE_DOCTOR, "still to the first") == SeatLost(epoch=1)
    assert say(open_door, PATIENT, "from the first") == SeatLost(epoch=1)
    assert hear(open_door, PATIENT, epoch=1) == SeatLost(epoch=1)
    assert isinstance(say(open_door, THE_DOCTOR, "to the second", to=2), Signal)
    assert hear(open_door, PATIENT, epoch=2) == [(2, "to the second")]


def test_a_signal_is_at_most_64_kb_of_utf_8(open_door: World) -> None:
    talking(open_door)
    assert isinstance(say(open_door, PATIENT, "x" * LONGEST_SIGNAL), Signal)
    with pytest.raises(BadInput):
        say(open_door, PATIENT, "é" * (LONGEST_SIGNAL // 2 + 1))


# --- the end -------------------------------------------------------------------------------------


def test_the_practitioner_ends_it_for_both(open_door: World) -> None:
    w = open_door
    talking(w)
    say(w, PATIENT, "answer")
    assert isinstance(w.desk.end_room(appointment=A1, by=PATIENT, now=w.now), NotYours)
    w.desk.end_room(appointment=A1, by=THE_DOCTOR, now=w.now)
    for by in (PATIENT, THE_DOCTOR):
        room = keep(w, by)
        assert isinstance(room, Room)
        assert room.ended
        assert say(w, by, "more") == RoomEnded()
        assert hear(w, by) == RoomEnded()
    assert kept_signals(w) == []
    assert [one.seen for one in record(w)].count(Seen.LEFT) == 2
    again = sit(w, PATIENT).seat
    assert (again.epoch, again.admitted_at) == (2, None)


@pytest.mark.parametrize("how", ["complete", "cancel", "move", "too late"])
def test_no_seat_outlives_its_consultation(open_door: World, how: str) -> None:
    w = open_door
    talking(w)
    later(w, timedelta(seconds=9))
    say(w, PATIENT, "answer")
    match how:
        case "complete":
            w.desk.complete(appointment=A1, amount=eur("0.00"), by=THE_DOCTOR, now=w.now)
        case "cancel":
            w.desk.cancel(appointment=A1, by=THE_DOCTOR, now=w.now)
        case "move":
            start = THURSDAY_10 + timedelta(hours=1)
            w.desk.move(appointment=A1, start=start, by=THE_DOCTOR, now=w.now)
        case _:
            later(w, timedelta(hours=3))
    assert say(w, PATIENT, "more") == hear(w, PATIENT) == RoomEnded()
    room = keep(w, PATIENT)
    assert isinstance(room, Room)
    assert room.ended
    assert kept_signals(w) == [] or how == "too late"
    later(w, LEASE)
    assert w.desk.sweep(now=w.now).left == 2
    assert kept_signals(w) == []


def test_a_browser_that_was_killed_left_when_it_was_last_heard_of(open_door: World) -> None:
    w = open_door
    talking(w)
    later(w, timedelta(seconds=9))
    keep(w, PATIENT)
    last = w.now
    say(w, PATIENT, "answer")
    later(w, HEARTBEAT * 2)
    assert w.desk.sweep(now=w.now).left == 1  # the practitioner, of whom nothing was heard
    assert len(kept_signals(w)) == 1
    later(w, HEARTBEAT + timedelta(seconds=1))
    assert w.desk.sweep(now=w.now).left == 1
    assert w.desk.sweep(now=w.now).left == 0
    left = [(one.role, one.at) for one in record(w) if one.seen is Seen.LEFT]
    assert left == [(Role.PRACTITIONER, THURSDAY_10), (Role.PATIENT, last)]
    assert kept_signals(w) == []
    assert keep(w, PATIENT) == SeatLost(epoch=1)
    assert sit(w, PATIENT).seat.admitted_at == THURSDAY_10  # the same browser, let in already


def test_beats_are_written_in_one_order_whoever_came_first() -> None:
    rooms = [AppointmentId("a2"), A1]
    beats = [Beat(room, by, 1, THURSDAY_10) for room in rooms for by in (THE_DOCTOR, PATIENT)]
    for come in permutations(beats):
        order = [come[at] for at in in_one_order(come)]
        assert order == beats[::-1]  # by room, and the patient first


def test_many_beats_are_kept_at_once_each_with_its_own_answer(open_door: World) -> None:
    world = open_door
    sit(world, PATIENT)
    sit(world, THE_DOCTOR)
    world.at(world.now + HEARTBEAT)
    beats = [
        Beat(A1, PATIENT, 1, world.now),
        Beat(A1, THE_DOCTOR, 7, world.now),
        Beat(A1, patient_of(BOB), 1, world.now),
        Beat(A1, THE_DOCTOR, 1, world.now),
    ]
    hers, lost, nobodys, his = world.desk.keep_seats(beats=beats)
    assert isinstance(hers, Room)
    assert hers.seat is not None
    assert hers.seat.last_seen == world.now
    assert lost == SeatLost(epoch=7)
    assert isinstance(nobodys, NotFound)
    assert isinstance(his, Room)
    world.at(world.now + LEASE - HEARTBEAT)
    assert isinstance(keep(world, PATIENT), Room)  # it was written down
