"""Holds, operations, consents, the ledger and receipts. May import the nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
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
    hold_id,
)
from teleconsult_core.ledger import Entry
from teleconsult_core.payments import Operation
from teleconsult_core.queues import Operations
from teleconsult_core.receipts import Receipt
from teleconsult_core.stores import Consents, Holds, Ledger, Receipts
from teleconsult_core.testing.fakes.booking_stores import INSTANT
from teleconsult_core.testing.fakes.drafts import Draft, Shelf

_TAKING = CHARGED | {HoldState.CAPTURING}
_FOREVER = datetime.max.replace(tzinfo=UTC)


class FakeHolds:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[HoldId, CardHold] = Shelf(draft, "holds")
        self._appointments: Shelf[AppointmentId, Appointment] = Shelf(draft, "appointments")

    def get(self, id: HoldId) -> CardHold | None:
        return self._kept.get(id)

    def put(self, hold: CardHold) -> None:
        if hold.state in _TAKING:
            self._kept.lock("taking", hold.appointment)
            others = (one for one in self.of(hold.appointment) if one.id != hold.id)
            if any(one.state in _TAKING for one in others):
                raise self._kept.refuse(f"{hold.appointment} has a captured hold already")
        self._kept[hold.id] = hold

    def by_ref(self, ref: HoldRef) -> CardHold | None:
        return next(iter(self._kept.group("ref", ref)), None)

    def of(self, appointment: AppointmentId) -> Sequence[CardHold]:
        its = self._kept.group("appointment", appointment)
        return sorted(its, key=lambda one: one.attempt)

    def lapsing(self, until: datetime, limit: int) -> Sequence[CardHold]:
        return self._kept.span("until", None, until + INSTANT)[:limit]

    def left_over(self, limit: int) -> Sequence[CardHold]:
        left = [one for one in self._kept.group("waiting", True) if self._useless(one)]
        return _by_placing(left)[:limit]

    def of_practitioner(self, practitioner: PractitionerId) -> Sequence[CardHold]:
        his = {one.terms.id for one in self._appointments if one.terms.practitioner == practitioner}
        return _by_placing(one for one in self._kept if one.appointment in his)

    def placed_since(self, moment: datetime) -> Sequence[CardHold]:
        return self._kept.span("placed", moment, _FOREVER)

    def _useless(self, hold: CardHold) -> bool:
        if _over_for_nothing(self._appointments.get(hold.appointment)):
            return True
        if not self._kept.has(hold_id(hold.appointment, hold.attempt + 1)):
            return False
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
        return _by_age(self._kept.group("hold", hold))

    def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Operation]:
        due = self._kept.span("due", None, now + INSTANT)
        free = sorted(due, key=lambda one: (one.ready_at, one.id))
        mine = (one for one in free if self._kept.try_lock(one.id))
        claimed = [one.claimed(until) for one in islice(mine, limit)]
        for one in claimed:
            self.put(one)
        return claimed

    def open_count(self) -> int:
        return len(self._kept.group("open", True))

    def open_since(self, moment: datetime, limit: int) -> Sequence[Operation]:
        return _by_age(self._kept.span("open", None, moment + INSTANT))[:limit]

    def parked(self, limit: int) -> Sequence[Operation]:
        return _by_age(self._kept.group("parked", True))[:limit]


def _by_age(operations: Iterable[Operation]) -> list[Operation]:
    return sorted(operations, key=lambda one: (one.created_at, one.id))


class FakeConsents:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[tuple[AppointmentId, int], ConsentRecord] = Shelf(draft, "consents")

    def put(self, record: ConsentRecord) -> None:
        self._kept[record.appointment, record.attempt] = record

    def of(self, appointment: AppointmentId) -> Sequence[ConsentRecord]:
        its = self._kept.group("appointment", appointment)
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
        return self._kept.group("appointment", appointment)

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
        self._kept.lock("cause", receipt.cause)
        same = self.by_cause(receipt.cause)
        if same is not None and same.number != receipt.number:
            raise self._kept.refuse(f"{receipt.cause} has receipt {same.number} already")
        self._kept[receipt.number] = receipt

    def get(self, number: ReceiptNumber) -> Receipt | None:
        return self._kept.get(number)

    def by_cause(self, cause: str) -> Receipt | None:
        return next(iter(self._kept.group("cause", cause)), None)

    def of(self, appointment: AppointmentId) -> Sequence[Receipt]:
        return _by_issue(self._kept.group("appointment", appointment))

    def of_patient(self, patient: PatientId) -> Sequence[Receipt]:
        return _by_issue(self._kept.group("patient", patient))

    def of_series(self, issuer: PractitionerId, year: int) -> Sequence[Receipt]:
        begins = f"{issuer}-{year}-"
        his = self._kept.group("issuer", issuer)
        its = (one for one in his if one.number.startswith(begins))
        return sorted(its, key=lambda one: (len(one.number), one.number))

    def forget(self, issued_before: datetime) -> int:
        return self._kept.forget(lambda one: one.issued_at < issued_before)


def _by_issue(receipts: Iterable[Receipt]) -> list[Receipt]:
    return sorted(receipts, key=lambda one: (one.issued_at, len(one.number), one.number))


if TYPE_CHECKING:
    _holds: type[Holds] = FakeHolds
    _operations: type[Operations] = FakeOperations
    _consents: type[Consents] = FakeConsents
    _ledger: type[Ledger] = FakeLedger
    _receipts: type[Receipts] = FakeReceipts
