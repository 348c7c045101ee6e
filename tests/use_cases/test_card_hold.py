"""The card hold's life: seven days, authorize again, one live hold (S11)."""

from datetime import timedelta

from teleconsult_core.appointments import Completed
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId, CardToken
from teleconsult_core.messages import Kind
from teleconsult_core.refusals import HoldNeeded, NothingToDo, TooEarly
from teleconsult_core.use_cases.card_step import CardHeld
from world import ANN, FEE, MONDAY, THE_DOCTOR, World, eur, patient_of

A1 = AppointmentId("a1")
IN_TEN_DAYS = MONDAY + timedelta(days=10, hours=1)  # a Thursday, 10:00 in Brussels


def again(world: World, card: str = "visa"):
    return world.desk.reauthorize(
        appointment=A1, card=CardToken(card), consent=world.consent(), now=world.now
    )


def test_the_hold_lives_until_the_network_says(world: World) -> None:
    world.booked()
    assert world.holds()[0].until == MONDAY + timedelta(days=7)


def test_a_hold_that_will_not_cover_is_asked_for_again_a_day_before(world: World) -> None:
    world.booked(start=IN_TEN_DAYS)
    world.work()
    assert not world.sent(Kind.AUTHORIZE)
    world.at(IN_TEN_DAYS - timedelta(hours=24))
    world.work()
    assert len(world.sent(Kind.AUTHORIZE)) == 2
    assert any("/l/authorize/" in text for text in world.texts.sent_to(ANN.phone))


def test_the_patient_is_told_at_booking_that_the_hold_will_not_last(world: World) -> None:
    assert not world.book(start=IN_TEN_DAYS).covers
    world.work()
    assert "/l/authorize/" in world.letters.sent_to(ANN.email)[0].text
    assert world.book("a2", start=IN_TEN_DAYS - timedelta(days=7)).covers


def test_a_hold_that_covers_is_not_asked_for_again(world: World) -> None:
    confirmed = world.booked()
    world.at(confirmed.terms.start - timedelta(minutes=1))
    world.work()
    assert not world.messages(kind=Kind.AUTHORIZE)
    assert isinstance(again(world), NothingToDo)


def test_no_covering_hold_no_call(world: World) -> None:
    world.booked(start=IN_TEN_DAYS)
    world.at(IN_TEN_DAYS - timedelta(minutes=5))
    refusal = world.desk.join(appointment=A1, by=patient_of(ANN), device="d", now=world.now)
    assert isinstance(refusal, HoldNeeded)
    assert isinstance(again(world), CardHeld)
    joined = world.desk.join(appointment=A1, by=patient_of(ANN), device="d", now=world.now)
    assert joined.room.address


def test_a_re_authorization_is_the_next_hold_and_the_one_before_is_released(world: World) -> None:
    start = MONDAY + timedelta(days=7, hours=1)  # held, but not past the settlement margin
    world.booked(start=start)
    world.at(start - timedelta(hours=20))
    assert isinstance(again(world), CardHeld)
    world.work()
    assert [hold.state for hold in world.holds()] == [HoldState.RELEASED, HoldState.HELD]
    assert world.cards.held() == FEE


def test_authorizing_again_opens_a_day_before(world: World) -> None:
    world.booked(start=IN_TEN_DAYS)
    world.at(IN_TEN_DAYS - timedelta(days=2))
    refusal = again(world)
    assert isinstance(refusal, TooEarly)
    assert refusal.opens_at == IN_TEN_DAYS - timedelta(hours=24)


def test_the_last_reminder_carries_the_authorization_too(world: World) -> None:
    world.booked(start=IN_TEN_DAYS)
    world.at(IN_TEN_DAYS - timedelta(hours=1))
    world.work()
    last = list(world.sent(Kind.LAST_REMINDER))
    assert len(last) == 2
    assert "/l/authorize/" in world.letters.sent_to(ANN.email)[-1].text


def test_a_declined_re_authorization_is_told_by_mail(world: World) -> None:
    world.booked(start=IN_TEN_DAYS)
    world.at(IN_TEN_DAYS - timedelta(hours=5))
    again(world, "visa-declined")
    world.work()
    assert len(world.sent(Kind.CARD_DECLINED)) == 1


def test_no_decision_before_the_hold_lapses_means_not_billed_and_it_shows(world: World) -> None:
    confirmed = world.booked()
    world.meet(confirmed)
    for hours in (1, 24, 84):
        world.at(max(world.now, confirmed.terms.end + timedelta(hours=hours)))
        world.work()
    decided = world.messages(kind=Kind.DECIDE)
    assert {m.about for m in decided if m.state == "sent"} == {"end", "next-day", "lapse-1"}
    world.at(world.holds()[0].until)
    world.work()
    over = world.appointment()
    assert isinstance(over, Completed)
    assert over.decided_by is None
    assert over.amount == eur("0.00")
    assert world.holds()[0].state is HoldState.LAPSED
    assert world.sent(Kind.UNBILLED)
    assert world.cards.captured() == eur("0.00")
    outcome = world.desk.complete(appointment=A1, amount=FEE, by=THE_DOCTOR, now=world.now)
    assert outcome.code == "already-decided"


def test_the_issuer_may_drop_a_hold_early(world: World) -> None:
    world.booked(card="visa-short")
    world.at(MONDAY + timedelta(days=2, hours=12))
    world.desk.take_card_news(news="n1", ref=world.holds()[0].ref, now=world.now)
    assert world.holds()[0].state is HoldState.LAPSED
    assert isinstance(again(world), CardHeld)
