"""Whether an agenda has changed. Part of the store's contract."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import timedelta

import pytest
from attrs import evolve

from teleconsult_core.ids import UnavailabilityId
from teleconsult_core.ports import PortMisused
from teleconsult_core.testing.builders import (
    BOOKED_AT,
    PRACTITIONER,
    START,
    a_confirmed,
    a_practitioner,
    a_rating,
    a_reserved,
    a_schedule,
    a_visit_type,
    an_unavailability,
    furnished,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest
from teleconsult_core.times import Interval

HOUR = timedelta(hours=1)
WINDOW = Interval(START - 2 * HOUR, START + 24 * HOUR)


class AgendasContract(StoreUnderTest):
    def test_each_change_of_an_agenda_changes_its_mark(self) -> None:
        furnished(self.open_work)
        away = Interval(START, START + HOUR)
        marks = [self._agenda()]
        with self.writing() as work:
            work.clinic.put_practitioner(a_practitioner(video_message="Bring your list."))
        marks.append(self._agenda())
        with self.writing() as work:
            work.clinic.put_schedule(evolve(a_schedule(), hours=()))
        marks.append(self._agenda())
        with self.writing() as work:
            work.clinic.put_visit_type(a_visit_type(buffer_after=15))
        marks.append(self._agenda())
        with self.writing() as work:
            work.unavailabilities.put(an_unavailability(interval=away))
        marks.append(self._agenda())
        self.keep(a_confirmed())
        marks.append(self._agenda())
        with self.writing() as work:
            work.ratings.put(a_rating())
        marks.append(self._agenda())
        with self.writing() as work:
            practice = work.clinic.practice()
            assert practice is not None
            work.clinic.put_practice(evolve(practice, name="Another name"))
        marks.append(self._agenda())
        assert len(set(marks)) == len(marks)
        assert self._agenda() == marks[-1]

    def test_what_is_another_s_or_outside_changes_nothing(self) -> None:
        furnished(self.open_work)
        before = self._agenda()
        self.keep(
            a_confirmed(id="another", practitioner="dr-claes"),
            a_confirmed(id="later", start=START + 48 * HOUR),
        )
        beyond = Interval(WINDOW.end, WINDOW.end + HOUR)
        with self.writing() as work:
            work.unavailabilities.put(
                an_unavailability(id=UnavailabilityId("later"), interval=beyond)
            )
            work.clinic.put_visit_type(a_visit_type(id="hers", practitioner="dr-claes"))
        assert self._agenda() == before

    def test_a_reservation_takes_time_until_its_deadline(self) -> None:
        furnished(self.open_work)
        free = self._agenda()
        self.keep(a_reserved(deadline=BOOKED_AT + HOUR))
        assert self._agenda() != free
        with self.reading() as work:
            late = work.agendas.mark(PRACTITIONER, WINDOW, BOOKED_AT + HOUR)
        assert late == free

    def test_a_mark_is_the_last_question_of_a_reading_work(self) -> None:
        furnished(self.open_work)
        with self.reading() as work:
            assert work.clinic.practice()
            mark = work.agendas.mark(PRACTITIONER, WINDOW, BOOKED_AT)
            with pytest.raises(PortMisused, match="last question"):
                work.clinic.practice()
            with pytest.raises(PortMisused, match="last question"):
                work.agendas.mark(PRACTITIONER, WINDOW, BOOKED_AT)
        assert mark == self._agenda()

    def test_a_writing_work_has_no_mark_and_goes_on(self) -> None:
        furnished(self.open_work)
        with self.writing() as work:
            work.clinic.put_practitioner(a_practitioner(video_message="Bring your list."))
            with pytest.raises(PortMisused, match="for reading only"):
                work.agendas.mark(PRACTITIONER, WINDOW, BOOKED_AT)
        with self.reading() as work:
            found = work.clinic.practitioner(PRACTITIONER)
        assert found is not None
        assert found.video_message == "Bring your list."

    def _agenda(self) -> Hashable:
        with self.reading() as work:
            return work.agendas.mark(PRACTITIONER, WINDOW, BOOKED_AT)
