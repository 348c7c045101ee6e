"""What is asked of the card network, written down before it is asked. May import holds, ids, money.

An operation is the intention: its id is the idempotency key, its parameters are frozen, and it
stays `INTENDED` until exactly one settlement turns it `DONE` or `FAILED`. A crash between the two
leaves an intention behind, which recovery looks up at the network before it repeats.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import evolve, field, frozen

from teleconsult_core.holds import CardHold, HoldFact, HoldNews
from teleconsult_core.ids import (
    AppointmentId,
    CardToken,
    HoldId,
    HoldRef,
    OperationId,
    RefundId,
    operation_id,
)
from teleconsult_core.money import Money


class Verb(StrEnum):
    AUTHORISE = "authorise"
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"


class OperationState(StrEnum):
    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"


KEY_LIFETIME = timedelta(hours=23)
"""After this an idempotency key may be forgotten (networks keep them 24 hours): never repeat."""

STORED_FAILURE_PATIENCE = timedelta(minutes=10)
"""After this a key that answers with a stored failure is given up for the next one."""


@frozen
class Operation:
    """One thing asked of the card network about one hold. Amounts as for `CardHold`."""

    id: OperationId
    verb: Verb
    hold: HoldId
    appointment: AppointmentId
    amount: Money
    created_at: datetime
    card: CardToken | None = field(default=None, repr=False)
    present: bool = True
    """Whether the patient is there to authenticate (it decides how long a hold lives)."""
    refund: RefundId | None = None
    reason: str = ""
    repeat: int = 1
    state: OperationState = OperationState.INTENDED
    attempts: int = 0
    not_before: datetime | None = None
    settled_at: datetime | None = None
    outcome: str = ""

    @property
    def open(self) -> bool:
        return self.state is OperationState.INTENDED

    def settled(self, state: OperationState, now: datetime, outcome: str) -> Operation:
        # A card token is of no use once the operation is over, so it is not kept.
        return evolve(self, state=state, settled_at=now, outcome=outcome, card=None)

    def claimed(self, until: datetime) -> Operation:
        """Taken up by one worker until `until`; another may take it up after that."""
        return evolve(self, attempts=self.attempts + 1, not_before=until)

    def with_next_key(self, now: datetime) -> Operation:
        """The same intention under a new key, where the old one only replays a failure."""
        verb = f"refund-{self.refund}" if self.refund else self.verb.value
        return evolve(
            self,
            id=operation_id(self.hold, verb, self.repeat + 1),
            repeat=self.repeat + 1,
            created_at=now,
            attempts=0,
            not_before=None,
        )


def authorise(hold: CardHold, card: CardToken, *, present: bool, now: datetime) -> Operation:
    return Operation(
        id=operation_id(hold.id, Verb.AUTHORISE.value),
        verb=Verb.AUTHORISE,
        hold=hold.id,
        appointment=hold.appointment,
        amount=hold.amount,
        created_at=now,
        card=card,
        present=present,
    )


def capture(hold: CardHold, amount: Money, now: datetime) -> Operation:
    return _about(hold, Verb.CAPTURE, amount, now)


def release(hold: CardHold, reason: str, now: datetime) -> Operation:
    return evolve(_about(hold, Verb.RELEASE, hold.amount, now), reason=reason)


def refund(hold: CardHold, id: RefundId, amount: Money, reason: str, now: datetime) -> Operation:
    operation = _about(hold, Verb.REFUND, amount, now)
    key = operation_id(hold.id, f"refund-{id}")
    return evolve(operation, id=key, refund=id, reason=reason)


def decided(hold: CardHold, fact: HoldFact) -> CardHold:
    """The hold once we have decided to capture or release it; refuses an impossible decision."""
    told = hold.told(HoldNews(fact))
    if not isinstance(told, CardHold):
        raise ValueError(
            f"{hold.id} is {hold.state.value}: {fact.value} cannot be decided ({told})"
        )
    return told


def _about(hold: CardHold, verb: Verb, amount: Money, now: datetime) -> Operation:
    return Operation(
        id=operation_id(hold.id, verb.value),
        verb=verb,
        hold=hold.id,
        appointment=hold.appointment,
        amount=amount,
        created_at=now,
    )


@frozen
class HoldView:
    """The card network's own books about one hold, as `look` and `find` show them."""

    ref: HoldRef
    news: HoldNews
    operation: OperationId | None = None
    """The key of the authorisation that made it, as we sent it; None when it is not ours."""
    refunds: tuple[OperationId, ...] = ()
    """The keys of the refunds made so far."""


@frozen
class Transfer:
    """What the network passes on to the practitioner for one capture; `paid_on` once it has."""

    ref: HoldRef
    practitioner: str
    amount: Money
    expected_on: datetime
    paid_on: datetime | None = None
