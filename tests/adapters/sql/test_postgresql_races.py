"""Two at once about a time, a patient or a look at them; see `racing`."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import Any

from attrs import evolve

from racing import A1, A2, CARL, HOUR, Races, booking, cancelling, waits
from teleconsult_core.appointments import AwaitingConfirmation, Cancelled, Confirmed
from teleconsult_core.desk import Desk
from teleconsult_core.ids import CardToken
from teleconsult_core.people import ErasedPatient
from teleconsult_core.refusals import (
    Outdated,
    SlotTaken,
    StillOpen,
)
from teleconsult_core.schedules import OpeningHours
from teleconsult_core.slots import Mode
from teleconsult_core.stores import SlotConflict
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.card_step import CardHeld
from teleconsult_core.use_cases.changing_schedule import ScheduleView
from teleconsult_core.use_cases.describe_clinic import ClinicDescription
from teleconsult_core.versions import version
from world import (
    ANN,
    BOB,
    DR,
    OPERATOR,
    THE_DOCTOR,
    THURSDAY_10,
    VISIT,
)

# --- hours ---------------------------------------------------------------------------------------


def test_of_two_changes_of_the_same_hours_the_second_is_told(races: Races) -> None:
    w = races.world
    with w.store.open_work(writing=False) as work:
        schedule = work.clinic.schedule(DR)
    assert schedule is not None
    morning, afternoon = schedule.hours

    def keep(*hours: OpeningHours) -> Any:
        return lambda desk: desk.change_opening_hours(
            practitioner=DR,
            hours=hours,
            based_on=version(schedule.hours),
            by=THE_DOCTOR,
            now=w.now,
        )

    first, second = races.race(keep(morning), keep(afternoon))
    assert isinstance(first, ScheduleView)
    assert second == Outdated(what="opening hours", id=DR)
    with w.store.open_work(writing=False) as work:
        assert work.clinic.schedule(DR) == first.schedule


def test_what_is_changed_while_the_clinic_is_described_again_is_not_lost(races: Races) -> None:
    w = races.world

    def close(desk: Desk) -> Any:
        return desk.change_opening_hours(
            practitioner=DR, hours=(), based_on=seen, by=THE_DOCTOR, now=w.now
        )

    with w.store.open_work(writing=False) as work:
        practice, dupont = work.clinic.practice(), work.clinic.practitioner(DR)
        schedule = work.clinic.schedule(DR)
    assert practice is not None
    assert dupont is not None
    assert schedule is not None
    seen, clinic = version(schedule.hours), ClinicDescription(practice, (dupont,), (schedule,), ())
    first, second = races.race(
        close, lambda desk: desk.describe_clinic(clinic=clinic, by=OPERATOR, now=w.now)
    )
    assert isinstance(first, ScheduleView)
    assert second.schedules == (first.schedule,)


# --- booking -------------------------------------------------------------------------------------


def test_one_slot_goes_to_who_commits_first(races: Races) -> None:
    w = races.world
    first, second = races.race(booking(w, "a1"), booking(w, "a2", patient=BOB))
    assert isinstance(first, Confirmed)
    assert isinstance(second, SlotTaken)


def test_the_same_booking_said_twice_at_once_has_one_answer(races: Races) -> None:
    w = races.world
    first, second = races.race(booking(w, "a1"), booking(w, "a1"))
    assert isinstance(first, Confirmed)
    assert second == first


def test_a_new_patient_may_book_twice_at_once(races: Races) -> None:
    w = races.world
    later = booking(w, "a2", start=THURSDAY_10 + HOUR)
    first, second = races.race(booking(w, "a1"), later)
    assert isinstance(first, Confirmed)
    assert isinstance(second, Confirmed)


def test_entered_twice_at_once_it_is_one(races: Races) -> None:
    w = races.world

    def enter(desk: Desk) -> Any:
        return desk.enter(
            id=A1, practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO, start=THURSDAY_10,
            patient=ANN, now=w.now,
        )  # fmt: skip

    first, second = races.race(enter, enter)
    assert isinstance(first, AwaitingConfirmation)
    assert second == first


def test_a_reservation_that_is_being_confirmed_is_not_put_down_as_lapsed(races: Races) -> None:
    w = races.world
    reserved = w.book("a1", card=None)
    in_time, too_late = reserved.deadline - timedelta(seconds=1), reserved.deadline + HOUR / 60
    consent = w.consent()

    def confirm(desk: Desk) -> Any:
        return desk.place_hold(appointment=A1, card=CardToken("visa"), consent=consent, now=in_time)

    first, second = races.race(confirm, booking(w, "a2", patient=BOB, now=too_late), at=2)
    assert isinstance(first, CardHeld)
    assert isinstance(second, SlotTaken)
    assert isinstance(w.appointment("a1"), Confirmed)


def test_two_who_change_places_are_both_refused_and_do_not_wait(races: Races) -> None:
    w = races.world
    one, other = w.booked("a1"), w.booked("a2", THURSDAY_10 + HOUR, patient=BOB)
    begun, written = Event(), []

    def swap(work: Any, mine: Confirmed, his: Confirmed) -> None:
        moved = evolve(mine, terms=mine.terms.moved_to(
            his.terms.start, his.terms.end, his.terms.blocks_until
        ))  # fmt: skip
        try:
            work.appointments.put(moved)
        except SlotConflict:
            written.append(mine.terms.id)
        begun.set()

    with races.store.open_work() as first, races.store.open_work() as second:
        swap(first, one, other)
        swap(second, other, one)
    assert written == ["a1", "a2"]


# --- the waiting list ----------------------------------------------------------------------------


def test_who_waits_is_offered_one_of_two_times_that_free_at_once(races: Races) -> None:
    w = races.world
    w.booked("a1"), w.booked("a2", THURSDAY_10 + HOUR, patient=BOB)
    waits(w, "w", CARL)
    assert all(isinstance(one, Cancelled) for one in races.race(cancelling(w), cancelling(w, "a2")))
    day = Interval(THURSDAY_10 - HOUR, THURSDAY_10 + 8 * HOUR)
    with races.store.open_work(writing=False) as work:
        standing = work.appointments.blocking(DR, day)
        (waiting,) = work.waiting_list.of(DR)
    assert [one.terms.start for one in standing] == [THURSDAY_10]
    assert waiting.offer == standing[0].terms.id


def test_an_offer_that_meets_somebody_elses_booking_does_not_undo_the_cancelling(
    races: Races,
) -> None:
    w = races.world
    w.booked("a1")
    waits(w, "w", CARL, Mode.IN_PERSON)  # half an hour, which reaches into what follows

    def enter(desk: Desk) -> Any:
        return desk.enter(
            id=A2, practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO, patient=BOB,
            start=THURSDAY_10 + timedelta(minutes=25), now=w.now,
        )  # fmt: skip

    first, second = races.race(enter, cancelling(w))
    assert isinstance(first, AwaitingConfirmation)
    assert isinstance(second, Cancelled)
    with races.store.open_work(writing=False) as work:
        assert work.waiting_list.of(DR)[0].offer is None


def test_who_is_being_offered_time_is_not_erased(races: Races) -> None:
    w = races.world
    w.booked("a1")
    waits(w, "w", CARL)

    def erase(desk: Desk) -> Any:
        return desk.erase_patient(patient=CARL.id, by=OPERATOR, now=w.now)

    first, second = races.race(cancelling(w), erase)
    assert isinstance(first, Cancelled)
    assert isinstance(second, StillOpen)


def test_who_is_being_erased_is_not_offered_time(races: Races) -> None:
    w = races.world
    w.booked("a1")
    waits(w, "w", CARL)

    def erase(desk: Desk) -> Any:
        return desk.erase_patient(patient=CARL.id, by=OPERATOR, now=w.now)

    first, second = races.race(erase, cancelling(w))
    assert isinstance(first, ErasedPatient)
    assert isinstance(second, Cancelled)
    with races.store.open_work(writing=False) as work:
        assert not work.appointments.of_patient(CARL.id)


# --- looking -------------------------------------------------------------------------------------


def test_looking_waits_for_nobody(races: Races) -> None:
    w = races.world
    w.booked("a1")
    day = Interval(THURSDAY_10 - HOUR, THURSDAY_10 + 8 * HOUR)

    def look(desk: Desk) -> Any:
        desk.show_payments(practitioner=DR, by=THE_DOCTOR, now=w.now)
        desk.show_appointment(appointment=A1, by=THE_DOCTOR, now=w.now)
        desk.find_patients(text="ann", by=THE_DOCTOR, now=w.now)
        return desk.show_agenda(practitioner=DR, window=day, by=THE_DOCTOR, now=w.now)

    later = booking(w, "a2", start=THURSDAY_10 + HOUR, patient=ANN)
    _, lines, waited = races.run(later, look)
    assert not waited
    assert [line.appointment.terms.id for line in lines] == ["a1"]
