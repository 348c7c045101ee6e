"""What is asked of the card network, written down before it is asked. May import nouns.

An operation is the intention: its id is the idempotency key, its parameters are frozen, and it
stays `INTENDED` until exactly one settlement turns it `DONE` or `FAILED`. A crash between the two
leaves an intention behind, which recovery looks up at the network before it repeats. What was
tried too often is `PARKED`: nobody asks again by himself, and news about it still settles it.
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
from teleconsult_core.pauses import TRIES


class Verb(StrEnum):
    AUTHORISE = "authorise"
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"


class OperationState(StrEnum):
    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"
    PARKED = "parked"
    """Tried too often; `outcome` says what came of it, and a person must look."""


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
    fee: Money | None = None
    """What the clinic keeps of the amount, when the rest goes to the practitioner's account."""
    refund: RefundId | None = None
    reason: str = ""
    repeat: int = 1
    state: OperationState = OperationState.INTENDED
    attempts: int = 0
    not_before: datetime | None = None
    leased_until: datetime | None = None
    """Until then it is in the hands of a worker, by the store's own clock."""
    settled_at: datetime | None = None
    outcome: str = ""

    @property
    def open(self) -> bool:
        return self.state is OperationState.INTENDED

    @property
    def unsettled(self) -> bool:
        """Whether what was asked for may still happen, tried for or not."""
        return self.state in {OperationState.INTENDED, OperationState.PARKED}

    def settled(self, state: OperationState, now: datetime, outcome: str) -> Operation:
        # A card token is of no use once the operation is over, so it is not kept.
        return evolve(
            self, state=state, settled_at=now, outcome=outcome, card=None, leased_until=None
        )

    @property
    def ready_at(self) -> datetime:
        """When its turn comes: at once, or when it may be tried again."""
        return self.created_at if self.not_before is None else self.not_before

    def in_hand(self, until: datetime) -> Operation:
        """Tried at once by whoever wrote it; recovery leaves it to him until `until`."""
        return evolve(self, attempts=self.attempts + 1, not_before=until)

    def claimed(self, leased_until: datetime) -> Operation:
        """Taken up by one worker; another may take it up when the lease has ended."""
        return evolve(self, attempts=self.attempts + 1, leased_until=leased_until)

    def later(self, not_before: datetime) -> Operation:
        return evolve(self, not_before=not_before, leased_until=None)

    def given_back(self) -> Operation:
        """Claimed, and not tried after all: free for anybody at once."""
        return evolve(self, leased_until=None)

    def worn_out(self, now: datetime) -> bool:
        """Whether it was tried often enough.

        A placing ends by itself with its key's life; a refund waits until a failure that is stored
        under its key must be forgotten.
        """
        patience = {Verb.AUTHORISE: KEY_LIFETIME, Verb.REFUND: 2 * KEY_LIFETIME}
        waits = now - self.created_at < patience.get(self.verb, timedelta())
        return self.attempts >= TRIES and not waits

    def parked(self, why: str) -> Operation:
        return evolve(self, state=OperationState.PARKED, leased_until=None, outcome=why)

    def taken_up_again(self) -> Operation:
        """Parked, and intended again; its key stays.

        It counts as tried once, so that whoever takes it up looks first: it may have happened
        long ago, and its key be forgotten since.
        """
        return evolve(self, state=OperationState.INTENDED, attempts=1, not_before=None, outcome="")

    def with_next_key(self, now: datetime) -> Operation:
        """The same intention and its tries under a new key; the old one only replays a failure."""
        return evolve(
            self,
            id=operation_id(self.hold, self.verb.value, self.repeat + 1),
            repeat=self.repeat + 1,
            created_at=now,
        )


def authorise(
    hold: CardHold, card: CardToken, *, present: bool, now: datetime, fee: Money | None = None
) -> Operation:
    return Operation(
        id=operation_id(hold.id, Verb.AUTHORISE.value),
        verb=Verb.AUTHORISE,
        hold=hold.id,
        appointment=hold.appointment,
        amount=hold.amount,
        created_at=now,
        card=card,
        present=present,
        fee=fee,
    )


def capture(hold: CardHold, amount: Money, now: datetime, fee: Money | None = None) -> Operation:
    return evolve(_about(hold, Verb.CAPTURE, amount, now), fee=fee)


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
    came_back: tuple[OperationId, ...] = ()
    """Those of them that the patient's bank did not take; they stay in every sum of refunds."""


@frozen
class News:
    """Word from the card network that something happened to the hold `ref`: a hint, no more.

    `id` is the network's own name for it. Kept as it came in until somebody has looked.
    """

    id: str
    ref: HoldRef
    received_at: datetime
    taken_at: datetime | None = None


@frozen
class Transfer:
    """What the network passes on to the practitioner for one capture; `paid_on` once it has."""

    ref: HoldRef
    practitioner: str
    amount: Money
    expected_on: datetime
    paid_on: datetime | None = None
