"""Entered by the practitioner (S7), and the waiting list."""

from datetime import timedelta

from teleconsult_core.appointments import AwaitingConfirmation, Confirmed, Lapsed
from teleconsult_core.ids import AppointmentId, CardToken, WaitingId
from teleconsult_core.messages import Kind
from teleconsult_core.refusals import (
    CardMissing,
    ConsentMissing,
    Expired,
    NotConfirmed,
    NotOnTick,
    SlotNotOffered,
    SlotTaken,
    StartsInThePast,
)
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.card_step import CardHeld
from teleconsult_core.waiting_list import WaitingState
from world import ANN, BOB, DR, FEE, MONDAY, THE_DOCTOR, THURSDAY_10, VISIT, World, patient_of

A1 = AppointmentId("a1")


def entered(world: World, id: str = "a1", start=THURSDAY_10, **more):
    asked = {"mode": Mode.VIDEO, "patient": ANN, "visit_type": VISIT, "practitioner": DR}
    return world.desk.enter(id=AppointmentId(id), start=start, now=world.now, **(asked | more))


def test_an_entered_appointment_holds_the_slot_and_asks_the_patient(world: World) -> None:
    outcome = entered(world)
    assert isinstance(outcome, AwaitingConfirmation)
    assert outcome.deadline == THURSDAY_10
    assert isinstance(world.book("a2", patient=BOB), SlotTaken)
    world.work()
    assert len(world.sent(Kind.PLEASE_CONFIRM)) == 2
    assert "/l/confirm/" in world.texts.sent_to(ANN.phone)[0]


def test_the_patient_must_confirm_before_he_may_enter_the_waiting_room(world: World) -> None:
    entered(world)
    world.at(THURSDAY_10 - timedelta(minutes=5))
    refusal = world.desk.join(appointment=A1, by=patient_of(ANN), device="d", now=world.now)
    assert isinstance(refusal, NotConfirmed)


def test_confirming_is_placing_the_hold(world: World) -> None:
    entered(world)
    desk, consent = world.desk, world.consent()
    assert isinstance(desk.confirm(appointment=A1, now=world.now), ConsentMissing)
    missing = desk.confirm(appointment=A1, consent=consent, now=world.now)
    assert isinstance(missing, CardMissing)
    step = desk.confirm(appointment=A1, consent=consent, card=CardToken("visa"), now=world.now)
    assert isinstance(step, CardHeld)
    assert world.cards.held() == FEE
    assert desk.confirm(appointment=A1, now=world.now) == step  # said twice


def test_the_practitioner_may_say_that_no_card_is_required(world: World) -> None:
    entered(world, card_required=False)
    assert isinstance(world.desk.confirm(appointment=A1, now=world.now), Confirmed)


def test_what_is_not_confirmed_by_its_deadline_lapses_and_frees_the_slot(world: World) -> None:
    deadline = MONDAY + timedelta(hours=4)
    entered(world, deadline=deadline)
    world.at(deadline)
    assert isinstance(world.desk.confirm(appointment=A1, now=world.now), Expired)
    assert isinstance(world.book("a2", patient=BOB), CardHeld)
    assert isinstance(world.appointment("a1"), Lapsed)


def test_the_practitioner_may_overrule_his_hours_but_not_what_is_taken(world: World) -> None:
    evening = THURSDAY_10 + timedelta(hours=9)
    assert isinstance(entered(world, "a1", evening), AwaitingConfirmation)
    overlapping = evening + timedelta(minutes=10)
    assert isinstance(entered(world, "a2", overlapping), SlotTaken)
    assert isinstance(entered(world, "a3", evening + timedelta(minutes=27)), NotOnTick)
    assert isinstance(entered(world, "a4", MONDAY - timedelta(hours=1)), StartsInThePast)


def test_nobody_overrules_an_unavailability(world: World) -> None:
    away = Interval(THURSDAY_10, THURSDAY_10 + timedelta(hours=1))
    world.desk.set_unavailability(
        practitioner=DR,
        modes=frozenset({Mode.VIDEO}),
        intervals=[away],
        source="by hand",
        by=THE_DOCTOR,
        now=world.now,
    )
    assert isinstance(entered(world), SlotNotOffered)
    off_the_grid = THURSDAY_10 + timedelta(minutes=5)  # overruled, but not the unavailability
    assert isinstance(entered(world, start=off_the_grid), SlotNotOffered)
    assert isinstance(entered(world, "a2", mode=Mode.IN_PERSON), AwaitingConfirmation)


def wait(world: World, id: str, patient, before=THURSDAY_10 + timedelta(days=1)):
    return world.desk.join_waiting_list(
        id=WaitingId(id),
        practitioner=DR,
        visit_type=VISIT,
        mode=Mode.VIDEO,
        patient=patient,
        before=before,
        now=world.now,
    )


def waiting(world: World, id: str):
    with world.store.open_work(writing=False) as work:
        return work.waiting_list.get(WaitingId(id))


def test_a_freed_slot_is_offered_to_the_first_then_to_the_next(world: World) -> None:
    world.booked()
    carl = type(ANN)("carl", "Carl", "+32475000003", "carl@example.org")
    wait(world, "w-bob", BOB)
    world.at(MONDAY + timedelta(minutes=1))
    wait(world, "w-carl", carl)
    world.desk.cancel(appointment=A1, by=patient_of(ANN), now=world.now)

    offer = world.appointment("w-bob-1")
    assert isinstance(offer, AwaitingConfirmation)
    assert offer.terms.start == THURSDAY_10
    assert isinstance(world.book("a9", patient=ANN), SlotTaken)  # reserved for him for a while
    world.work()
    assert "/l/confirm/" in world.texts.sent_to(BOB.phone)[0]

    world.at(offer.deadline)
    world.work()
    assert isinstance(world.appointment("w-bob-1"), Lapsed)
    assert waiting(world, "w-bob").state is WaitingState.WAITING
    assert isinstance(world.appointment("w-carl-1"), AwaitingConfirmation)


def test_an_offer_that_is_confirmed_ends_the_waiting(world: World) -> None:
    world.booked()
    wait(world, "w-bob", BOB)
    world.desk.cancel(appointment=A1, by=patient_of(ANN), now=world.now)
    step = world.desk.confirm(
        appointment=AppointmentId("w-bob-1"),
        consent=world.consent(),
        card=CardToken("visa"),
        now=world.now,
    )
    assert isinstance(step, CardHeld)
    assert waiting(world, "w-bob").state is WaitingState.SERVED


def test_nobody_is_offered_a_slot_he_does_not_want(world: World) -> None:
    world.booked()
    wait(world, "w-bob", BOB, before=THURSDAY_10 - timedelta(hours=1))
    world.desk.cancel(appointment=A1, by=patient_of(ANN), now=world.now)
    assert waiting(world, "w-bob").state is WaitingState.WAITING
    assert isinstance(world.book("a9"), CardHeld)


def test_who_leaves_the_waiting_list_is_not_asked(world: World) -> None:
    world.booked()
    wait(world, "w-bob", BOB)
    world.desk.leave_waiting_list(id=WaitingId("w-bob"), by=patient_of(BOB), now=world.now)
    world.desk.cancel(appointment=A1, by=patient_of(ANN), now=world.now)
    assert waiting(world, "w-bob").state is WaitingState.LEFT
    assert isinstance(world.book("a9"), CardHeld)
