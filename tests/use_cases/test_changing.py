"""Cancelling, moving, unavailability."""

from datetime import timedelta

from teleconsult_core.appointments import Cancelled, Confirmed
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId
from teleconsult_core.messages import Kind
from teleconsult_core.refusals import SlotTaken, TooLate
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.card_step import CardHeld
from world import (
    ANN,
    BOB,
    DR,
    FEE,
    MONDAY,
    SUPPORT,
    THE_DOCTOR,
    THURSDAY_10,
    VISIT,
    World,
    eur,
    patient_of,
)

A1 = AppointmentId("a1")


def cancel(world: World, by, fee=None):
    return world.desk.cancel(appointment=A1, by=by, fee=fee, now=world.now)


def test_the_patient_may_cancel_until_the_cut_off(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 - timedelta(hours=24))
    assert isinstance(cancel(world, patient_of(ANN)), Cancelled)
    world.work()
    assert world.cards.held() == eur("0.00")


def test_after_it_he_is_given_the_practices_telephone(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 - timedelta(hours=23))
    refusal = cancel(world, patient_of(ANN))
    assert isinstance(refusal, TooLate)
    assert refusal.phone in str(refusal)


def test_the_practitioner_may_always_cancel_and_it_costs_nothing(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 - timedelta(minutes=1))
    first = cancel(world, THE_DOCTOR)
    assert cancel(world, THE_DOCTOR) == first
    world.work()
    assert world.holds()[0].state is HoldState.RELEASED
    assert isinstance(
        world.book("a2", patient=BOB, start=THURSDAY_10 + timedelta(hours=5)), CardHeld
    )


def test_a_late_cancellation_may_cost_what_the_consent_said_at_the_practitioners_choice(
    world: World,
) -> None:
    world.booked()
    assert cancel(world, THE_DOCTOR, eur("20.00")).code == "too-early"
    world.at(THURSDAY_10 - timedelta(hours=2))
    assert cancel(world, SUPPORT, eur("20.00")).code == "not-yours"
    assert cancel(world, THE_DOCTOR, eur("20.01")).code == "over-policy-cap"
    assert isinstance(cancel(world, THE_DOCTOR, eur("20.00")), Cancelled)
    world.work()
    assert world.cards.captured() == eur("20.00")
    assert world.sent(Kind.NO_SHOW_CHARGED)


def test_nobody_else_cancels(world: World) -> None:
    world.booked()
    assert cancel(world, patient_of(BOB)).code == "not-yours"


def move(world: World, start, by=None):
    return world.desk.move(appointment=A1, start=start, by=by or patient_of(ANN), now=world.now)


def test_moving_frees_the_old_time_and_takes_the_new(world: World) -> None:
    world.booked()
    later = THURSDAY_10 + timedelta(hours=4)
    moved = move(world, later)
    assert isinstance(moved, Confirmed)
    assert moved.terms.sequence == 1
    assert move(world, later) == moved
    assert isinstance(world.book("a2", patient=BOB), CardHeld)
    assert isinstance(world.book("a3", patient=BOB, start=later), SlotTaken)


def test_moving_to_an_overlapping_slot_of_his_own_is_possible(world: World) -> None:
    world.booked()
    assert isinstance(move(world, THURSDAY_10 + timedelta(minutes=20)), Confirmed)


def test_moving_keeps_a_hold_that_still_covers_and_asks_for_a_new_one_otherwise(
    world: World,
) -> None:
    world.booked()
    move(world, THURSDAY_10 + timedelta(hours=4))
    assert not world.messages(kind=Kind.AUTHORIZE)
    assert len(world.holds()) == 1
    far = THURSDAY_10 + timedelta(days=7)
    move(world, far)
    assert {m.due_at for m in world.messages(kind=Kind.AUTHORIZE)} == {far - timedelta(hours=24)}


def test_the_patient_moves_only_to_what_is_offered_the_practitioner_anywhere_free(
    world: World,
) -> None:
    world.booked()
    evening = THURSDAY_10 + timedelta(hours=9)
    assert move(world, evening).code == "slot-not-offered"
    assert isinstance(move(world, evening, THE_DOCTOR), Confirmed)


def slots(world: World, mode: Mode) -> set:
    window = Interval(THURSDAY_10, THURSDAY_10 + timedelta(hours=2))
    found = world.desk.offer_slots(
        practitioner=DR, visit_type=VISIT, window=window, now=world.now, modes=frozenset({mode})
    )
    return {slot.start for slot in found}


def test_an_unavailability_in_one_mode_leaves_the_other_open(world: World) -> None:
    before = {mode: slots(world, mode) for mode in Mode}
    away = Interval(THURSDAY_10, THURSDAY_10 + timedelta(hours=2))
    kept = world.desk.set_unavailability(
        practitioner=DR,
        modes=frozenset({Mode.VIDEO}),
        intervals=[away],
        source="by hand",
        by=THE_DOCTOR,
        now=MONDAY,
    )
    assert slots(world, Mode.VIDEO) == set()
    assert slots(world, Mode.IN_PERSON) == before[Mode.IN_PERSON] != set()
    for one in kept.kept:
        world.desk.remove_unavailability(id=one.id, by=THE_DOCTOR, now=MONDAY)
    assert {mode: slots(world, mode) for mode in Mode} == before


def test_unavailable_in_both_is_two_unavailabilities_said_at_once(world: World) -> None:
    world.booked()
    away = Interval(THURSDAY_10, THURSDAY_10 + timedelta(hours=2))
    for _ in range(2):  # a calendar imported twice is imported once
        outcome = world.desk.set_unavailability(
            practitioner=DR,
            modes=frozenset(Mode),
            intervals=[away],
            source="calendar",
            replace=True,
            by=THE_DOCTOR,
            now=MONDAY,
        )
    assert {one.mode for one in outcome.kept} == set(Mode)
    assert outcome.replaced == 2
    assert [one.terms.id for one in outcome.overlapping] == ["a1"]
    assert world.cards.held() == FEE
