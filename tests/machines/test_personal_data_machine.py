"""Two patients whose words are easy to find again: exported, erased and forgotten at any point.

Once a patient is erased, nothing that is kept and nothing that is sent has his name, telephone,
e-mail or address any more, but for the receipts, which lose no cent, and keep the name where the
law obliges. What was printed of them stays to the byte, unless it must lose the name.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from machines.clinic import LONG_AGO, appointments, everything, let_pass, running
from teleconsult_core.ids import AppointmentId, PatientId, WaitingId
from teleconsult_core.people import ErasedPatient, Patient
from teleconsult_core.policies import Policies, Retention
from teleconsult_core.receipts import Receipt, ReceiptDocument
from teleconsult_core.slots import Mode
from teleconsult_core.testing.fakes import PlainPrinter
from teleconsult_core.use_cases.export_patient import PatientFile
from world import (
    ANN,
    BOB,
    DR,
    OPERATOR,
    SUPPORT,
    THE_DOCTOR,
    THURSDAY_10,
    VISIT,
    World,
    eur,
    patient_of,
)

NORA = Patient(ANN.id, "Nora Quintelier", "+32475998877", "nora@q.example", "nl", "Kerkstraat 9")
OTTO = Patient(BOB.id, "Otto Zwart", "+32475665544", "otto@z.example", "fr", "Rue Verte 3")
PATIENTS = {one.id: one for one in (NORA, OTTO)}
IDS = [AppointmentId(f"{name}{n}") for name in ("n", "o") for n in range(2)]
HOURS = (0, 1, 4, 5)
"""After ten: times at which both modes are offered."""
WHOSE = {id: NORA if id.startswith("n") else OTTO for id in IDS}


class PersonalDataMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.desk = self.world.desk
        self.gone: dict[PatientId, set[str]] = {}
        """Whose data was erased, and what had been sent by then."""
        self.names_kept = True
        self.printed: dict[tuple[str, bool], bytes] = {}
        """What was handed out, by number and whether it had a name."""

    def arrived(self) -> list[Any]:
        return [*self.world.texts.sent, *self.world.letters.sent]

    @initialize(id=st.sampled_from(IDS), names_kept=st.booleans())
    def begin(self, id: Any, names_kept: bool) -> None:
        self.names_kept = names_kept
        self.world.describe(Policies(retention=Retention(names_on_receipts=names_kept)))
        self.book(id, Mode.VIDEO)
        self.meet_and_rate(id, charged=True)
        self.world.work(rounds=2)

    @rule(id=st.sampled_from(IDS), mode=st.sampled_from(list(Mode)))
    def book(self, id: Any, mode: Mode) -> None:
        start = THURSDAY_10 + timedelta(hours=HOURS[IDS.index(id)])
        patient = WHOSE[id]
        if id not in appointments(self.world) and patient.id not in self.gone:
            self.world.book(id, start, patient, mode)

    @rule(id=st.sampled_from(IDS))
    def cancel(self, id: Any) -> None:
        self.desk.cancel(appointment=id, by=THE_DOCTOR, now=self.world.now)

    @rule(id=st.sampled_from(IDS), charged=st.booleans())
    def meet_and_rate(self, id: Any, charged: bool) -> None:
        found = appointments(self.world).get(id)
        if found is None or self.world.now > found.terms.start:
            return
        self.world.at(found.terms.start)
        for by in (THE_DOCTOR, patient_of(WHOSE[id])):
            self.desk.join(appointment=id, by=by, device=by.id, now=self.world.now)
        let_pass(self.world, 15)
        amount = eur("45.00" if charged else "0.00")
        self.desk.complete(appointment=id, amount=amount, by=THE_DOCTOR, now=self.world.now)
        words = f"I, {WHOSE[id].name}, was well cared for."
        by = patient_of(WHOSE[id])
        self.desk.rate(appointment=id, by=by, stars=5, words=words, now=self.world.now)

    @rule(patient=st.sampled_from(list(PATIENTS.values())))
    def wait_for_a_slot(self, patient: Patient) -> None:
        if patient.id in self.gone:
            return
        self.desk.join_waiting_list(
            id=WaitingId(f"w-{patient.id}"),
            practitioner=DR,
            visit_type=VISIT,
            mode=Mode.VIDEO,
            patient=patient,
            before=self.world.now + timedelta(days=3),
            now=self.world.now,
        )

    @rule(id=st.sampled_from(IDS))
    def ask_for_the_link_again(self, id: Any) -> None:
        self.desk.resend_link(appointment=id, by=SUPPORT, now=self.world.now)

    @rule(address=st.sampled_from([NORA.email, OTTO.phone]))
    def an_address_is_refused(self, address: str) -> None:
        for gateway in (self.world.texts, self.world.letters):
            gateway.refuse(address, f"{address} does not exist")

    @rule(days=st.sampled_from([0, 1, 40, 800]))
    def time_passes(self, days: int) -> None:
        self.world.clock.forward(timedelta(days=days, hours=1))
        self.world.work(rounds=2)

    @rule(forms=st.integers(1, 3))
    def print_documents(self, forms: int) -> None:
        """Each time the form may be another."""
        printer = Form(forms, PlainPrinter(self.world.store))
        assert self.desk.print_receipts(printer=printer, now=self.world.now).broken == ()

    @rule(patient=st.sampled_from(list(PATIENTS)), form=st.integers(1, 3))
    def ask_for_documents(self, patient: Any, form: int) -> None:
        printer = Form(form, PlainPrinter(self.world.store))
        for number, _ in self.money_on_receipts():
            found = self.desk.print_receipt(
                number=number, printer=printer, by=patient_of(PATIENTS[patient]), now=self.world.now
            )
            if isinstance(found, ReceiptDocument):
                named = b"patient_name: \n" not in found.content
                assert self.printed.setdefault((number, named), found.content) == found.content

    @rule(patient=st.sampled_from(list(PATIENTS)))
    def export(self, patient: Any) -> None:
        file = self.desk.export_patient(patient=patient, by=OPERATOR, now=self.world.now)
        if isinstance(file, PatientFile):
            other = next(one for id, one in PATIENTS.items() if id != patient)
            said = repr(file)
            assert not [word for word in words_of(other) if word in said], "another's data"
            mine = [
                id for id, one in appointments(self.world).items() if one.terms.patient == patient
            ]
            assert sorted(mine) == sorted(one.appointment.terms.id for one in file.appointments)
        else:
            assert patient in self.gone or self.kept(patient) is None

    @rule(patient=st.sampled_from(list(PATIENTS)), himself=st.booleans())
    def erase(self, patient: Any, himself: bool) -> None:
        by = patient_of(PATIENTS[patient]) if himself else OPERATOR
        before = self.money_on_receipts()
        self.desk.erase_patient(patient=patient, by=by, now=self.world.now)
        assert self.money_on_receipts() == before

    @rule(dry_run=st.booleans())
    def forget(self, dry_run: bool) -> None:
        before = everything(self.world)
        said = self.desk.apply_retention(by=OPERATOR, now=self.world.now, dry_run=True)
        assert everything(self.world) == before, "a dry run changed something"
        if not dry_run:
            assert self.desk.apply_retention(by=OPERATOR, now=self.world.now).appointments == (
                said.appointments
            )

    @rule()
    def reconcile(self) -> None:
        assert self.desk.reconcile(since=LONG_AGO, now=self.world.now).ledger_balanced

    # --- what must hold ----------------------------------------------------------------------

    def kept(self, patient: Any) -> Any:
        with self.world.store.open_work(writing=False) as work:
            return work.patients.get(patient)

    def money_on_receipts(self) -> list[tuple[str, int]]:
        with self.world.store.open_work(writing=False) as work:
            found = [one for id in PATIENTS for one in work.receipts.of_patient(id)]
        return [(one.number, one.amount.minor) for one in found]

    @invariant()
    def nothing_is_left_of_the_erased(self) -> None:
        for id in PATIENTS:
            if isinstance(self.kept(id), ErasedPatient):
                self.gone.setdefault(id, {one.key for one in self.arrived()})
        all_kept = everything(self.world)
        receipts = repr([all_kept.pop("receipts"), all_kept.pop("documents")])
        with self.world.store.open_work(writing=False) as work:
            all_kept["ratings"] = [work.ratings.get(id) for id in IDS]
        said = repr(all_kept)
        for id in self.gone:
            found = [word for word in words_of(PATIENTS[id]) if word in said]
            assert not found, f"{found} is still kept"
            gone = words_of(PATIENTS[id])[1 if self.names_kept else 0 :]
            assert not [word for word in gone if word in receipts]

    @invariant()
    def nothing_is_sent_of_the_erased(self) -> None:
        for id, before in self.gone.items():
            later = repr([one for one in self.arrived() if one.key not in before])
            assert not [word for word in words_of(PATIENTS[id]) if word in later]


@frozen
class Form:
    """A printer whose form may change from one version to the next."""

    number: int
    printer: PlainPrinter

    def print(self, receipt: Receipt) -> bytes:
        return f"form {self.number}\n".encode() + self.printer.print(receipt)


def words_of(patient: Patient) -> list[str]:
    return [patient.name, patient.phone, patient.email, patient.address]


TestPersonalData = PersonalDataMachine.TestCase
TestPersonalData.settings = running()
