"""What is charged at the end, no-shows, absences, refunds, receipts (S9, S10, S12, S13)."""

from datetime import timedelta

import pytest

from teleconsult_core.appointments import Cancelled, Completed, NoShow
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId, RefundId
from teleconsult_core.messages import Kind
from teleconsult_core.people import Actor, Role
from teleconsult_core.policies import NoShowAllowed, NoShowForbidden, NoShowIndemnity, Policies
from teleconsult_core.receipts import ReceiptKind
from teleconsult_core.refusals import BadInput
from teleconsult_core.slots import Mode
from world import ANN, BOB, FEE, SUPPORT, THE_DOCTOR, THURSDAY_10, World, eur, patient_of

A1 = AppointmentId("a1")
ANN_HERSELF = patient_of(ANN)


def complete(world: World, amount: str, by: Actor = THE_DOCTOR):
    return world.desk.complete(appointment=A1, amount=eur(amount), by=by, now=world.now)


def receipts(world: World, id: str = "a1"):
    with world.store.open_work(writing=False) as work:
        return list(work.receipts.of(AppointmentId(id)))


@pytest.fixture
def met(world: World) -> World:
    world.meet(world.booked())
    return world


@pytest.fixture
def missed(world: World) -> World:
    """The practitioner waits through the grace period; the patient never comes."""
    world.booked()
    world.at(THURSDAY_10)
    world.desk.join(appointment=A1, by=THE_DOCTOR, device="desk", now=world.now)
    world.at(THURSDAY_10 + timedelta(minutes=10))
    return world


@pytest.mark.parametrize("amount", ["45.00", "22.50", "0.50"])
def test_the_practitioner_states_the_amount_up_to_what_is_held(met: World, amount: str) -> None:
    assert isinstance(complete(met, amount), Completed)
    assert met.cards.captured() == eur("0.00")  # answered at once; the worker captures
    met.work()
    assert met.cards.captured() == eur(amount)
    assert met.holds()[0].state is HoldState.CAPTURED


def test_nothing_is_a_possible_amount_and_releases_the_hold(met: World) -> None:
    assert isinstance(complete(met, "0.00"), Completed)
    met.work()
    assert met.cards.held() == met.cards.captured() == eur("0.00")
    assert met.holds()[0].state is HoldState.RELEASED
    assert [one.kind for one in receipts(met)] == [ReceiptKind.STATEMENT]
    assert len(met.sent(Kind.NOTHING_CHARGED)) == 1


@pytest.mark.parametrize(
    ("amount", "code"),
    [("45.01", "above-hold"), ("0.49", "below-minimum"), ("0.01", "below-minimum")],
)
def test_an_amount_out_of_bounds_is_refused_before_any_call(
    met: World, amount: str, code: str
) -> None:
    refusal = complete(met, amount)
    assert refusal.code == code
    assert amount in str(refusal)
    assert met.holds()[0].state is HoldState.HELD


def test_another_currency_is_no_amount_at_all(met: World) -> None:
    with pytest.raises(BadInput, match="GBP"):
        met.desk.complete(appointment=A1, amount=type(FEE)(100, "GBP"), by=THE_DOCTOR, now=met.now)


def test_a_decision_is_made_once(met: World) -> None:
    first = complete(met, "30.00")
    assert complete(met, "30.00") == first
    assert complete(met, "40.00").code == "already-decided"
    met.work()
    assert met.cards.captured() == eur("30.00")


@pytest.mark.parametrize("by", [patient_of(ANN), SUPPORT, Actor(Role.PRACTITIONER, "other")])
def test_only_its_practitioner_decides(met: World, by: Actor) -> None:
    assert complete(met, "45.00", by).code == "not-yours"


def test_nothing_is_charged_before_the_start(world: World) -> None:
    world.booked()
    assert complete(world, "45.00").code == "too-early"


def test_who_never_came_is_not_billed_as_if_he_had(missed: World) -> None:
    assert complete(missed, "45.00").code == "patient-not-seen"


def test_the_patient_is_mailed_a_link_to_his_receipt(met: World) -> None:
    complete(met, "45.00")
    met.work()
    assert len(met.sent(Kind.CHARGED)) == 1
    assert any("/l/account/" in letter.text for letter in met.letters.sent_to(ANN.email))
    (receipt,) = receipts(met)
    assert (receipt.kind, receipt.amount, receipt.number) == (
        ReceiptKind.RECEIPT,
        FEE,
        "dupont-2027-00001",
    )


def no_show(world: World, amount: str, by: Actor = THE_DOCTOR):
    return world.desk.mark_no_show(appointment=A1, amount=eur(amount), by=by, now=world.now)


def test_a_no_show_may_be_billed_and_is_never_booked_as_care(missed: World) -> None:
    assert isinstance(no_show(missed, "45.00"), NoShow)
    missed.work()
    assert missed.cards.captured() == FEE
    assert [one.kind for one in receipts(missed)] == [ReceiptKind.INDEMNITY]
    assert len(missed.sent(Kind.NO_SHOW_CHARGED)) == 1
    assert not missed.sent(Kind.CHARGED)
    assert no_show(missed, "45.00") == missed.appointment()


def test_a_no_show_may_be_waived(missed: World) -> None:
    outcome = missed.desk.waive_no_show(appointment=A1, by=THE_DOCTOR, now=missed.now)
    assert isinstance(outcome, NoShow)
    missed.work()
    assert missed.cards.held() == missed.cards.captured() == eur("0.00")


def test_a_no_show_is_not_billed_before_the_grace_period_is_over(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 + timedelta(minutes=9))
    assert no_show(world, "45.00").code == "too-early"


def test_a_no_show_is_billed_only_if_the_practitioner_was_there(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 + timedelta(minutes=15))
    refusal = no_show(world, "45.00")
    assert (refusal.code, refusal.judgement) == ("not-absent", "inconclusive")


def test_a_patient_who_tried_to_come_is_no_no_show(missed: World) -> None:
    missed.desk.report_trouble(appointment=A1, by=patient_of(ANN), device="phone", now=missed.now)
    refusal = no_show(missed, "45.00")
    assert (refusal.code, refusal.judgement) == ("not-absent", "technical")


def test_a_patient_who_came_is_no_no_show(met: World) -> None:
    assert no_show(met, "0.00").judgement == "present"


@pytest.mark.parametrize(
    ("policy", "amount", "code"),
    [
        (NoShowForbidden(), "1.00", "no-show-charge-forbidden"),
        (NoShowIndemnity(eur("25.00"), announced=False), "1.00", "no-show-charge-forbidden"),
        (NoShowIndemnity(eur("25.00"), announced=True), "25.01", "over-policy-cap"),
        (NoShowAllowed(eur("10.00")), "10.01", "over-policy-cap"),
    ],
)
def test_the_clinics_no_show_policy_binds(missed: World, policy, amount: str, code: str) -> None:
    missed.describe(Policies(no_show=policy))
    assert no_show(missed, amount).code == code
    assert isinstance(no_show(missed, "0.00"), NoShow)


def test_a_practitioners_own_policy_goes_before_the_practices(missed: World) -> None:
    missed.describe(Policies(no_show=NoShowAllowed()), no_show=NoShowForbidden())
    assert no_show(missed, "1.00").code == "no-show-charge-forbidden"


def absent(world: World, by: Actor = ANN_HERSELF):
    return world.desk.report_absent_practitioner(appointment=A1, by=by, now=world.now)


def test_the_patient_of_an_absent_practitioner_is_released_at_once(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 + timedelta(minutes=10))
    outcome = absent(world)
    assert isinstance(outcome, Cancelled)
    assert outcome.practitioner_absent
    assert absent(world) == outcome
    world.work()
    assert world.cards.held() == eur("0.00")
    assert len(world.sent(Kind.PRACTITIONER_ABSENT)) == 1


def test_a_practitioner_who_was_there_is_not_absent(missed: World) -> None:
    assert absent(missed).code == "not-absent"
    assert absent(missed, patient_of(BOB)).code == "not-yours"


def refund(world: World, amount: str, id: str = "r1", by: Actor = SUPPORT, reason: str = "asked"):
    return world.desk.refund(
        id=RefundId(id), appointment=A1, amount=eur(amount), reason=reason, by=by, now=world.now
    )


@pytest.fixture
def charged(met: World) -> World:
    complete(met, "40.00")
    met.work()
    return met


@pytest.mark.parametrize("by", [THE_DOCTOR, patient_of(ANN)])
def test_only_support_refunds(charged: World, by: Actor) -> None:
    assert refund(charged, "10.00", by=by).code == "not-yours"


def test_a_refund_in_parts_never_exceeds_what_was_captured(charged: World) -> None:
    refund(charged, "15.00")
    assert refund(charged, "25.01", "r2").code == "refund-too-much"  # the first is still under way
    charged.work()
    assert refund(charged, "25.01", "r3").code == "refund-too-much"
    refund(charged, "25.00", "r4")
    charged.work()
    assert charged.cards.refunded() == eur("40.00")
    assert charged.holds()[0].state is HoldState.REFUNDED


def test_the_same_refund_asked_twice_is_one_refund(charged: World) -> None:
    assert refund(charged, "15.00") == refund(charged, "15.00")
    charged.work()
    assert refund(charged, "15.00").amount == eur("15.00")
    charged.work()
    assert charged.cards.refunded() == eur("15.00")


def test_a_refund_needs_a_reason_and_gives_a_credit_note_that_names_the_receipt(
    charged: World,
) -> None:
    with pytest.raises(BadInput, match="reason"):
        refund(charged, "15.00", reason="  ")
    refund(charged, "15.00", reason="the sound failed")
    charged.work()
    receipt, note = receipts(charged)
    assert (note.kind, note.amount, note.corrects) == (
        ReceiptKind.CREDIT_NOTE,
        eur("15.00"),
        receipt.number,
    )
    assert "the sound failed" in note.reason
    assert len(charged.sent(Kind.REFUNDED)) == 1


def test_nothing_captured_nothing_to_refund(met: World) -> None:
    assert refund(met, "1.00").code == "no-live-hold"


def rate(world: World, stars: int, words: str = "", by: Actor = ANN_HERSELF):
    return world.desk.rate(appointment=A1, stars=stars, words=words, by=by, now=world.now)


def test_a_completed_consultation_is_rated_once(charged: World) -> None:
    first = rate(charged, 4, "clear and kind")
    assert rate(charged, 4, "clear and kind") == first
    assert rate(charged, 1).code == "already-rated"
    profile = charged.desk.show_profile(practitioner=THE_DOCTOR.id)
    assert str(profile.rating) == "4.0 (1)"


def test_in_person_is_rated_exactly_like_video(world: World) -> None:
    world.booked(mode=Mode.IN_PERSON, card=None)
    world.at(THURSDAY_10 + timedelta(minutes=30))
    assert isinstance(complete(world, "0.00"), Completed)
    assert rate(world, 5).stars == 5


def test_what_did_not_take_place_is_not_rated(missed: World) -> None:
    no_show(missed, "0.00")
    assert rate(missed, 1).code == "wrong-state"
    assert rate(missed, 1, by=patient_of(BOB)).code == "not-yours"


@pytest.mark.parametrize("stars", [0, 6, -1, True])
def test_stars_are_one_to_five(charged: World, stars: int) -> None:
    with pytest.raises(BadInput, match="1 to 5"):
        rate(charged, stars)


def test_the_dashboard_shows_every_payment_with_its_transfer(charged: World) -> None:
    shown = charged.desk.show_payments(practitioner=THE_DOCTOR.id, by=THE_DOCTOR, now=charged.now)
    (line,) = shown.lines
    first, last = line.expected
    assert (last - first, first - line.appointment.terms.end) == (timedelta(15), timedelta(15))
    assert line.transfer is not None
    assert line.transfer.amount == eur("40.00")
    assert shown.to_decide == ()


def test_forgotten_decisions_stand_on_top_of_the_dashboard(met: World) -> None:
    met.at(THURSDAY_10 + timedelta(hours=2))
    shown = met.desk.show_payments(practitioner=THE_DOCTOR.id, by=THE_DOCTOR, now=met.now)
    assert [one.appointment.terms.id for one in shown.to_decide] == ["a1"]
