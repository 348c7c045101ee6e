"""The links of messages, and what a patient does with his appointment behind them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from post import links, pass_until, works
from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
)
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import (
    AppointmentId,
    PatientId,
    PractitionerId,
    RefundId,
    VisitTypeId,
    WaitingId,
)
from teleconsult_core.links import Purpose
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Patient, Role, patient_actor, practitioner_actor
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from teleconsult_core.waiting_list import Waiting, WaitingState
from teleconsult_wiring import App
from visitor import HERE, NORA, Visitor

DUPONT = PractitionerId("dupont")
VISIT = VisitTypeId("dupont:consultation")


def of(app: App, id: str) -> Appointment:
    with app.desk.open_work(writing=False) as work:
        found = work.appointments.get(AppointmentId(id))
    assert found is not None
    return found


def holds(app: App, id: str) -> list[HoldState]:
    with app.desk.open_work(writing=False) as work:
        return [one.state for one in work.holds.of(AppointmentId(id))]


def entered(app: App, *, days: int = 2, card: bool = True) -> Appointment:
    """An appointment that the practitioner entered, at the first free time of a day."""
    from_then = Interval(app.now() + timedelta(days=days), app.now() + timedelta(days=days + 7))
    slots = app.desk.offer_slots(
        practitioner=DUPONT,
        visit_type=VISIT,
        window=from_then,
        now=app.now(),
        modes=frozenset({Mode.VIDEO}),
    )
    assert isinstance(slots, tuple)
    made = app.desk.enter(
        id=AppointmentId("e1"),
        practitioner=DUPONT,
        visit_type=VISIT,
        mode=Mode.VIDEO,
        start=slots[0].start,
        patient=Patient(PatientId("ann"), "Ann Peeters", "+32475123456", "ann@example.org", "en"),
        card_required=card,
        now=app.now(),
    )
    assert isinstance(made, AwaitingConfirmation)
    return made


def booked(visitor: Visitor, week: int = 0) -> str:
    """The first free time of a week by video, its card held; gives the appointment's id."""
    page = visitor.book_first(f"/p/dupont?week={week}", "<time")
    visitor.send(agreed="yes", card="visa-ok")
    assert "is confirmed" in visitor.words
    return page.rpartition("/")[2]


def test_looking_at_a_link_changes_nothing_and_its_button_opens(pages: Flask, app: App) -> None:
    made = entered(app)
    (link,) = links(app, Purpose.CONFIRM)
    scanner = pages.test_client()
    for _ in range(10):
        for method in ("GET", "HEAD"):
            answer = scanner.open(link, method=method, base_url=HERE)
            assert answer.status_code == 200
            assert "Ann" not in answer.text
    assert scanner.get("/b/e1", base_url=HERE).status_code == 404
    visitor = Visitor(pages)
    visitor.go(link)
    visitor.send()
    assert "Will you come?" in visitor.words
    assert of(app, "e1") == made


def test_what_was_entered_is_confirmed_with_a_card(pages: Flask, app: App) -> None:
    entered(app)
    visitor = Visitor(pages)
    visitor.go(links(app, Purpose.CONFIRM)[0])
    visitor.send()
    visitor.send()
    assert "Your card" in visitor.words
    visitor.send(agreed="yes", card="visa-3ds")
    assert "Your bank asks" in visitor.words
    visitor.send(answer="yes")
    assert "is confirmed" in visitor.words
    assert isinstance(of(app, "e1"), Confirmed)
    assert holds(app, "e1") == [HoldState.HELD]


def test_where_no_card_is_needed_a_button_confirms(pages: Flask, app: App) -> None:
    entered(app, card=False)
    visitor = Visitor(pages)
    link = links(app, Purpose.CONFIRM)[0]
    visitor.go(link)
    visitor.send()
    visitor.send()
    assert "is confirmed" in visitor.words
    assert isinstance(of(app, "e1"), Confirmed)
    visitor.send("/b/e1")  # once more: the same answer
    assert "is confirmed" in visitor.words


@pytest.mark.parametrize(
    ("card", "told"), [(True, "no card was given"), (False, "was not confirmed in time")]
)
def test_what_was_not_confirmed_in_time_says_what_was_missing(
    pages: Flask, app: App, card: bool, told: str
) -> None:
    made = entered(app, card=card)
    visitor = Visitor(pages)
    visitor.go(links(app, Purpose.CONFIRM)[0])
    visitor.send()
    app.sandbox.clock.set(made.terms.start)
    visitor.go("/b/e1")
    assert "This time is free again" in visitor.words
    assert told in visitor.words


def test_a_link_that_is_not_alive_says_so_and_how_to_get_another(pages: Flask, app: App) -> None:
    made = entered(app)
    (link,) = links(app, Purpose.CONFIRM)
    moved = app.desk.move(
        appointment=made.terms.id,
        start=made.terms.start + timedelta(days=7),
        by=practitioner_actor(DUPONT),
        now=app.now(),
    )
    assert isinstance(moved, AwaitingConfirmation)
    for path in (link, "/l/join/nothing", "/l/anything/nothing"):
        visitor = Visitor(pages)
        assert visitor.go(path).status_code == 404
        assert "no longer works" in visitor.words
        assert visitor.send(path).status_code == 404


def test_a_lost_link_goes_only_to_the_address_on_file(pages: Flask, app: App) -> None:
    entered(app)
    (first,) = links(app, Purpose.CONFIRM)
    visitor = Visitor(pages)
    visitor.go(first)
    visitor.go("/lost")
    visitor.send(reference="e1", email="somebody@example.org")
    stranger = visitor.words
    assert links(app, Purpose.CONFIRM) == [first]
    visitor.go("/lost")
    visitor.send(reference="e1", email="Ann@Example.org")
    assert visitor.words == stranger
    again = links(app, Purpose.CONFIRM, "ann@example.org")
    assert len(again) == 2
    assert visitor.go(first).status_code == 404
    assert visitor.go(again[-1]).status_code == 200


def test_cancelled_by_the_patient_in_time(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = booked(visitor, week=1)
    visitor.follow("Cancel the appointment")
    assert isinstance(of(app, id), Confirmed)
    visitor.send()
    assert "is cancelled" in visitor.words
    assert isinstance(of(app, id), Cancelled)
    assert "What was reserved on your card and is not charged is released" in visitor.words
    works(app)
    assert holds(app, id) == [HoldState.RELEASED]
    visitor.send(f"/b/{id}/cancel")  # once more: the same answer
    assert "is cancelled" in visitor.words


def test_too_late_to_cancel_here_gives_the_number(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = booked(visitor, week=1)
    app.sandbox.clock.set(of(app, id).terms.start - timedelta(hours=2))
    visitor.go(f"/b/{id}")
    assert "Cancel the appointment" not in visitor.words
    answer = visitor.send(f"/b/{id}/cancel")
    assert answer.status_code == 409
    assert "02 555 01 00" in visitor.words
    assert isinstance(of(app, id), Confirmed)


def test_moved_to_another_free_time(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = booked(visitor, week=1)
    before = of(app, id).terms
    visitor.follow("Choose another time")
    visitor.follow("Later")
    visitor.follow("<time")
    assert of(app, id).terms == before
    visitor.send()
    after = of(app, id).terms
    assert "is confirmed" in visitor.words
    assert after.start > before.start
    assert after.sequence == before.sequence + 1


def test_a_time_that_is_gone_meanwhile_is_told(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = booked(visitor, week=1)
    visitor.follow("Choose another time")
    visitor.follow("Later")
    visitor.follow("<time")
    other = Visitor(pages)
    booked(other, week=1)
    answer = visitor.send()
    assert answer.status_code == 409
    assert "Somebody has just taken this time" in visitor.words
    assert of(app, id).terms.sequence == 0


def test_authorized_again_from_the_reminder(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = booked(visitor, week=1)
    start = of(app, id).terms.start
    assert "you are asked to authorize it again" in visitor.words
    pass_until(app, start - timedelta(hours=20))
    phone = Visitor(pages)  # another browser than the one that booked
    phone.go(links(app, Purpose.AUTHORIZE)[-1])
    phone.send()
    assert "Authorize your card again" in phone.words
    phone.send(agreed="yes", card="visa-ok")
    assert "is confirmed" in phone.words
    works(app)
    assert holds(app, id)[-1] is HoldState.HELD
    assert holds(app, id).count(HoldState.HELD) == 1


def test_rated_once_with_words(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = completed(visitor, app)
    visitor.go(f"/b/{id}")
    visitor.follow("Rate your consultation")
    assert visitor.send(words="Very calm.").status_code == 422
    assert "Very calm." in visitor.page.text
    visitor.send(stars="4", words="Very calm.")
    assert "Thank you" in visitor.words
    visitor.go(f"/b/{id}/rating")
    assert "4 out of 5" in visitor.words
    visitor.go("/p/dupont")
    assert "4.0 out of 5, 1 rating" in visitor.words


def test_the_receipt_is_the_patients_alone(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = completed(visitor, app)
    letter = Visitor(pages)
    letter.go(links(app, Purpose.ACCOUNT, NORA["email"])[-1])
    letter.send()
    with app.desk.open_work(writing=False) as work:
        (receipt,) = work.receipts.of(AppointmentId(id))
    path = f"/b/{id}/receipts/{receipt.number}.pdf"
    assert path in letter.page.text
    answer = letter.go(path)
    assert answer.data.startswith(b"%PDF")
    assert Visitor(pages).go(path).status_code == 404
    other = Visitor(pages)
    own = booked(other)
    assert other.go(f"/b/{own}/receipts/{receipt.number}.pdf").status_code == 404


def test_a_refund_stands_on_the_page_and_its_credit_note_is_called_one(
    pages: Flask, app: App
) -> None:
    visitor = Visitor(pages)
    id = completed(visitor, app)
    visitor.go(f"/b/{id}")
    assert "Receipt dupont-2027-00001" in visitor.words
    assert "Refunded" not in visitor.words
    assert "is released" not in visitor.words  # the whole fee was taken
    app.desk.refund(
        id=RefundId("r1"), appointment=AppointmentId(id), amount=Money(1250, "EUR"),
        reason="called away", by=Actor(Role.SUPPORT, "sofie"), now=app.now(),
    )  # fmt: skip
    works(app)
    visitor.go(f"/b/{id}")
    assert "Charged €30.00 Refunded €12.50" in visitor.words
    assert "Credit note dupont-2027-00002 (PDF), €12.50" in visitor.words


def test_the_practitioner_did_not_come(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = booked(visitor)
    app.sandbox.clock.set(of(app, id).terms.start + timedelta(minutes=11))
    visitor.go(f"/b/{id}")
    assert "The practitioner did not come" in visitor.words
    visitor.send()
    found = of(app, id)
    assert isinstance(found, Cancelled)
    assert found.practitioner_absent
    assert "the practitioner has been told" in visitor.words
    assert "is released" in visitor.words
    works(app)
    assert holds(app, id) == [HoldState.RELEASED]


def test_whoever_met_is_not_asked_whether_the_practitioner_came(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = booked(visitor)
    terms = of(app, id).terms
    by = practitioner_actor(DUPONT)
    app.sandbox.clock.set(terms.start)
    app.desk.take_seat(appointment=terms.id, by=by, device="desk", now=app.now())
    for _ in range(70):
        app.sandbox.clock.forward(timedelta(seconds=10))
        app.desk.keep_seat(appointment=terms.id, by=by, epoch=1, now=app.now())
    visitor.go(f"/b/{id}")
    assert "is confirmed" in visitor.words
    assert "did not come" not in visitor.words
    app.desk.end_room(appointment=terms.id, by=by, now=app.now())
    visitor.go(f"/b/{id}")
    assert "This appointment is over" in visitor.words
    assert "The practitioner now states what it costs" in visitor.words
    assert "did not come" not in visitor.words
    assert "What happens next" not in visitor.words


def test_a_time_that_is_over_asks_for_no_card(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    id = booked(visitor, week=2)
    end = of(app, id).terms.end
    app.sandbox.clock.set(end + timedelta(minutes=59))
    assert "Authorize your card again" in visitor.go(f"/b/{id}/card").text
    app.sandbox.clock.set(end + timedelta(minutes=60))
    assert "This appointment is over" in visitor.go(f"/b/{id}/card").text
    assert "uthorize" not in visitor.words
    assert "The practitioner did not come" in visitor.words  # which may still be said


def test_on_the_waiting_list_and_off_it(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    visitor.go("/p/dupont")
    visitor.follow("Nothing suits you")
    wish = visitor.page.text.split('name="wish" value="')[1].split('"')[0]
    wrong = visitor.send(wish=wish, **NORA, before="2027-02-01")
    assert wrong.status_code == 422
    assert "Enter a day from tomorrow on" in visitor.words
    assert NORA["name"] in visitor.page.text
    visitor.send(wish=wish, **NORA, before="2027-03-20")
    assert "You are on the waiting list" in visitor.words
    assert waiting(app, wish).state is WaitingState.WAITING
    assert Visitor(pages).go(f"/w/{wish}").status_code == 404
    visitor.send()
    assert "You no longer wait" in visitor.words
    assert waiting(app, wish).state is WaitingState.LEFT


@pytest.mark.parametrize("path", ["", "/cancel", "/move", "/rating", "/card", "/calendar.ics"])
def test_nobody_sees_anothers_appointment(pages: Flask, app: App, path: str) -> None:
    id = booked(Visitor(pages))
    stranger = Visitor(pages)
    booked(stranger)
    nothing = stranger.go(f"/b/nothing{path}")
    theirs = stranger.go(f"/b/{id}{path}")
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert theirs.text.replace(id, "nothing") == nothing.text


def waiting(app: App, wish: str) -> Waiting:
    with app.desk.open_work(writing=False) as work:
        found = work.waiting_list.get(WaitingId(wish))
    assert found is not None
    return found


def completed(visitor: Visitor, app: App) -> str:
    """Booked, met, and the whole fee stated."""
    id = booked(visitor)
    terms = of(app, id).terms
    app.sandbox.clock.set(terms.start)
    for person in (practitioner_actor(DUPONT), patient_actor(terms.patient)):
        app.desk.join(appointment=terms.id, by=person, device=person.id, now=app.now())
    app.sandbox.clock.set(terms.end)
    done = app.desk.complete(
        appointment=AppointmentId(id),
        amount=terms.fee,
        by=practitioner_actor(DUPONT),
        now=app.now(),
    )
    assert isinstance(done, Completed)
    works(app)
    return id
