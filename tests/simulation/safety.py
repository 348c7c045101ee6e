"""What must never be false, judged at every step from outside the core.

`Safety` keeps its own account of what was committed, what the card network did, and what arrived
at people; it shares no rule with the core. A step that breaks an invariant raises `Broken`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from attrs import define, field

from simulation.timeline import Task, current_task
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
from teleconsult_core.audit import AuditEntry
from teleconsult_core.holds import CardHold, HoldState
from teleconsult_core.messages import Kind, Message, MessageState
from teleconsult_core.payments import Operation, Verb
from teleconsult_core.people import ErasedPatient, Patient, Role
from teleconsult_core.receipts import Receipt, ReceiptKind
from teleconsult_core.testing.fakes.cards import Held

TICK = 300
CLOCKS = timedelta(minutes=2)
"""How wrong the clock of a process may be."""

UNDECIDED = timedelta(days=2)

NEXT: dict[type | None, tuple[type, ...]] = {
    None: (Reserved, AwaitingConfirmation, Confirmed),
    Reserved: (Confirmed, Lapsed, Cancelled),
    AwaitingConfirmation: (AwaitingConfirmation, Confirmed, Lapsed, Cancelled),
    Confirmed: (Confirmed, Completed, NoShow, Cancelled),
    Completed: (), NoShow: (), Cancelled: (), Lapsed: (),
}  # fmt: skip
"""The diagram of states, written down a second time on purpose."""

BLOCKING = (Reserved, AwaitingConfirmation, Confirmed, Completed, NoShow)
REMINDERS = {Kind.REMINDER, Kind.LAST_REMINDER, Kind.PRACTITIONER_LINK}


class Broken(BaseException):
    """An invariant does not hold: its name, and the figures that show it."""

    def __init__(self, invariant: str, story: str) -> None:
        self.invariant, self.story = invariant, story
        super().__init__(f"{invariant}: {story}")


@define
class Safety:
    now: Callable[[], datetime]
    settlement_margin: timedelta = timedelta(hours=24)
    appointments: dict[str, Appointment] = field(factory=dict)
    holds: dict[str, CardHold] = field(factory=dict)
    operations: dict[str, Operation] = field(factory=dict)
    receipts: dict[str, Receipt] = field(factory=dict)
    captures: dict[str, Held] = field(factory=dict)
    """By appointment: what was taken, as the network saw it."""
    arrivals: dict[str, list[Task | None]] = field(factory=lambda: defaultdict(list))
    """By message id: in the hands of which tasks it arrived."""
    changed: Callable[[Appointment | None, Appointment], None] = lambda old, new: None
    """Told of every committed change of an appointment."""
    due: Callable[[datetime], None] = lambda moment: None
    """Told of every instant at which a worker may find something to do."""
    grants: int = 0
    _patients: dict[str, Patient] = field(factory=dict)
    _erased: dict[str, datetime] = field(factory=dict)
    _ticks: dict[tuple[str, int], str] = field(factory=dict)
    _ordinals: dict[tuple[str, str], int] = field(factory=lambda: defaultdict(int))
    _consents: dict[tuple[str, int], int] = field(factory=dict)
    _entered: set[tuple[str, Role]] = field(factory=set)
    _said: dict[tuple[str, str], str] = field(factory=dict)

    # --- what was committed ----------------------------------------------------------------------

    def committed(self, written: Iterable[tuple[str, Any]]) -> None:
        """One transaction, whole, in the order in which it was written."""
        written = list(written)
        audit = [value for store, value in written if store == "audit"]
        for store, value in written:
            if store == "consents":
                self._consents[value.appointment, value.attempt] = value.consent.amount.minor
        changes: list[tuple[Appointment | None, Appointment]] = []
        claimed: dict[str, Message] = {}
        for store, value in written:
            match store:
                case "appointments":
                    changes.append((self.appointments.get(value.terms.id), value))
                    self._appointment(value, audit)
                case "holds":
                    self._hold(value)
                case "operations":
                    self._operation(value, audit)
                case "receipts":
                    self._receipt(value)
                case "attendance":
                    self._attendance(value)
                case "patients":
                    self._patient(value)
                case "claim":
                    claimed[value.id] = value
                case "outbox" if value.state is MessageState.DROPPED:
                    claimed.pop(value.id, None)
        for message in claimed.values():
            self._will_be_sent(message)
        for store, value in written:
            self._falls_due(store, value)
        for old, new in changes:
            self.changed(old, new)

    def _falls_due(self, store: str, value: Any) -> None:
        match store:
            case "plan" | "outbox" | "claim" if value.planned:
                self.due(value.not_before or value.due_at)
            case "operations" if value.open:
                self.due(value.not_before or self.now())
            case "holds" if value.until is not None:
                self.due(value.until)
            case "appointments":
                ends = value.terms.end + UNDECIDED if isinstance(value, Confirmed) else None
                moment = getattr(value, "deadline", ends)
                if moment is not None:
                    self.due(moment)

    def _appointment(self, new: Appointment, audit: list[AuditEntry]) -> None:
        id = new.terms.id
        old = self.appointments.get(id)
        if old == new:
            return
        if type(new) not in NEXT[type(old) if old else None]:
            was = old.state if old else "nothing"
            raise Broken("transitions", f"{id} went from {was} to {new.state}")
        if not any(entry.subject == id and entry.action == new.state for entry in audit):
            raise Broken("audit", f"{id} became {new.state} and the audit does not say so")
        if old is not None and old.terms.sequence == new.terms.sequence and old.terms != new.terms:
            raise Broken("transitions", f"the terms of {id} changed without a move")
        self._guard(old, new)
        self.appointments[id] = new

    def _guard(self, old: Appointment | None, new: Appointment) -> None:
        id = new.terms.id
        if isinstance(old, BLOCKING):
            for tick in _ticks(old):
                self._ticks.pop((old.terms.practitioner, tick), None)
        if isinstance(new, BLOCKING):
            for tick in _ticks(new):
                other = self._ticks.setdefault((new.terms.practitioner, tick), id)
                if other != id:
                    raise Broken("overlap", f"{id} and {other} at {new.terms.start}")

    def _hold(self, new: CardHold) -> None:
        agreed = self._consents.get((new.appointment, new.attempt))
        if agreed is None or new.captured.minor > agreed or new.amount.minor > agreed:
            raise Broken("consent", f"{new.id}: {new.amount} held, {agreed} minor agreed")
        old = self.holds.get(new.id)
        if old is not None and (new.captured < old.captured or new.refunded < old.refunded):
            raise Broken("money", f"{new.id}: a sum fell")
        self.holds[new.id] = new

    def _operation(self, new: Operation, audit: list[AuditEntry]) -> None:
        old = self.operations.get(new.id)
        if old is None and new.verb is Verb.REFUND and new.repeat == 1:
            by = [entry.actor.role for entry in audit if entry.action == "refund"]
            if by != [Role.SUPPORT]:
                raise Broken("refund", f"{new.id} is nobody's decision")
        if old is not None and not old.open and new.open:
            raise Broken("operations", f"{new.id} was {old.state.value} and is open again")
        self.operations[new.id] = new

    def _receipt(self, new: Receipt) -> None:
        old = self.receipts.get(new.number)
        self.receipts[new.number] = new
        if old is not None:
            if (old.amount, old.cause, old.kind) != (new.amount, new.cause, new.kind):
                raise Broken("receipts", f"{new.number} was changed")
            return
        series, _, ordinal = new.number.rpartition("-")
        self._ordinals[new.issuer_id, series] += 1
        if int(ordinal) != self._ordinals[new.issuer_id, series]:
            raise Broken("receipts", f"{new.number} leaves a gap")
        if new.kind in {ReceiptKind.RECEIPT, ReceiptKind.INDEMNITY}:
            took_place = isinstance(self.appointments[new.appointment], Completed)
            if took_place != (new.kind is ReceiptKind.RECEIPT):
                raise Broken("receipts", f"{new.number} calls {new.appointment} by a wrong name")

    def _attendance(self, event: Any) -> None:
        if event.seen.value != "entered":
            return
        found = self.appointments[event.appointment]
        terms = found.terms
        if not isinstance(found, Confirmed):
            raise Broken("join", f"{event.role.value} enters {terms.id}, which is {found.state}")
        early = terms.start - timedelta(minutes=15) - CLOCKS
        late = terms.end + timedelta(minutes=60) + CLOCKS
        task = current_task()
        began = task.began if task else self.now()
        if not early <= began <= late:
            raise Broken("join", f"{event.role.value} enters {terms.id} at {began}")
        if terms.card_required and not self._covered(found, began):
            raise Broken("join", f"{event.role.value} enters {terms.id} without a covering hold")
        self._entered.add((terms.id, event.role))

    def _covered(self, found: Confirmed, began: datetime) -> bool:
        needed = found.terms.end + self.settlement_margin
        return any(
            hold.state is HoldState.HELD and hold.until is not None and hold.until >= needed
            for hold in self.holds_of(found.terms.id)
        )

    def _patient(self, new: Patient | ErasedPatient) -> None:
        if isinstance(new, Patient):
            self._patients[new.id] = new
            return
        old = self._patients.pop(new.id, None)
        if old is not None:
            for word in (old.name, old.phone, old.email):
                self._erased[word] = self.now()

    def _will_be_sent(self, message: Message) -> None:
        if self.now() >= message.useful_until + CLOCKS:
            raise Broken("stale", f"{message.id} goes although it is of no use")
        if message.kind in REMINDERS and message.appointment is not None:
            found = self.appointments[message.appointment]
            if not isinstance(found, Confirmed) or found.terms.sequence != message.sequence:
                raise Broken("dead reminder", f"{message.id} goes, and it is {found.state}")

    def holds_of(self, appointment: str) -> list[CardHold]:
        found = []
        while hold := self.holds.get(f"{appointment}:hold:{len(found) + 1}"):
            found.append(hold)
        return found

    # --- what happened outside -------------------------------------------------------------------

    def moved(self, old: Held | None, new: Held) -> None:
        """Something changed at the card network itself."""
        id = new.request.appointment
        if old is None:
            self._reserved(new)
        if new.captured.minor and not (old and old.captured.minor):
            if id in self.captures:
                raise Broken("captured twice", f"{id}: {self.captures[id].ref} and {new.ref}")
            self.captures[id] = new
            self._decided(id, new)
        elif new.captured.minor:
            self.captures[id] = new
        if new.refunded > new.captured:
            raise Broken("refund", f"{id}: {new.refunded} of {new.captured}")

    def _reserved(self, new: Held) -> None:
        attempt = int(str(new.key).split(":")[2])
        agreed = self._consents.get((new.request.appointment, attempt))
        if agreed != new.request.amount.minor:
            raise Broken("consent", f"{new.key}: {new.request.amount}, {agreed} minor agreed")

    def _decided(self, id: str, new: Held) -> None:
        """Nothing is captured without its practitioner's decision of exactly this amount."""
        match self.appointments.get(id):
            case Completed(amount=amount, decided_by=by, terms=terms) if by == terms.practitioner:
                decided = amount
            case NoShow(amount=amount, decided_by=by, terms=terms) if by == terms.practitioner:
                decided = amount
            case Cancelled(fee=fee, by=Role.PRACTITIONER):
                decided = fee
            case found:
                raise Broken("decision", f"{new.captured} taken from {id}, which is {found}")
        if decided != new.captured:
            raise Broken("decision", f"{new.captured} taken from {id}, {decided} decided")

    def admitted(self, appointment: str, role: Role) -> None:
        self.grants += 1
        if (appointment, role) not in self._entered:
            raise Broken("join", f"{role.value} let into {appointment} without a trace")

    def arrived(self, channel: str, key: str, to: str, text: str) -> None:
        """A message reached somebody."""
        task = current_task()
        earlier = self.arrivals[key]
        alone = task is None or task.befallen
        if not alone and not all(one is None or one.doomed or one.struck for one in earlier):
            raise Broken("sent twice", f"{key} arrived again, and nothing had gone wrong")
        earlier.append(task)
        if self._said.setdefault((to, text), key) != key and any(
            kind.value in key for kind in REMINDERS
        ):
            raise Broken("sent twice", f"{key} and {self._said[to, text]} say the same to {to}")
        began = task.began if task else self.now()
        for word, erased_at in self._erased.items():
            if erased_at < began - CLOCKS and (word == to or word in text):
                raise Broken("erased", f"{key} still speaks of somebody who was erased")


def _ticks(appointment: Appointment) -> range:
    terms = appointment.terms
    return range(int(terms.start.timestamp()) // TICK, int(terms.blocks_until.timestamp()) // TICK)
