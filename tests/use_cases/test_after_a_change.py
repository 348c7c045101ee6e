"""What a move, a cancellation or time itself must end: rooms, evidence, offers of a link, words."""

from datetime import timedelta
from typing import Any

from teleconsult_core.appointments import Cancelled, Completed
from teleconsult_core.ids import AppointmentId, CardToken, OperationId
from teleconsult_core.messages import Kind, To
from teleconsult_core.people import ErasedPatient, Role
from teleconsult_core.policies import Policies
from teleconsult_core.refusals import NotFound, NothingToDo, PatientNotSeen, WrongState
from teleconsult_core.slots import Mode
from world import ANN, DR, OPERATOR, SUPPORT, THE_DOCTOR, THURSDAY_10, VISIT, World, eur, patient_of

A1 = AppointmentId("a1")
LATER = THURSDAY_10 + timedelta(hours=5)


def enter_room(world: World) -> None:
    for by in (THE_DOCTOR, patient_of(ANN)):
        world.desk.join(appointment=A1, by=by, device=by.id, now=world.now)


def complete(world: World, amount: str) -> Any:
    return world.desk.complete(appointment=A1, amount=eur(amount), by=THE_DOCTOR, now=world.now)


def test_a_cancellation_empties_the_room(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10)
    enter_room(world)
    world.desk.cancel(appointment=A1, by=THE_DOCTOR, now=world.now)
    assert world.rooms.inside(A1) == {}


def test_a_move_empties_the_room_and_the_same_move_again_does_not(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10)
    enter_room(world)
    soon = THURSDAY_10 + timedelta(minutes=10)
    for _ in range(2):
        world.desk.move(appointment=A1, start=soon, by=THE_DOCTOR, now=world.now)
        assert set(world.rooms.inside(A1)) <= {Role.PATIENT, Role.PRACTITIONER}
        if world.rooms.inside(A1) == {}:
            enter_room(world)  # for the new time
    assert len(world.rooms.inside(A1)) == 2


def test_who_came_to_the_time_before_a_move_has_not_been_seen(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10)
    enter_room(world)
    world.clock.forward(timedelta(minutes=5))
    world.desk.move(appointment=A1, start=LATER, by=THE_DOCTOR, now=world.now)
    world.at(LATER + timedelta(minutes=12))
    assert isinstance(complete(world, "45.00"), PatientNotSeen)


def test_trouble_reported_days_before_is_no_trace_of_the_patient(world: World) -> None:
    world.booked()
    world.desk.report_trouble(appointment=A1, by=patient_of(ANN), device="phone", now=world.now)
    world.at(THURSDAY_10 + timedelta(minutes=12))
    assert isinstance(complete(world, "45.00"), PatientNotSeen)


def test_the_letter_of_a_late_cancellation_names_its_fee(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 - timedelta(hours=3))
    off = world.desk.cancel(appointment=A1, by=THE_DOCTOR, fee=eur("10.00"), now=world.now)
    assert isinstance(off, Cancelled)
    told = [one for one in world.messages(kind=Kind.CANCELLED) if one.to is To.PATIENT]
    assert [one.amount for one in told] == [1000, 1000]


def test_no_link_is_sent_again_for_what_has_lapsed_before_it_is_swept(world: World) -> None:
    world.desk.enter(
        id=A1,
        practitioner=DR,
        visit_type=VISIT,
        mode=Mode.VIDEO,
        start=THURSDAY_10,
        patient=ANN,
        deadline=world.now + timedelta(minutes=20),
        now=world.now,
    )
    world.clock.forward(timedelta(minutes=20))
    refusal = world.desk.resend_link(appointment=A1, by=SUPPORT, now=world.now)
    assert isinstance(refusal, WrongState)


def test_a_link_asked_for_twice_is_sent_twice_after_a_pause(world: World) -> None:
    world.booked()
    for _ in range(2):
        world.desk.resend_link(appointment=A1, by=SUPPORT, now=world.now)
        world.work()
        world.clock.forward(timedelta(minutes=1))
    assert len(world.sent(Kind.LINK_AGAIN)) == 4


def test_a_link_is_new_each_time_however_often_it_was_lost(world: World) -> None:
    world.booked()
    for _ in range(12):
        world.desk.resend_link(appointment=A1, by=SUPPORT, now=world.now)
        world.work()
        world.clock.forward(timedelta(minutes=1))
    said = [one.content for one in world.texts.sent if "/l/join/" in one.content]
    assert len(set(said)) == 12
    letters = [one.content.text for one in world.letters.sent if "/l/join/" in one.content.text]
    assert all(any(text.split()[-1] in letter for letter in letters) for text in said)


def test_reminders_of_the_second_move_are_sent(world: World) -> None:
    world.booked()
    for start in (LATER, THURSDAY_10):
        world.desk.move(appointment=A1, start=start, by=THE_DOCTOR, now=world.now)
    for hours in (24, 1):
        world.at(THURSDAY_10 - timedelta(hours=hours))
        world.work()
    assert len(world.sent(Kind.REMINDER)) == len(world.sent(Kind.LAST_REMINDER)) == 2


def test_a_hold_the_bank_dropped_is_asked_for_again_at_the_new_time(world: World) -> None:
    world.booked(card="visa-short")
    world.clock.forward(timedelta(days=2))
    world.desk.reconcile(since=THURSDAY_10 - timedelta(days=9), now=world.now)
    world.desk.move(appointment=A1, start=LATER, by=THE_DOCTOR, now=world.now)
    assert len(world.messages(kind=Kind.AUTHORIZE)) == 2


def test_coming_back_from_the_bank_after_the_charge_tells_of_no_refusal(world: World) -> None:
    world.meet(world.booked())
    assert isinstance(complete(world, "45.00"), Completed)
    for _ in range(2):
        outcome = world.desk.check_card_step(appointment=A1, now=world.now)
        assert isinstance(outcome, NothingToDo)
        world.desk.recover(now=world.now)


def test_nobody_authorizes_again_what_is_being_charged(world: World) -> None:
    world.meet(world.booked())
    complete(world, "45.00")
    outcome = world.desk.reauthorize(
        appointment=A1, card=CardToken("visa"), consent=world.consent(), now=world.now
    )
    assert outcome == WrongState(state="completed", wanted="confirmed")


def test_an_unanswered_hold_of_a_cancelled_appointment_is_let_go(world: World) -> None:
    world.cards.fail_next("authorise", "after-effect")
    world.book()
    world.desk.cancel(appointment=A1, by=patient_of(ANN), now=world.now)
    world.clock.forward(timedelta(minutes=1))
    world.work()
    assert world.cards.held() == eur("0.00")


def test_the_words_of_a_rating_go_with_the_appointment(world: World) -> None:
    world.meet(world.booked())
    complete(world, "45.00")
    world.desk.rate(
        appointment=A1, by=patient_of(ANN), stars=4, words="Ann was here", now=world.now
    )
    world.work()
    world.clock.forward(Policies().retention.appointments + timedelta(days=1))
    world.desk.apply_retention(by=OPERATOR, now=world.now)
    with world.store.open_work(writing=False) as work:
        assert isinstance(work.patients.get(ANN.id), ErasedPatient)
        rating, summary = work.ratings.get(A1), work.ratings.summary(DR)
    assert (rating.words if rating else "") == ""
    assert (summary.count, summary.total) == (1, 4)


def test_money_of_a_forgotten_appointment_is_still_compared(world: World) -> None:
    world.meet(world.booked())
    complete(world, "45.00")
    world.work()
    world.clock.forward(Policies().retention.appointments + timedelta(days=1))
    world.desk.apply_retention(by=OPERATOR, now=world.now)
    (book,) = world.cards.books
    since = THURSDAY_10 - timedelta(days=9)
    assert world.desk.reconcile(since=since, now=world.now).agrees
    world.cards.refund(key=OperationId("elsewhere"), ref=book.ref, amount=eur("45.00"))
    news = world.desk.take_card_news(news="n1", ref=book.ref, now=world.now)
    assert news == NotFound(what="appointment", id=A1)
    assert not world.desk.reconcile(since=since, now=world.now).agrees  # a person must look
