"""Offers from the waiting list, where lapsed appointments are still in the way."""

from datetime import timedelta

from teleconsult_core.ids import AppointmentId, WaitingId
from teleconsult_core.slots import Mode
from teleconsult_core.waiting_list import WaitingState
from world import ANN, BOB, DR, THE_DOCTOR, THURSDAY_10, VISIT, World

W1 = WaitingId("w1")
SOON = timedelta(minutes=20)


def wait(world: World, mode: Mode = Mode.VIDEO) -> None:
    world.desk.join_waiting_list(
        id=W1,
        practitioner=DR,
        visit_type=VISIT,
        mode=mode,
        patient=BOB,
        before=THURSDAY_10 + timedelta(days=1),
        now=world.now,
    )


def enter(world: World, id: str, start_after: int, deadline: timedelta | None = None) -> None:
    """A video appointment of 20 minutes, with the 5 that follow it."""
    world.desk.enter(
        id=AppointmentId(id),
        practitioner=DR,
        visit_type=VISIT,
        mode=Mode.VIDEO,
        start=THURSDAY_10 + timedelta(minutes=start_after),
        patient=ANN,
        deadline=world.now + deadline if deadline else None,
        now=world.now,
    )


def waiting(world: World) -> tuple[WaitingState, str | None]:
    with world.store.open_work(writing=False) as work:
        found = work.waiting_list.get(W1)
    assert found is not None
    return found.state, found.offer


def test_a_freed_slot_that_reaches_into_lapsed_time_is_offered(world: World) -> None:
    enter(world, "a1", 0, SOON)
    enter(world, "a2", 25, SOON)
    wait(world, Mode.IN_PERSON)  # half an hour: longer than what frees
    world.clock.forward(SOON)
    swept = world.desk.sweep(now=world.now)
    assert swept.lapsed >= 1
    assert waiting(world) == (WaitingState.OFFERED, "w1-1")
    assert world.appointment("a2").state == "lapsed"


def test_cancelling_before_lapsed_time_offers_both_together(world: World) -> None:
    enter(world, "a1", 0)
    enter(world, "a2", 25, SOON)
    wait(world, Mode.IN_PERSON)
    world.clock.forward(SOON)
    world.desk.cancel(appointment=AppointmentId("a1"), by=THE_DOCTOR, now=world.now)
    assert waiting(world) == (WaitingState.OFFERED, "w1-1")


def test_whose_lapsed_offer_is_booked_by_another_waits_again(world: World) -> None:
    enter(world, "a1", 0)
    wait(world)
    world.desk.cancel(appointment=AppointmentId("a1"), by=THE_DOCTOR, now=world.now)
    world.clock.forward(timedelta(hours=2))
    world.booked("a2", patient=ANN)
    assert waiting(world) == (WaitingState.WAITING, None)


def test_an_offer_never_takes_the_id_of_an_earlier_appointment(world: World) -> None:
    world.booked("w1-1", THURSDAY_10 + timedelta(hours=5), patient=ANN)
    enter(world, "a1", 0)
    wait(world)
    world.desk.cancel(appointment=AppointmentId("a1"), by=THE_DOCTOR, now=world.now)
    assert world.appointment("w1-1").terms.patient == ANN.id
    assert waiting(world) == (WaitingState.OFFERED, "w1-2")
