"""Booking from the public profile (S1, S8, S14, S21)."""

from datetime import timedelta

import pytest

from teleconsult_core.appointments import Confirmed, Lapsed, Reserved
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId, CardToken, PractitionerId, VisitTypeId
from teleconsult_core.messages import Kind
from teleconsult_core.refusals import (
    BadInput,
    CardBrandRefused,
    CardDeclined,
    ConsentMissing,
    NotFound,
    SlotNotOffered,
    SlotTaken,
)
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.card_step import BeingChecked, CardHeld, PatientNeeded
from world import ANN, BOB, DR, FEE, MONDAY, THURSDAY_10, VISIT, World, eur


def offered(world: World, hours: int = 24) -> list:
    window = Interval(THURSDAY_10, THURSDAY_10 + timedelta(hours=hours))
    slots = world.desk.offer_slots(practitioner=DR, visit_type=VISIT, window=window, now=world.now)
    return list(slots)


def test_a_video_consultation_is_booked_with_a_hold_for_its_fee(world: World) -> None:
    outcome = world.book()
    assert isinstance(outcome, CardHeld)
    assert outcome.hold.state is HoldState.HELD
    assert outcome.hold.amount == FEE
    assert world.cards.held() == FEE
    assert world.cards.captured() == eur("0.00")


def test_in_person_needs_no_card_and_is_confirmed_at_once(world: World) -> None:
    outcome = world.book(mode=Mode.IN_PERSON, card=None)
    assert isinstance(outcome, Confirmed)
    assert not outcome.terms.card_required
    assert world.holds() == []


def test_booking_a_slot_in_one_mode_takes_it_away_in_both(world: World) -> None:
    world.booked(mode=Mode.IN_PERSON, card=None)
    assert not [slot for slot in offered(world) if slot.start < THURSDAY_10 + timedelta(minutes=35)]
    assert isinstance(world.book("a2", patient=BOB), SlotTaken)


def test_what_is_offered_is_accepted_and_nothing_else(world: World) -> None:
    first = offered(world)[0]
    for mode in sorted(first.modes):
        assert (
            world.desk.why_not_bookable(
                practitioner=DR, visit_type=VISIT, mode=mode, start=first.start, now=world.now
            )
            is None
        )
    off_grid = first.start + timedelta(minutes=5)
    refusal = world.book(start=off_grid)
    assert isinstance(refusal, SlotNotOffered)
    assert "no slot starts" in refusal.reason


def test_said_twice_a_booking_gives_the_same_answer_and_one_hold(world: World) -> None:
    first, second = world.book(), world.book()
    assert first == second
    assert len(world.holds()) == 1
    assert world.cards.held() == FEE


def test_an_id_used_for_another_booking_is_bad_input(world: World) -> None:
    world.booked()
    with pytest.raises(BadInput, match="a1"):
        world.book(patient=BOB)


def test_without_a_card_the_slot_is_reserved_for_a_quarter_of_an_hour(world: World) -> None:
    reserved = world.book(card=None)
    assert isinstance(reserved, Reserved)
    assert reserved.deadline == MONDAY + timedelta(minutes=15)
    assert isinstance(world.book("a2", patient=BOB), SlotTaken)


def test_an_abandoned_reservation_frees_the_slot_by_itself(world: World) -> None:
    world.book(card=None)
    world.at(MONDAY + timedelta(minutes=15))  # and nobody sweeps
    assert THURSDAY_10 in {slot.start for slot in offered(world)}
    assert isinstance(world.book("a2", patient=BOB), CardHeld)
    assert isinstance(world.appointment("a1"), Lapsed)


def test_the_card_step_may_follow_the_reservation_and_be_tried_again(world: World) -> None:
    assert isinstance(world.book(card="visa-declined"), CardDeclined)
    assert isinstance(world.appointment(), Reserved)
    step = world.desk.place_hold(
        appointment=AppointmentId("a1"),
        card=CardToken("mastercard"),
        consent=world.consent(),
        now=world.now,
    )
    assert isinstance(step, CardHeld)
    assert isinstance(world.appointment(), Confirmed)
    assert [hold.state for hold in world.holds()] == [HoldState.DECLINED, HoldState.HELD]


def test_another_brand_is_refused_by_name_before_anything_is_reserved(world: World) -> None:
    refusal = world.book(card="discover")
    assert isinstance(refusal, CardBrandRefused)
    assert "Discover is not accepted" in str(refusal)
    assert world.cards.books == ()
    assert THURSDAY_10 in {slot.start for slot in offered(world)}


@pytest.mark.parametrize("card", ["visa", "mastercard", "amex"])
def test_the_three_brands_are_accepted(world: World, card: str) -> None:
    assert isinstance(world.book(card=card), CardHeld)


def test_no_hold_without_consent_to_exactly_its_amount(world: World) -> None:
    for consent in (None, world.consent(eur("44.99"))):
        refusal = world.book(consent=consent)
        assert isinstance(refusal, ConsentMissing)
        assert refusal.amount == FEE
    assert world.cards.books == ()


def test_what_the_patient_agreed_to_is_kept_word_for_word(world: World) -> None:
    consent = world.consent()
    world.book(consent=consent)
    with world.store.open_work(writing=False) as work:
        records = work.consents.of(AppointmentId("a1"))
    assert [record.consent for record in records] == [consent]


def test_three_d_secure_waits_for_the_patient_and_then_confirms(world: World) -> None:
    outcome = world.book(card="visa-3ds")
    assert isinstance(outcome, PatientNeeded)
    assert outcome.challenge
    assert outcome.hold.ref is not None
    world.cards.authenticate(outcome.hold.ref)
    step = world.desk.check_card_step(appointment=AppointmentId("a1"), now=world.now)
    assert isinstance(step, CardHeld)


def test_an_authentication_that_comes_too_late_holds_nothing(world: World) -> None:
    outcome = world.book(card="visa-3ds")
    world.at(MONDAY + timedelta(minutes=16))
    world.cards.authenticate(outcome.hold.ref)
    step = world.desk.check_card_step(appointment=AppointmentId("a1"), now=world.now)
    assert isinstance(step, CardDeclined)
    world.work()
    assert isinstance(world.appointment(), Lapsed)
    assert world.cards.held() == eur("0.00")


def test_a_lost_answer_is_being_checked_and_found_again(world: World) -> None:
    world.cards.fail_next("authorise", "after-effect")
    assert isinstance(world.book(), BeingChecked)
    assert isinstance(world.appointment(), Reserved)
    world.at(MONDAY + timedelta(minutes=1))
    world.work()
    assert isinstance(world.appointment(), Confirmed)
    assert world.cards.held() == FEE
    assert len(world.cards.books) == 1


def test_nobody_pays_twice_while_a_step_is_being_checked(world: World) -> None:
    world.cards.fail_next("authorise", "after-effect")
    world.book()
    step = world.desk.place_hold(
        appointment=AppointmentId("a1"),
        card=CardToken("visa"),
        consent=world.consent(),
        now=world.now,
    )
    assert isinstance(step, BeingChecked)
    assert len(world.cards.books) == 1


def test_a_free_consultation_needs_no_card(world: World) -> None:
    with world.store.open_work() as work:
        visit = work.clinic.visit_type(VISIT)
        from attrs import evolve

        from teleconsult_core.schedules import Offer

        work.clinic.put_visit_type(evolve(visit, offers={Mode.VIDEO: Offer(20, eur("0.00"))}))
        work.commit()
    assert isinstance(world.book(card=None), Confirmed)


def test_the_video_message_is_shown_only_while_a_video_consultation_is_booked(world: World) -> None:
    def terms(mode: Mode) -> str:
        shown = world.desk.booking_terms(
            practitioner=DR, visit_type=VISIT, mode=mode, start=THURSDAY_10, language="en"
        )
        return shown.video_message

    assert "medicines" in terms(Mode.VIDEO)
    assert terms(Mode.IN_PERSON) == ""


def test_unknown_names_are_not_found(world: World) -> None:
    assert isinstance(world.book(practitioner=PractitionerId("nobody")), NotFound)
    assert isinstance(world.book(visit_type=VisitTypeId("nothing")), NotFound)


def test_the_patient_is_told_that_he_booked(world: World) -> None:
    world.booked()
    world.work()
    assert len(world.sent(Kind.BOOKED)) == 1
    assert len(world.letters.sent_to(ANN.email)) == 1
