"""What stands in a patient's calendar after any life of an appointment, in whatever order the
letters arrive: exactly what he has, at its time, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from journeys.diary import Diary
from teleconsult_calendars import invitation_text
from teleconsult_core.appointments import AwaitingConfirmation, Confirmed
from teleconsult_core.gateways import Letter
from teleconsult_core.ids import AppointmentId, CardToken, WaitingId
from teleconsult_core.people import Actor
from teleconsult_core.slots import Mode
from world import ANN, BOB, DR, THE_DOCTOR, THURSDAY_10, VISIT, World, patient_of

A1 = AppointmentId("a1")
TIMES = [THURSDAY_10 + timedelta(days=days, hours=hours) for days in (0, 1) for hours in (0, 1, 5)]
PEOPLE = [THE_DOCTOR, patient_of(ANN)]
STEPS = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(TIMES), st.sampled_from(PEOPLE)),
    st.tuples(st.just("cancel"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("confirm")),
    st.tuples(st.just("wait"), st.sampled_from([timedelta(minutes=1), timedelta(hours=30)])),
    st.tuples(st.just("deliver")),
)


@pytest.fixture
def world() -> World:
    return World()


def enter(world: World) -> None:
    world.desk.enter(
        id=A1, practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO, start=THURSDAY_10,
        patient=ANN, card_required=False, now=world.now,
    )  # fmt: skip


def take(world: World, step: tuple[Any, ...]) -> None:
    """One thing that happens; refused or not. A minute passes."""
    match step:
        case "move", start, by:
            world.desk.move(appointment=A1, start=start, by=by, now=world.now)
        case "cancel", by:
            world.desk.cancel(appointment=A1, by=by, now=world.now)
        case ("confirm",):
            world.desk.confirm(appointment=A1, now=world.now)
        case "wait", time:
            world.at(world.now + time)
        case _:
            world.work(1)
    world.at(world.now + timedelta(minutes=1))


def letters(world: World) -> list[Letter]:
    return [one.content for one in world.letters.sent if one.to == ANN.email]


def stands(world: World) -> list[tuple[str, Any, Any, bool]]:
    """What should stand in the patient's calendar."""
    found = world.appointment()
    if not isinstance(found, Confirmed | AwaitingConfirmation):
        return []
    terms = found.terms
    return [(f"{A1}@clinic.example", terms.start, terms.end, isinstance(found, Confirmed))]


@settings(max_examples=150, deadline=None)
@given(entered=st.booleans(), steps=st.lists(STEPS, max_size=8), mix=st.randoms())
def test_it_is_exactly_what_he_has(entered: bool, steps: list[tuple[Any, ...]], mix: Any) -> None:
    world = World()
    enter(world) if entered else world.booked()
    for step in steps:
        take(world, step)
    found = world.appointment()
    # Nobody is sent news of a time that has come and gone while no worker ran.
    assume(world.now < found.terms.start or not isinstance(found, Confirmed))
    world.work(2)
    arrived = letters(world)
    mix.shuffle(arrived)
    twice = [*arrived, *arrived[:2]]
    assert Diary().read(twice).events == stands(world)


def written(world: World) -> list[str]:
    """The calendar parts he was sent, as text."""
    return [
        invitation_text(one.event, "desk@clinic.example", ANN.email)
        for one in letters(world)
        if one.event is not None
    ]


def test_booked_moved_and_cancelled(world: World) -> None:
    world.booked()
    for step in (
        ("deliver",),
        ("move", TIMES[3], THE_DOCTOR),
        ("deliver",),
        ("cancel", THE_DOCTOR),
    ):
        take(world, step)
    world.work()
    first, second, last = written(world)
    assert "METHOD:REQUEST" in first
    assert "SEQUENCE:0" in first
    assert "METHOD:REQUEST" in second
    assert "SEQUENCE:1" in second
    assert "METHOD:CANCEL" in last
    assert "SEQUENCE:2" in last
    assert all("UID:a1@clinic.example" in one for one in (first, second, last))


def test_entered_it_is_tentative_until_it_is_confirmed(world: World) -> None:
    enter(world)
    for step in (("deliver",), ("confirm",), ("deliver",)):
        take(world, step)
    first, second = written(world)
    assert "STATUS:TENTATIVE" in first
    assert "STATUS:CONFIRMED" in second


def test_entered_and_never_confirmed_it_goes(world: World) -> None:
    enter(world)
    take(world, ("deliver",))
    world.at(THURSDAY_10 + timedelta(hours=1))
    world.work()
    assert Diary().read(letters(world)).events == []
    assert "METHOD:CANCEL" in written(world)[-1]


@pytest.mark.parametrize("by", PEOPLE, ids=lambda by: by.role.value)
def test_a_letter_that_arrives_after_the_cancellation_brings_nothing_back(
    world: World, by: Actor
) -> None:
    world.booked()
    for step in (("deliver",), ("cancel", by), ("deliver",)):
        take(world, step)
    assert Diary().read(reversed(letters(world))).events == []


# --- offered from the waiting list ---------------------------------------------------------------


def offered(world: World) -> AppointmentId:
    """Ann is offered the time that Bob had."""
    world.booked(patient=BOB)
    world.desk.join_waiting_list(
        id=WaitingId("w1"), practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO, patient=ANN,
        before=world.now + timedelta(days=20), now=world.now,
    )  # fmt: skip
    world.desk.cancel(appointment=A1, by=THE_DOCTOR, now=world.now)
    world.work(2)
    with world.store.open_work(writing=False) as work:
        (offer,) = work.appointments.of_patient(ANN.id)
    return offer.terms.id


def test_an_offer_is_in_her_calendar_once_she_has_taken_it_up(world: World) -> None:
    id = offered(world)
    assert written(world) == []
    world.desk.confirm(
        appointment=id, consent=world.consent(), card=CardToken("visa"), now=world.now
    )
    world.work()
    start, end = THURSDAY_10, THURSDAY_10 + timedelta(minutes=20)
    assert Diary().read(letters(world)).events == [(f"{id}@clinic.example", start, end, True)]


@pytest.mark.parametrize("ends", ["lapses", "is declined"])
def test_an_offer_that_comes_to_nothing_leaves_nothing(world: World, ends: str) -> None:
    id = offered(world)
    if ends == "lapses":
        world.at(THURSDAY_10)
    else:
        world.desk.cancel(appointment=id, by=patient_of(ANN), now=world.now)
    world.work()
    assert Diary().read(letters(world)).events == []
    assert not any("METHOD:REQUEST" in one for one in written(world))
