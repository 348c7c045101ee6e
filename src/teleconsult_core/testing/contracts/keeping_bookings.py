"""Finding appointments and forgetting them, and who was there. Part of the store's contract."""

from __future__ import annotations

from datetime import timedelta

from teleconsult_core.attendance import Seen
from teleconsult_core.people import Role
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    BOOKED_AT,
    END,
    PATIENT,
    PRACTITIONER,
    START,
    a_cancelled,
    a_completed,
    a_confirmed,
    a_consent_record,
    a_lapsed,
    a_link,
    a_message,
    a_reserved,
    a_seat,
    a_signal,
    an_attendance,
    an_awaiting,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest
from teleconsult_core.times import Interval

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class BookingStoresContract(StoreUnderTest):
    def test_blocking_finds_what_reaches_into_the_window_by_start(self) -> None:
        first, second = a_confirmed(id="first"), a_reserved(id="second", start=START + HOUR)
        others = (
            a_cancelled(id="cancelled", start=START + HOUR),
            a_lapsed(id="lapsed"),
            a_confirmed(id="other", practitioner="dr-claes"),
            a_confirmed(id="later", start=START + DAY),
        )
        self.keep(second, first, *others)
        window = Interval(START + timedelta(minutes=24), START + HOUR + timedelta(minutes=1))
        with self.reading() as work:
            assert list(work.appointments.blocking(PRACTITIONER, window)) == [first, second]

    def test_blocking_counts_the_buffer_and_no_more(self) -> None:
        self.keep(a_confirmed())
        free_at = a_confirmed().terms.blocks_until
        with self.reading() as work:
            blocking = work.appointments.blocking
            assert blocking(PRACTITIONER, Interval(END, END + HOUR))
            assert not blocking(PRACTITIONER, Interval(free_at, free_at + HOUR))
            assert not blocking(PRACTITIONER, Interval(START - HOUR, START))

    def test_starting_finds_every_state_by_start(self) -> None:
        early, late = a_confirmed(id="early"), a_lapsed(id="late", start=START + HOUR)
        before = a_confirmed(id="before", start=START - HOUR)
        after = a_cancelled(id="after", start=START + 2 * HOUR)
        self.keep(late, after, early, before)
        with self.reading() as work:
            window = Interval(START, START + 2 * HOUR)
            assert list(work.appointments.starting(PRACTITIONER, window)) == [early, late]

    def test_a_patients_appointments(self) -> None:
        early, late = a_lapsed(id="z"), a_confirmed(id="a", start=START + HOUR)
        self.keep(late, early, a_confirmed(id="b", patient="another", start=START + DAY))
        with self.reading() as work:
            assert list(work.appointments.of_patient(PATIENT)) == [early, late]

    def test_past_deadline_is_at_or_before_now_the_oldest_first(self) -> None:
        reserved = a_reserved(id="reserved", deadline=BOOKED_AT + HOUR)
        awaiting = an_awaiting(id="awaiting", deadline=BOOKED_AT, start=START + HOUR)
        self.keep(
            reserved,
            awaiting,
            a_reserved(id="not-yet", deadline=BOOKED_AT + 2 * HOUR, start=START + 2 * HOUR),
            a_confirmed(id="confirmed", start=START + 3 * HOUR),
        )
        with self.reading() as work:
            late = work.appointments.past_deadline
            assert list(late(BOOKED_AT + HOUR, 10)) == [awaiting, reserved]
            assert list(late(BOOKED_AT + HOUR, 1)) == [awaiting]
            assert not late(BOOKED_AT - timedelta(microseconds=1), 10)

    def test_undecided_are_confirmed_and_over_the_oldest_first(self) -> None:
        early, late = a_confirmed(id="z"), a_confirmed(id="a", start=START + HOUR)
        self.keep(late, early, a_completed(id="done", start=START - HOUR))
        with self.reading() as work:
            undecided = work.appointments.undecided
            assert list(undecided(END + DAY, 10)) == [early, late]
            assert list(undecided(END + DAY, 1)) == [early]
            assert not undecided(END, 10)
            assert list(undecided(END + timedelta(seconds=1), 10)) == [early]

    def test_started_before_finds_every_state_the_oldest_first(self) -> None:
        early, late = a_cancelled(id="z"), a_confirmed(id="a", start=START + HOUR)
        self.keep(late, early)
        with self.reading() as work:
            started = work.appointments.started_before
            assert list(started(START + DAY, 10)) == [early, late]
            assert list(started(START + DAY, 1)) == [early]
            assert not started(START, 10)

    def test_forgetting_an_appointment_takes_along_what_belongs_to_it(self) -> None:
        other = a_confirmed(id="other", start=START + HOUR)
        self.keep(a_confirmed(), other)
        with self.writing() as work:
            for id in (APPOINTMENT, other.terms.id):
                work.attendance.add(an_attendance(appointment=id))
                work.seats.put(a_seat(appointment=id))
                work.signals.append(a_signal(appointment=id))
                work.links.put(a_link(id=f"link-{id}", token_hash=f"hash-{id}", appointment=id))
                work.consents.put(a_consent_record(appointment=id))
                work.outbox.plan([a_message(id=f"message-{id}", appointment=id)])
        with self.writing() as work:
            work.appointments.remove(APPOINTMENT)
        with self.reading() as work:
            assert work.appointments.get(APPOINTMENT) is None
            stores = (work.attendance, work.links, work.consents, work.outbox, work.seats)
            assert [len(store.of(APPOINTMENT)) for store in stores] == [0, 0, 0, 0, 0]
            assert [len(store.of(other.terms.id)) for store in stores] == [1, 1, 1, 1, 1]
            said = [work.signals.after(id, Role.PATIENT, 0) for id in (APPOINTMENT, other.terms.id)]
            assert [len(signals) for signals in said] == [0, 1]

    def test_a_forgotten_appointment_frees_its_time(self) -> None:
        self.keep(a_completed())
        with self.writing() as work:
            work.appointments.remove(APPOINTMENT)
            work.appointments.remove(APPOINTMENT)
        self.keep(a_confirmed(id="another"))

    def test_attendance_keeps_the_order_in_which_it_was_seen(self) -> None:
        self.keep(a_confirmed(), a_confirmed(id="other", start=START + HOUR))
        seen = [
            an_attendance(at=END),
            an_attendance(at=START, role=Role.PRACTITIONER),
            an_attendance(at=END, seen=Seen.LEFT),
            an_attendance(at=END),
        ]
        with self.writing() as work:
            for event in seen[:2]:
                work.attendance.add(event)
            work.attendance.add(an_attendance(appointment="other"))
        with self.writing() as work:
            for event in seen[2:]:
                work.attendance.add(event)
        with self.reading() as work:
            assert list(work.attendance.of(APPOINTMENT)) == seen
