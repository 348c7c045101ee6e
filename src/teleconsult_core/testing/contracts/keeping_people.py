"""The clinic, absences, patients, ratings, the waiting list and the audit log.

Part of the store's contract.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from teleconsult_core.ids import PatientId, PractitionerId, UnavailabilityId, WaitingId
from teleconsult_core.people import ErasedPatient
from teleconsult_core.ratings import RatingSummary
from teleconsult_core.slots import Mode
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    BOOKED_AT,
    END,
    PATIENT,
    PRACTITIONER,
    START,
    a_confirmed,
    a_patient,
    a_payout_account,
    a_practitioner,
    a_rating,
    a_schedule,
    a_visit_type,
    a_waiting,
    an_audit_entry,
    an_unavailability,
    furnished,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest
from teleconsult_core.times import Interval
from teleconsult_core.waiting_list import WaitingState

HOUR = timedelta(hours=1)


class ClinicContract(StoreUnderTest):
    def test_a_furnished_clinic(self) -> None:
        furnished(self.open_work)
        with self.reading() as work:
            assert work.clinic.schedule(PRACTITIONER) == a_schedule()
            assert list(work.clinic.visit_types(PRACTITIONER)) == [a_visit_type()]
            assert work.patients.get(PATIENT) == a_patient()

    def test_practitioners_and_their_visit_types(self) -> None:
        with self.writing() as work:
            for id in ("dr-peeters", "dr-claes"):
                work.clinic.put_practitioner(a_practitioner(id=id))
                work.clinic.put_visit_type(a_visit_type(id=f"visit-{id}", practitioner=id))
        with self.reading() as work:
            ids = {practitioner.id for practitioner in work.clinic.practitioners()}
            assert ids == {"dr-peeters", "dr-claes"}
            found = work.clinic.visit_types(PRACTITIONER)
            assert [visit_type.id for visit_type in found] == ["visit-dr-peeters"]

    def test_the_account_of_a_practitioner_as_it_was_seen_last(self) -> None:
        account = a_payout_account(takes_cards=True, missing=("external_account", "person.dob"))
        other = a_payout_account(practitioner="dr-claes", ref="acct_2")
        with self.writing() as work:
            for one in (a_payout_account(), account, other):
                work.clinic.put_payout_account(one)
        with self.reading() as work:
            assert work.clinic.payout_account(account.practitioner) == account
            assert work.clinic.payout_account(other.practitioner) == other
            assert work.clinic.payout_account(PractitionerId("nobody")) is None


class UnavailabilitiesContract(StoreUnderTest):
    def test_those_that_reach_into_a_window(self) -> None:
        def away(id: str, first: int, last: int, **changes: Any) -> None:
            interval = Interval(START + first * HOUR, START + last * HOUR)
            work.unavailabilities.put(
                an_unavailability(id=UnavailabilityId(id), interval=interval, **changes)
            )

        with self.writing() as work:
            away("later", 2, 4, mode=Mode.IN_PERSON)
            away("around", -1, 9)
            away("before", -2, 0)
            away("after", 3, 5)
            away("other", 0, 3, practitioner="dr-claes")
        with self.reading() as work:
            window = Interval(START, START + 3 * HOUR)
            found = work.unavailabilities.between(PRACTITIONER, window)
            assert [one.id for one in found] == ["around", "later"]

    def test_removing_one_and_removing_a_source(self) -> None:
        sources = {"a": "calendar", "b": "calendar", "c": "by hand", "d": "by hand"}
        with self.writing() as work:
            for id, source in sources.items():
                away = an_unavailability(id=UnavailabilityId(id), source=source)
                work.unavailabilities.put(away)
            other = an_unavailability(
                id=UnavailabilityId("e"), source="calendar", practitioner="dr-claes"
            )
            work.unavailabilities.put(other)
        with self.writing() as work:
            assert work.unavailabilities.remove_source(PRACTITIONER, "calendar") == 2
            assert work.unavailabilities.remove_source(PRACTITIONER, "calendar") == 0
            work.unavailabilities.remove(UnavailabilityId("d"))
            work.unavailabilities.remove(UnavailabilityId("never there"))
        with self.reading() as work:
            left = work.unavailabilities.between(PRACTITIONER, Interval(START, END))
            assert [one.id for one in left] == ["c"]
            assert work.unavailabilities.get(other.id) == other


class PatientsContract(StoreUnderTest):
    @pytest.mark.parametrize(
        "text", ["+32475550101", "zoe@patient.example", "Zoë D'Hondt", "d'hon", "ZOË"]
    )
    def test_searching_by_phone_e_mail_or_a_part_of_the_name(self, text: str) -> None:
        another = a_patient(
            id=PatientId("another"), name="100% _Ana", phone="+32475550102", email="ana@x.example"
        )
        with self.writing() as work:
            work.patients.put(a_patient())
            work.patients.put(another)
        with self.reading() as work:
            assert list(work.patients.search(text)) == [a_patient()]

    @pytest.mark.parametrize("text", ["%", "_", "0% _a"])
    def test_what_is_searched_stands_for_itself(self, text: str) -> None:
        named = a_patient(id=PatientId("another"), name="100% _Ana")
        with self.writing() as work:
            work.patients.put(a_patient())
            work.patients.put(named)
        with self.reading() as work:
            assert list(work.patients.search(text)) == [named]

    @pytest.mark.parametrize("text", ["+3247555010", "zoe@patient", "x' OR '1'='1"])
    def test_what_nobody_has_finds_nobody(self, text: str) -> None:
        with self.writing() as work:
            work.patients.put(a_patient())
        with self.reading() as work:
            assert not work.patients.search(text)

    def test_an_erased_patient_is_not_found(self) -> None:
        erased = ErasedPatient(PATIENT, END)
        with self.writing() as work:
            work.patients.put(a_patient())
            work.patients.put(erased)
        with self.reading() as work:
            assert work.patients.get(PATIENT) == erased
            assert not work.patients.search("Zoë")
            assert not work.patients.search("+32475550101")

    def test_ratings_add_up(self) -> None:
        self.keep(a_confirmed(), a_confirmed(id="other", start=START + HOUR))
        with self.reading() as work:
            assert work.ratings.summary(PRACTITIONER) == RatingSummary(0, 0)
        with self.writing() as work:
            work.ratings.put(a_rating(stars=5))
            work.ratings.put(a_rating(stars=2))
            work.ratings.put(a_rating(appointment="other", stars=4))
        with self.reading() as work:
            assert work.ratings.summary(PRACTITIONER) == RatingSummary(2, 6)
            assert work.ratings.get(APPOINTMENT) == a_rating(stars=2)


class WaitingListContract(StoreUnderTest):
    def test_first_come_first_served(self) -> None:
        late = a_waiting(id=WaitingId("a"), asked_at=BOOKED_AT + HOUR)
        early = a_waiting(id=WaitingId("z"), state=WaitingState.OFFERED, offer=APPOINTMENT)
        served = a_waiting(id=WaitingId("served"), state=WaitingState.SERVED)
        left = a_waiting(id=WaitingId("left"), state=WaitingState.LEFT, patient="another")
        other = a_waiting(id=WaitingId("other"), practitioner="dr-claes", patient="another")
        with self.writing() as work:
            for one in (late, early, served, left, other):
                work.waiting_list.put(one)
        with self.reading() as work:
            assert list(work.waiting_list.of(PRACTITIONER)) == [early, late]
            assert {one.id for one in work.waiting_list.of_patient(PATIENT)} == {"a", "z", "served"}
            assert work.waiting_list.by_offer(APPOINTMENT) == early
            assert work.waiting_list.by_offer(a_confirmed(id="none").terms.id) is None

    def test_leaving_the_list(self) -> None:
        with self.writing() as work:
            work.waiting_list.put(a_waiting())
            work.waiting_list.remove(a_waiting().id)
            work.waiting_list.remove(a_waiting().id)
        with self.reading() as work:
            assert work.waiting_list.get(a_waiting().id) is None


class AuditContract(StoreUnderTest):
    def test_entries_stay_in_the_order_of_writing(self) -> None:
        entries = [
            an_audit_entry(action="z", patient=PATIENT, at=END),
            an_audit_entry(action="a", subject="other", at=START),
            an_audit_entry(action="m", patient=PATIENT, at=START),
        ]
        for entry in entries:
            with self.writing() as work:
                work.audit.add(entry)
        with self.reading() as work:
            assert list(work.audit.of_patient(PATIENT)) == [entries[0], entries[2]]
            assert list(work.audit.of_subject("other")) == [entries[1]]
            assert list(work.audit.recent(2)) == [entries[2], entries[1]]

    def test_forgetting_what_was_before(self) -> None:
        with self.writing() as work:
            work.audit.add(an_audit_entry(at=START - timedelta(seconds=1)))
            work.audit.add(an_audit_entry(at=START))
        with self.writing() as work:
            assert work.audit.forget(START) == 1
            work.audit.add(an_audit_entry(at=END))
        with self.reading() as work:
            assert [entry.at for entry in work.audit.recent(9)] == [END, START]
