"""The same command again: the first one's answer, nothing changed, and nobody else's booking."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import PortTrouble
from teleconsult_core.refusals import BadInput, Expired, NoLiveHold, NotFound, WrongState
from teleconsult_core.slots import Mode
from teleconsult_core.testing.fakes import FakeVideoRooms
from teleconsult_core.use_cases.card_step import BeingChecked, CardHeld, PatientNeeded
from world import ANN, BOB, DR, THE_DOCTOR, THURSDAY_10, VISIT, World, eur, patient_of

A1 = AppointmentId("a1")


def enter(world: World, **other: Any) -> Any:
    asked = {"practitioner": DR, "visit_type": VISIT, "mode": Mode.VIDEO, "patient": ANN}
    asked |= {"id": A1, "start": THURSDAY_10, "now": world.now}
    return world.desk.enter(**(asked | other))


def test_a_late_fee_for_what_was_never_confirmed_is_refused_each_time(world: World) -> None:
    world.book(card=None)
    for _ in range(2):
        refusal = world.desk.cancel(appointment=A1, by=THE_DOCTOR, fee=eur("10.00"), now=world.now)
        assert isinstance(refusal, NoLiveHold)
    assert world.appointment().state == "reserved"


def test_a_reservation_past_its_deadline_is_over_whether_it_was_swept_or_not(world: World) -> None:
    world.book(card=None)
    world.clock.forward(timedelta(minutes=15))
    assert isinstance(world.book(), Expired)
    world.desk.sweep(now=world.now)
    assert isinstance(world.book(), Expired)


class Stuck:
    """A room that is in trouble once when it is to be closed."""

    def __init__(self, rooms: FakeVideoRooms) -> None:
        self._rooms, self._stuck = rooms, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rooms, name)

    def close(self, *, appointment: AppointmentId) -> None:
        if self._stuck:
            self._stuck = False
            raise PortTrouble("the room does not answer")
        self._rooms.close(appointment=appointment)


@pytest.mark.parametrize("came", [True, False])
def test_a_room_that_did_not_close_is_closed_when_it_is_said_again(
    world: World, came: bool
) -> None:
    booked = world.booked()
    if came:
        world.meet(booked)
    else:
        world.at(booked.terms.start)
        world.desk.join(appointment=A1, by=THE_DOCTOR, device="d", now=world.now)
        world.at(booked.terms.start + timedelta(minutes=30))
    desk = evolve(world.desk, rooms=Stuck(world.rooms))
    say = desk.complete if came else desk.mark_no_show
    nothing = eur("0.00")
    with pytest.raises(PortTrouble):
        say(appointment=A1, amount=nothing, by=THE_DOCTOR, now=world.now)
    assert world.rooms.inside(A1)
    again = say(appointment=A1, amount=nothing, by=THE_DOCTOR, now=world.now)
    assert again == world.appointment()
    assert not world.rooms.inside(A1)


def test_a_booking_that_was_cancelled_is_not_booked_again_under_its_id(world: World) -> None:
    world.booked()
    world.desk.cancel(appointment=A1, by=patient_of(ANN), now=world.now)
    assert world.book() == WrongState(state="cancelled", wanted="new")


def test_an_id_means_one_booking_only(world: World) -> None:
    world.booked()
    for other in (
        {"patient": BOB},
        {"mode": Mode.IN_PERSON},
        {"start": THURSDAY_10.replace(day=5)},
    ):
        with pytest.raises(BadInput, match="id"):
            world.book(**other)


def test_an_entered_id_never_gives_away_another_patients_appointment(world: World) -> None:
    enter(world)
    with pytest.raises(BadInput, match="id"):
        enter(world, patient=BOB)


def test_an_entered_appointment_past_its_deadline_has_lapsed_swept_or_not(world: World) -> None:
    enter(world, deadline=world.now + timedelta(minutes=20))
    world.clock.forward(timedelta(minutes=20))
    lapsed = WrongState(state="lapsed", wanted="new")
    assert enter(world) == lapsed
    world.desk.sweep(now=world.now)
    assert enter(world) == lapsed


def test_a_silent_card_network_declines_nobody(world: World) -> None:
    world.cards.fail_next("card", "before-effect")
    with pytest.raises(PortTrouble):
        world.book()
    found = world.desk.show_appointment(appointment=A1, by=patient_of(ANN), now=world.now)
    assert isinstance(found, NotFound)
    assert isinstance(world.book(), CardHeld)


def test_what_is_booked_stays_booked_when_the_card_network_is_silent(world: World) -> None:
    first = world.book()
    world.cards.fail_next("card", "before-effect")
    assert world.book() == first


def test_a_challenge_that_cannot_be_asked_for_is_being_checked(world: World) -> None:
    world.cards.fail_next("challenge", "before-effect")
    assert isinstance(world.book(card="visa-3ds"), BeingChecked)
    assert isinstance(world.book(card="visa-3ds"), PatientNeeded)
