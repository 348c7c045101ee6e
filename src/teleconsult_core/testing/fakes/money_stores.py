"""Holds, operations, consents, the ledger and receipts. May import the nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
    Reserved,
)
from teleconsult_core.consents import ConsentRecord
from teleconsult_core.holds import CHARGED, CardHold, HoldState
from teleconsult_core.ids import (
    AppointmentId,
    HoldId,
    HoldRef,
    OperationId,
    PatientId,
    PractitionerId,
    ReceiptNumber,
)
from teleconsult_core.ledger import Entry
from teleconsult_core.payments import Operation
from teleconsult_core.receipts import Receipt
from teleconsult_core.stores import Consents, Holds, Ledger, Operations, Receipts
from teleconsult_core.testing.fakes.drafts import Draft, Shelf

_TAKING = CHARGED | {HoldState.CAPTURING}
_WAITING = frozenset({HoldState.HELD, HoldState.AWAITING_PATIENT})


class FakeHolds:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[HoldId, CardHold] = Shelf(draft, "holds")
        self._appointments: Shelf[AppointmentId, Appointment] = Shelf(draft, "appointments")

    def get(self, id: HoldId) -> CardHold | None:
        return self._kept.get(id)

    def put(self, hold: CardHold) -> None:
        if hold.state in _TAKING:
            others = (one for one in self.of(hold.appointment) if one.id != hold.id)
            if any(one.state in _TAKING for one in others):
                raise self._kept.refuse(f"{hold.appointment} has a captured hold already")
        self._kept[hold.id] = hold

    def by_ref(self, ref: HoldRef) -> CardHold | None:
        return next((one for one in self._kept if one.ref == ref), None)

    def of(self, appointment: AppointmentId) -> Sequence[CardHold]:
        its = (one for one in self._kept if one.appointment == appointment)
        return sorted(its, key=lambda one: one.attempt)

    def lapsing(self, until: datetime, limit: int) -> Sequence[CardHold]:
        ends = [
            (one.until, one.id, one)
            for one in self._kept
            if one.state is HoldState.HELD and one.until is not None and one.until <= until
        ]
        return [one for _, _, one in sorted(ends, key=lambda end: end[:2])][:limit]

    def left_over(self, limit: int) -> Sequence[CardHold]:
        left = [one for one in self._kept if one.state in _WAITING and self._useless(one)]
        return _by_placing(left)[:limit]

    def of_practitioner(self, practitioner: PractitionerId) -> Sequence[CardHold]:
        his = {one.terms.id for one in self._appointments if one.terms.practitioner == practitioner}
        return _by_placing(one for one in self._kept if one.appointment in his)

    def placed_since(self, moment: datetime) -> Sequence[CardHold]:
        return _by_placing(one for one in self._kept if one.placed_at >= moment)

    def _useless(self, hold: CardHold) -> bool:
        if _over_for_nothing(self._appointments.get(hold.appointment)):
            return True
        later = (one for one in self.of(hold.appointment) if one.attempt > hold.attempt)
        return any(one.state in _TAKING or one.state is HoldState.HELD for one in later)


def _over_for_nothing(appointment: Appointment | None) -> bool:
    match appointment:
        case Completed(amount=amount) | NoShow(amount=amount) | Cancelled(fee=amount):
            return not amount.minor
        case Reserved() | AwaitingConfirmation() | Confirmed():
            return False
        case Lapsed() | None:
            return True


def _by_placing(holds: Iterable[CardHold]) -> list[CardHold]:
    return sorted(holds, key=lambda one: (one.placed_at, one.id))


class FakeOperations:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[OperationId, Operation] = Shelf(draft, "operations")

    def get(self, id: OperationId) -> Operation | None:
        return self._kept.get(id)

    def put(self, operation: Operation) -> None:
        self._kept[operation.id] = operation

    def of(self, hold: HoldId) -> Sequence[Operation]:
        return _by_age(one for one in self._kept if one.hold == hold)

    def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Operation]:
        free = _by_age(one for one in self._kept if one.open and is_free(one.not_before, now))
        claimed = [one.claimed(until) for one in free[:limit]]
        for one in claimed:
            self.put(one)
        return claimed

    def open_count(self) -> int:
        return sum(one.open for one in self._kept)


def _by_age(operations: Iterable[Operation]) -> list[Operation]:
    return sorted(operations, key=lambda one: (one.created_at, one.id))


def is_free(not_before: datetime | None, now: datetime) -> bool:
    """Whether nobody works on it at `now`: a worker's lease is over when it ends."""
    return not_before is None or not_before <= now


class FakeConsents:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[tuple[AppointmentId, int], ConsentRecord] = Shelf(draft, "consents")

    def put(self, record: ConsentRecord) -> None:
        self._kept[record.appointment, record.attempt] = record

    def of(self, appointment: AppointmentId) -> Sequence[ConsentRecord]:
        its = (record for record in self._kept if record.appointment == appointment)
        return sorted(its, key=lambda record: record.attempt)


class FakeLedger:
    """An entry is written once; the same key again is the same movement, and changes nothing."""

    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[str, Entry] = Shelf(draft, "ledger")

    def put(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if self._kept.get(entry.key) is None:
                self._kept[entry.key] = entry

    def of(self, appointment: AppointmentId) -> Sequence[Entry]:
        return [entry for entry in self._kept if entry.appointment == appointment]

    def every(self) -> Sequence[Entry]:
        return list(self._kept)


class FakeReceipts:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[ReceiptNumber, Receipt] = Shelf(draft, "receipts")
        self._last: Shelf[tuple[PractitionerId, int], int] = Shelf(draft, "receipt series")

    def next_ordinal(self, issuer: PractitionerId, year: int) -> int:
        ordinal = (self._last.get((issuer, year)) or 0) + 1
        self._last[issuer, year] = ordinal
        return ordinal

    def put(self, receipt: Receipt) -> None:
        same = self.by_cause(receipt.cause)
        if same is not None and same.number != receipt.number:
            raise self._kept.refuse(f"{receipt.cause} has receipt {same.number} already")
        self._kept[receipt.number] = receipt

    def get(self, number: ReceiptNumber) -> Receipt | None:
        return self._kept.get(number)

    def by_cause(self, cause: str) -> Receipt | None:
        return next((one for one in self._kept if one.cause == cause), None)

    def of(self, appointment: AppointmentId) -> Sequence[Receipt]:
        return _by_issue(one for one in self._kept if one.appointment == appointment)

    def of_patient(self, patient: PatientId) -> Sequence[Receipt]:
        return _by_issue(one for one in self._kept if one.patient == patient)

    def of_series(self, issuer: PractitionerId, year: int) -> Sequence[Receipt]:
        begins = f"{issuer}-{year}-"
        his = (one for one in self._kept if one.issuer_id == issuer)
        its = (one for one in his if one.number.startswith(begins))
        return sorted(its, key=lambda one: (len(one.number), one.number))

    def forget(self, issued_before: datetime) -> int:
        return self._kept.keep_only(
            {number: one for number, one in self._kept.items() if one.issued_at >= issued_before}
        )


def _by_issue(receipts: Iterable[Receipt]) -> list[Receipt]:
    return sorted(receipts, key=lambda one: (one.issued_at, len(one.number), one.number))


if TYPE_CHECKING:
    _holds: type[Holds] = FakeHolds
    _operations: type[Operations] = FakeOperations
    _consents: type[Consents] = FakeConsents
    _ledger: type[Ledger] = FakeLedger
    _receipts: type[Receipts] = FakeReceipts
