"""Money at every step: what was agreed, what was decided, what the network took, what was issued.

Judged at the card network itself, not in our own account of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from attrs import define, field

from simulation.broken import Broken
from simulation.timeline import current_task
from teleconsult_core.appointments import Appointment, Cancelled, Completed, NoShow
from teleconsult_core.audit import AuditEntry
from teleconsult_core.consents import ConsentRecord
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import AccountRef
from teleconsult_core.payments import Operation, OperationState, Verb
from teleconsult_core.people import Role
from teleconsult_core.policies import PaidTo, Policies, platform_fee
from teleconsult_core.receipts import Receipt, ReceiptKind
from teleconsult_core.testing.fakes.cards import Held


@define
class MoneySafety:
    appointment: Callable[[str], Appointment | None]
    policies: Policies = field(factory=Policies)
    accounts: dict[str, AccountRef] = field(factory=dict)
    """By practitioner."""
    stopped: dict[str, datetime] = field(factory=dict)
    """Whose account takes no cards, and since when everybody can know it."""
    holds: dict[str, CardHold] = field(factory=dict)
    operations: dict[str, Operation] = field(factory=dict)
    receipts: dict[str, Receipt] = field(factory=dict)
    captures: dict[str, Held] = field(factory=dict)
    """By appointment: what was taken, as the network saw it."""
    _ordinals: dict[tuple[str, str], int] = field(factory=lambda: defaultdict(int))
    _consents: dict[tuple[str, int], int] = field(factory=dict)

    def consent(self, record: ConsentRecord) -> None:
        self._consents[record.appointment, record.attempt] = record.consent.amount.minor

    def hold(self, new: CardHold) -> None:
        agreed = self._consents.get((new.appointment, new.attempt))
        if agreed is None or new.captured.minor > agreed or new.amount.minor > agreed:
            raise Broken("consent", f"{new.id}: {new.amount} held, {agreed} minor agreed")
        old = self.holds.get(new.id)
        if old is None:
            self._has_somewhere_to_go(new)
        if old is not None and (new.captured < old.captured or new.refunded < old.refunded):
            raise Broken("money", f"{new.id}: a sum fell")
        self.holds[new.id] = new

    def _has_somewhere_to_go(self, new: CardHold) -> None:
        """Nobody begins a hold for an account of which it is known that it takes none."""
        found, task = self.appointment(new.appointment), current_task()
        since = self.stopped.get(found.terms.practitioner) if found else None
        if since is not None and task is not None and task.began > since:
            raise Broken("account", f"{new.id} is held for an account that was stopped at {since}")

    def operation(self, new: Operation, audit: list[AuditEntry]) -> None:
        old = self.operations.get(new.id)
        if old is None and new.verb is Verb.REFUND and new.repeat == 1:
            by = [entry.actor.role for entry in audit if entry.action == "refund"]
            if by != [Role.SUPPORT]:
                raise Broken("refund", f"{new.id} is nobody's decision")
        over = old is not None and not (old.open or old.state is OperationState.PARKED)
        if old is not None and over and new.open:
            raise Broken("operations", f"{new.id} was {old.state.value} and is open again")
        self.operations[new.id] = new

    def receipt(self, new: Receipt) -> None:
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
            took_place = isinstance(self.appointment(new.appointment), Completed)
            if took_place != (new.kind is ReceiptKind.RECEIPT):
                raise Broken("receipts", f"{new.number} calls {new.appointment} by a wrong name")

    def holds_of(self, appointment: str) -> list[CardHold]:
        found = []
        while hold := self.holds.get(f"{appointment}:hold:{len(found) + 1}"):
            found.append(hold)
        return found

    # --- at the card network ---------------------------------------------------------------------

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
        match self.appointment(id):
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
        self._passed_on(id, new)

    def _passed_on(self, id: str, new: Held) -> None:
        """It goes to whom it belongs, and the clinic keeps what it said that it keeps."""
        himself = self.policies.paid_to is PaidTo.PRACTITIONER
        account = self.accounts[new.request.practitioner] if himself else None
        fee = platform_fee(new.captured, self.policies.platform_fee) if himself else None
        if new.request.account != account or new.fee.minor != (fee.minor if fee else 0):
            raise Broken("fee", f"{id}: {new.fee} kept and {new.request.account} paid")
