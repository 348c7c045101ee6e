"""Holds, operations, consents and the ledger. May import the nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
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
    PractitionerId,
)
from teleconsult_core.ledger import Entry
from teleconsult_core.payments import Operation, OperationState
from teleconsult_core.queues import Operations
from teleconsult_core.stores import Consents, Holds, Ledger
from teleconsult_core.testing.fakes.booking_stores import BY_START
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.kinds import APPOINTMENTS, CONSENTS, HOLDS, LEDGER, OPERATIONS
from teleconsult_core.testing.fakes.leases import free_at, not_leased
from teleconsult_core.testing.fakes.shelves import (
    BY_APPOINTMENT,
    INSTANT,
    Grouping,
    Ordering,
)
from teleconsult_core.times import Interval

_TAKING = CHARGED | {HoldState.CAPTURING}
_WAITING = frozenset({HoldState.HELD, HoldState.AWAITING_PATIENT})


_BY_REF: Grouping[CardHold] = Grouping(attrgetter("ref"))
_IN_USE: Grouping[CardHold] = Grouping(lambda one: one.state in _WAITING or None)
_PLACED: Ordering[CardHold] = Ordering(lambda one: (None, one.placed_at))
_UNTIL: Ordering[CardHold] = Ordering(
    lambda one: (None, one.until) if one.state is HoldState.HELD and one.until else None
)
_BY_HOLD: Grouping[Operation] = Grouping(attrgetter("hold"))
_OPEN: Grouping[Operation] = Grouping(lambda one: one.open or None)
_FREE: Ordering[Operation] = Ordering(lambda one: (None, one.ready_at) if one.open else None)
"""From when on nobody works on it: a worker's lease is over when it ends."""
_OPEN_BY_AGE: Ordering[Operation] = Ordering(
    lambda one: (None, one.created_at) if one.open else None
)
_PARKED: Ordering[Operation] = Ordering(
    lambda one: (None, one.created_at) if one.state is OperationState.PARKED else None
)


class FakeHolds:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(HOLDS)
        self._appointments = draft.shelf(APPOINTMENTS)

    def get(self, id: HoldId) -> CardHold | None:
        return self._kept.get(id)

    def put(self, hold: CardHold) -> None:
        if hold.state in _TAKING:
            self._kept.lock("taking", hold.appointment)
            others = (one for one in self.of(hold.appointment) if one.id != hold.id)
            if any(one.state in _TAKING for one in others):
                raise self._kept.refuse(f"{hold.appointment} has a captured hold already")
        self._kept.put(hold.id, hold)

    def by_ref(self, ref: HoldRef) -> CardHold | None:
        return next(iter(self._kept.group(_BY_REF, ref)), None)

    def of(self, appointment: AppointmentId) -> Sequence[CardHold]:
        its = self._kept.group(BY_APPOINTMENT, appointment)
        return sorted(its, key=attrgetter("attempt"))

    def lapsing(self, until: datetime, limit: int) -> Sequence[CardHold]:
        return self._kept.span(_UNTIL, below=until + INSTANT, limit=limit)

    def left_over(self, limit: int) -> Sequence[CardHold]:
        left = [one for one in self._kept.group(_IN_USE, True) if self._useless(one)]
        return _by_placing(left)[:limit]

    def of_practitioner(self, practitioner: PractitionerId) -> Sequence[CardHold]:
        his = self._appointments.span(BY_START, practitioner)
        return _by_placing(hold for one in his for hold in self.of(one.terms.id))

    def placed_since(self, moment: datetime) -> Sequence[CardHold]:
        return self._kept.span(_PLACED, least=moment)

    def _useless(self, hold: CardHold) -> bool:
        if _over_for_nothing(self._appointments.look(hold.appointment)):
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
    return sorted(holds, key=attrgetter("placed_at", "id"))


class FakeOperations:
    def __init__(self, draft: Draft) -> None:
        self._kept, self._clock = draft.shelf(OPERATIONS), draft.clock

    def get(self, id: OperationId) -> Operation | None:
        return self._kept.get(id)

    def put(self, operation: Operation) -> None:
        self._kept.put(operation.id, operation)

    def of(self, hold: HoldId) -> Sequence[Operation]:
        return _by_age(self._kept.group(_BY_HOLD, hold))

    def claim(self, now: datetime, lease: timedelta, limit: int) -> Sequence[Operation]:
        clock = self._clock() if self._clock else now
        mine = self._kept.unlocked(_FREE, None, now + INSTANT, limit, not_leased(clock))
        claimed = [one.claimed(clock + lease) for one in mine]
        for one in claimed:
            self.put(one)
        return claimed

    def claim_one(self, id: OperationId, now: datetime, lease: timedelta) -> Operation | None:
        clock = self._clock() if self._clock else now
        found = self._kept.get(id)
        if found is None or not found.open or not free_at(found, now, clock):
            return None
        claimed = found.claimed(clock + lease)
        self.put(claimed)
        return claimed

    def open_count(self) -> int:
        return len(self._kept.keys(_OPEN, True))

    def open_since(self, moment: datetime, limit: int) -> Sequence[Operation]:
        return self._kept.span(_OPEN_BY_AGE, below=moment + INSTANT, limit=limit)

    def parked(self, limit: int) -> Sequence[Operation]:
        return self._kept.span(_PARKED, limit=limit)


def _by_age(operations: Iterable[Operation]) -> list[Operation]:
    return sorted(operations, key=attrgetter("created_at", "id"))


class FakeConsents:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(CONSENTS)

    def put(self, record: ConsentRecord) -> None:
        self._kept.put((record.appointment, record.attempt), record)

    def of(self, appointment: AppointmentId) -> Sequence[ConsentRecord]:
        its = self._kept.group(BY_APPOINTMENT, appointment)
        return sorted(its, key=attrgetter("attempt"))


class FakeLedger:
    """An entry is written once; the same key again is the same movement, and changes nothing."""

    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(LEDGER)

    def put(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._kept.add(entry.key, entry)

    def of(self, appointment: AppointmentId) -> Sequence[Entry]:
        return self._kept.group(BY_APPOINTMENT, appointment)

    def every(self) -> Sequence[Entry]:
        return list(self._kept)

    def between(self, window: Interval) -> Sequence[Entry]:
        return [entry for entry in self._kept if window.contains(entry.at)]


if TYPE_CHECKING:
    _holds: type[Holds] = FakeHolds
    _operations: type[Operations] = FakeOperations
    _consents: type[Consents] = FakeConsents
    _ledger: type[Ledger] = FakeLedger
