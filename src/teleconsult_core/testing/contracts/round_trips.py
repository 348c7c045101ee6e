"""What is loaded equals what was stored, in every state. Part of the store's contract.

Every example replaces the one before it under the same id, which `put` promises to do.
"""

from __future__ import annotations

from attrs import evolve
from hypothesis import given

from teleconsult_core.appointments import Appointment
from teleconsult_core.attendance import Attendance
from teleconsult_core.audit import AuditEntry
from teleconsult_core.consents import ConsentRecord
from teleconsult_core.holds import CardHold
from teleconsult_core.ledger import Entry
from teleconsult_core.links import Link
from teleconsult_core.messages import Message
from teleconsult_core.payments import Operation
from teleconsult_core.people import ErasedPatient, Patient, Practice, Practitioner
from teleconsult_core.ratings import Rating
from teleconsult_core.receipts import Receipt
from teleconsult_core.schedules import Schedule, Unavailability, VisitType
from teleconsult_core.testing import strategies as some
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    PATIENT,
    PRACTITIONER,
    VISIT_TYPE,
    a_confirmed,
    a_hold,
    a_link,
    a_message,
    a_practice,
    a_receipt,
    a_waiting,
    an_operation,
    an_unavailability,
)
from teleconsult_core.testing.contracts.store_under_test import LAW, StoreUnderTest
from teleconsult_core.waiting_list import Waiting


class RoundTripContract(StoreUnderTest):
    # --- the clinic ---

    @LAW
    @given(some.practices())
    def test_practices(self, practice: Practice) -> None:
        practice = evolve(practice, id=a_practice().id)
        with self.writing() as work:
            work.clinic.put_practice(practice)
        with self.reading() as work:
            assert work.clinic.practice() == practice

    @LAW
    @given(some.practitioners())
    def test_practitioners(self, practitioner: Practitioner) -> None:
        practitioner = evolve(practitioner, id=PRACTITIONER)
        with self.writing() as work:
            work.clinic.put_practitioner(practitioner)
        with self.reading() as work:
            assert work.clinic.practitioner(PRACTITIONER) == practitioner
            assert list(work.clinic.practitioners()) == [practitioner]

    @LAW
    @given(some.schedules())
    def test_schedules(self, schedule: Schedule) -> None:
        schedule = evolve(schedule, practitioner=PRACTITIONER)
        with self.writing() as work:
            work.clinic.put_schedule(schedule)
        with self.reading() as work:
            assert work.clinic.schedule(PRACTITIONER) == schedule

    @LAW
    @given(some.visit_types())
    def test_visit_types(self, visit_type: VisitType) -> None:
        visit_type = evolve(visit_type, id=VISIT_TYPE)
        with self.writing() as work:
            work.clinic.put_visit_type(visit_type)
        with self.reading() as work:
            assert work.clinic.visit_type(VISIT_TYPE) == visit_type
            assert list(work.clinic.visit_types(visit_type.practitioner)) == [visit_type]

    @LAW
    @given(some.unavailabilities())
    def test_unavailabilities(self, away: Unavailability) -> None:
        away = evolve(away, id=an_unavailability().id)
        with self.writing() as work:
            work.unavailabilities.put(away)
        with self.reading() as work:
            assert work.unavailabilities.get(away.id) == away
            assert away in work.unavailabilities.between(away.practitioner, away.interval)

    # --- people ---

    @LAW
    @given(some.patients() | some.erased_patients())
    def test_patients_whole_and_erased(self, patient: Patient | ErasedPatient) -> None:
        patient = evolve(patient, id=PATIENT)
        with self.writing() as work:
            work.patients.put(patient)
        with self.reading() as work:
            assert work.patients.get(PATIENT) == patient

    @LAW
    @given(some.waitings())
    def test_the_waiting_list(self, waiting: Waiting) -> None:
        waiting = evolve(waiting, id=a_waiting().id)
        with self.writing() as work:
            work.waiting_list.put(waiting)
        with self.reading() as work:
            assert work.waiting_list.get(waiting.id) == waiting

    @LAW
    @given(some.ratings())
    def test_ratings(self, rating: Rating) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.ratings.put(rating)
        with self.reading() as work:
            assert work.ratings.get(APPOINTMENT) == rating

    @LAW
    @given(some.audit_entries())
    def test_the_audit_log(self, entry: AuditEntry) -> None:
        with self.writing() as work:
            work.audit.add(entry)
        with self.reading() as work:
            assert list(work.audit.recent(1)) == [entry]

    # --- appointments ---

    @LAW
    @given(some.every_appointment_state())
    def test_appointments_in_every_state(self, appointment: Appointment) -> None:
        self.keep(appointment)
        with self.reading() as work:
            assert work.appointments.get(APPOINTMENT) == appointment

    @LAW
    @given(some.attendances())
    def test_attendance(self, event: Attendance) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.attendance.add(event)
        with self.reading() as work:
            assert work.attendance.of(APPOINTMENT)[-1] == event

    @LAW
    @given(some.links())
    def test_links(self, link: Link) -> None:
        link = evolve(link, id=a_link().id)
        self.keep(a_confirmed())
        with self.writing() as work:
            work.links.put(link)
        with self.reading() as work:
            assert work.links.get(link.id) == link
            assert work.links.by_hash(link.token_hash) == link

    @LAW
    @given(some.messages())
    def test_messages(self, message: Message) -> None:
        message = evolve(message, id=a_message().id)
        self.keep(a_confirmed())
        with self.writing() as work:
            work.outbox.put([message])
        with self.reading() as work:
            assert work.outbox.get(message.id) == message

    # --- money ---

    @LAW
    @given(some.every_hold())
    def test_holds_in_every_state(self, hold: CardHold) -> None:
        hold = evolve(hold, id=a_hold().id, attempt=1)
        self.keep(a_confirmed())
        with self.writing() as work:
            work.holds.put(hold)
        with self.reading() as work:
            assert work.holds.get(hold.id) == hold
            assert list(work.holds.of(APPOINTMENT)) == [hold]

    @LAW
    @given(some.operations())
    def test_operations(self, operation: Operation) -> None:
        operation = evolve(operation, id=an_operation().id)
        with self.writing() as work:
            work.operations.put(operation)
        with self.reading() as work:
            assert work.operations.get(operation.id) == operation

    @LAW
    @given(some.consent_records())
    def test_consents(self, record: ConsentRecord) -> None:
        record = evolve(record, attempt=1)
        self.keep(a_confirmed())
        with self.writing() as work:
            work.consents.put(record)
        with self.reading() as work:
            assert list(work.consents.of(APPOINTMENT)) == [record]

    @LAW
    @given(some.entries())
    def test_the_ledger(self, entry: Entry) -> None:
        with self.reading() as work:
            entry = evolve(entry, key=f"{len(work.ledger.every())}:{entry.key}")
        with self.writing() as work:
            work.ledger.put([entry])
        with self.reading() as work:
            assert work.ledger.of(APPOINTMENT)[-1] == entry
            assert work.ledger.every()[-1] == entry

    @LAW
    @given(some.receipts())
    def test_receipts(self, receipt: Receipt) -> None:
        receipt = evolve(receipt, number=a_receipt().number)
        with self.writing() as work:
            work.receipts.put(receipt)
        with self.reading() as work:
            assert work.receipts.get(receipt.number) == receipt
            assert work.receipts.by_cause(receipt.cause) == receipt
