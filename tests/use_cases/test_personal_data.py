"""Export, erasure, retention, and who looked (S20b)."""

from datetime import timedelta
from typing import Any

import attrs
import pytest
from attrs import evolve

from teleconsult_core.ids import AppointmentId, ReceiptNumber, UnavailabilityId, WaitingId
from teleconsult_core.people import Actor, ErasedPatient, Role
from teleconsult_core.policies import Policies, Retention
from teleconsult_core.refusals import NotYours
from teleconsult_core.schedules import Unavailability
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.times import Interval
from world import ANN, BOB, DR, MONDAY, OPERATOR, SUPPORT, THE_DOCTOR, World, eur, patient_of

A1 = AppointmentId("a1")
AWAY = UnavailabilityId("dupont:away")
IDENTITY = (ANN.name, ANN.phone, ANN.email)


@pytest.fixture
def over(world: World) -> World:
    """Ann's consultation is charged, receipted and rated, and she waits for another."""
    world.meet(world.booked())
    world.desk.complete(appointment=A1, amount=eur("30.00"), by=THE_DOCTOR, now=world.now)
    world.work()
    world.desk.rate(
        appointment=A1, stars=5, words="Ann Peeters was here", by=patient_of(ANN), now=world.now
    )
    world.desk.join_waiting_list(
        id=WaitingId("w1"),
        practitioner=DR,
        visit_type="dupont:consultation",
        mode=Mode.VIDEO,
        patient=ANN,
        before=world.now + timedelta(days=20),
        now=world.now,
    )
    return world


def test_a_receipt_is_for_its_patient_its_issuer_and_staff_whose_look_is_noted(
    over: World,
) -> None:
    (receipt,) = over.desk.show_receipts(appointment=A1, by=patient_of(ANN), now=over.now)
    for by in (patient_of(ANN), THE_DOCTOR, SUPPORT):
        assert over.desk.show_receipt(number=receipt.number, by=by, now=over.now) == receipt
    with over.store.open_work(writing=False) as work:
        looks = work.audit.of_subject(receipt.number)
    assert {entry.actor for entry in looks} == {THE_DOCTOR, SUPPORT}
    assert {entry.patient for entry in looks} == {ANN.id}


def test_a_receipt_is_nothing_to_anybody_else(over: World) -> None:
    (receipt,) = over.desk.show_receipts(appointment=A1, by=SUPPORT, now=over.now)
    stranger = patient_of(BOB)
    hidden = over.desk.show_receipt(number=receipt.number, by=stranger, now=over.now)
    never = over.desk.show_receipt(number=ReceiptNumber("x"), by=stranger, now=over.now)
    assert (hidden.code, never.code) == ("not-found", "not-found")
    none = over.desk.show_receipts(appointment=A1, by=stranger, now=over.now)
    assert none.code == "not-found"


COLLEAGUE = Actor(Role.PRACTITIONER, "claes")
DAY = Interval(MONDAY, MONDAY + timedelta(days=7))

LOOKS: dict[str, tuple[dict[str, Any], set[Actor]]] = {
    "show_agenda": ({"practitioner": DR, "window": DAY}, {THE_DOCTOR, SUPPORT, OPERATOR}),
    "show_payments": ({"practitioner": DR}, {THE_DOCTOR, SUPPORT, OPERATOR}),
    "find_patients": ({"text": ANN.phone}, {THE_DOCTOR, COLLEAGUE, SUPPORT, OPERATOR}),
    "export_patient": ({"patient": ANN.id}, {patient_of(ANN), SUPPORT, OPERATOR}),
    "erase_patient": ({"patient": ANN.id}, {patient_of(ANN), SUPPORT, OPERATOR}),
    "apply_retention": ({"dry_run": True}, {OPERATOR}),
    "set_unavailability": (
        {"practitioner": DR, "modes": BOTH, "intervals": [DAY], "source": "by hand"},
        {THE_DOCTOR, SUPPORT, OPERATOR},
    ),
    "remove_unavailability": ({"id": AWAY}, {THE_DOCTOR, SUPPORT, OPERATOR}),
}
EVERYBODY = (patient_of(ANN), patient_of(BOB), THE_DOCTOR, COLLEAGUE, SUPPORT, OPERATOR)


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("by", EVERYBODY, ids=str)
def test_each_look_and_each_act_is_for_whom_it_is_for(world: World, name: str, by: Actor) -> None:
    world.booked()
    asked, allowed = LOOKS[name]
    away = Unavailability(AWAY, DR, Mode.VIDEO, DAY, "by hand")
    with world.store.open_work() as work:
        work.unavailabilities.put(away)
        work.commit()
    outcome = getattr(world.desk, name)(**asked, by=by, now=world.now)
    assert isinstance(outcome, NotYours) == (by not in allowed)


def test_an_appointment_without_receipts_has_none(world: World) -> None:
    world.booked()
    assert world.desk.show_receipts(appointment=A1, by=patient_of(ANN), now=world.now) == ()
    nothing = world.desk.show_receipts(appointment=A1, by=patient_of(BOB), now=world.now)
    assert nothing.code == "not-found"


def everything(world: World) -> str:
    """All that is stored, as one text."""
    with world.store.open_work(writing=False) as work:
        file = [work.patients.get(ANN.id), *work.patients.search("a")]
        for appointment in work.appointments.of_patient(ANN.id):
            id = appointment.terms.id
            file += [work.ratings.get(id), *work.outbox.of(id), *work.links.of(id)]
            file += [*work.audit.of_subject(id), *work.consents.of(id), *work.attendance.of(id)]
        file += [*work.waiting_list.of_patient(ANN.id), *work.audit.recent(1000)]
    return repr(file)


def test_the_export_holds_everything_and_is_noted(over: World) -> None:
    file = over.desk.export_patient(patient=ANN.id, by=SUPPORT, now=over.now)
    assert file.patient == ANN
    (one,) = file.appointments
    assert one.appointment.terms.id == "a1"
    for part in (one.consents, one.holds, one.operations, one.ledger, one.messages, one.attendance):
        assert part
    assert one.rating is not None
    assert len(file.receipts) == len(file.waiting_list) == 1
    with over.store.open_work(writing=False) as work:
        assert "export" in {entry.action for entry in work.audit.of_patient(ANN.id)}


def test_an_export_of_one_patient_shows_no_other(over: World) -> None:
    over.booked("a2", patient=BOB, start=over.now + timedelta(days=1, hours=1, minutes=-15))
    file = repr(attrs.asdict(over.desk.export_patient(patient=ANN.id, by=SUPPORT, now=over.now)))
    assert BOB.name not in file
    assert BOB.email not in file


def test_an_erased_patient_is_nowhere_but_where_the_law_keeps_him(over: World) -> None:
    assert isinstance(
        over.desk.erase_patient(patient=ANN.id, by=SUPPORT, now=over.now), ErasedPatient
    )
    assert not [part for part in IDENTITY if part in everything(over)]
    with over.store.open_work(writing=False) as work:
        assert [one.patient_name for one in work.receipts.of_patient(ANN.id)] == [ANN.name]
        assert work.ratings.summary(DR).count == 1
    assert over.desk.export_patient(patient=ANN.id, by=SUPPORT, now=over.now).code == "not-found"


def test_where_the_law_lets_the_name_go_it_goes(over: World) -> None:
    over.describe(Policies(retention=Retention(names_on_receipts=False)))
    over.desk.erase_patient(patient=ANN.id, by=SUPPORT, now=over.now)
    with over.store.open_work(writing=False) as work:
        (receipt,) = work.receipts.of_patient(ANN.id)
    assert receipt.patient_name == ""
    assert receipt.amount == eur("30.00")


def test_erasing_twice_is_erasing_once(over: World) -> None:
    first = over.desk.erase_patient(patient=ANN.id, by=SUPPORT, now=over.now)
    over.at(over.now + timedelta(hours=1))
    assert over.desk.erase_patient(patient=ANN.id, by=SUPPORT, now=over.now) == first


def test_nobody_is_erased_while_something_is_open(world: World) -> None:
    world.booked()
    refusal = world.desk.erase_patient(patient=ANN.id, by=SUPPORT, now=world.now)
    assert refusal.code == "still-open"
    assert "a1" in str(refusal)


def test_retention_forgets_what_was_kept_long_enough(over: World) -> None:
    over.desk.leave_waiting_list(id=WaitingId("w1"), by=patient_of(ANN), now=over.now)
    ref = over.holds()[0].ref
    assert ref is not None
    over.desk.take_card_news(news="heard", ref=ref, now=over.now)
    over.at(over.now + timedelta(days=731))
    dry = over.desk.apply_retention(by=OPERATOR, now=over.now, dry_run=True)
    assert (dry.appointments, dry.patients, dry.news) == (1, 1, 1)
    assert over.appointment()  # a dry run changes nothing
    wet = over.desk.apply_retention(by=OPERATOR, now=over.now)
    assert evolve(wet, dry_run=True) == dry
    with over.store.open_work(writing=False) as work:
        assert work.appointments.get(A1) is None
        assert isinstance(work.patients.get(ANN.id), ErasedPatient)
        assert len(work.receipts.of_patient(ANN.id)) == 1  # accounting: ten years
    assert not [part for part in IDENTITY if part in everything(over)]
    again = over.desk.apply_retention(by=OPERATOR, now=over.now)
    assert (again.appointments, again.patients, again.messages) == (0, 0, 0)


def test_retention_leaves_what_is_still_open(world: World) -> None:
    world.describe(Policies(retention=Retention(appointments=timedelta(0))))
    world.booked()
    world.at(MONDAY + timedelta(days=4))
    assert world.desk.apply_retention(by=OPERATOR, now=world.now).appointments == 0


def test_every_look_of_staff_is_in_the_audit(over: World) -> None:
    over.desk.show_appointment(appointment=A1, by=SUPPORT, now=over.now)
    over.desk.find_patients(text=ANN.phone, by=SUPPORT, now=over.now)
    with over.store.open_work(writing=False) as work:
        looks = [e for e in work.audit.of_patient(ANN.id) if e.actor == SUPPORT]
    assert [e.action for e in looks] == ["look", "find"]


def test_a_stranger_sees_no_time_line(over: World) -> None:
    refusal = over.desk.show_appointment(appointment=A1, by=patient_of(BOB), now=over.now)
    assert refusal.code == "not-found"
    mine = over.desk.show_appointment(appointment=A1, by=patient_of(ANN), now=over.now)
    assert mine.judgement == "present"
