"""A hold on the patient's card: a total table of state and fact, because the network chooses.

May import ids, money, refusals, times. News from the card network comes late, twice and out of
order, so a missing cell would be a crash in the middle of the night: every pair of state and fact
has a verdict, checked at import.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import evolve, field, frozen

from teleconsult_core.ids import AccountRef, AppointmentId, HoldId, HoldRef
from teleconsult_core.money import Money
from teleconsult_core.refusals import BadInput


class CardBrand(StrEnum):
    """The brands a card may be of; the first three are accepted (S14)."""

    VISA = "visa"
    MASTERCARD = "mastercard"
    AMERICAN_EXPRESS = "american-express"
    OTHER = "other"


ACCEPTED_BRANDS = frozenset({CardBrand.VISA, CardBrand.MASTERCARD, CardBrand.AMERICAN_EXPRESS})


class HoldState(StrEnum):
    AUTHORISING = "authorising"
    AWAITING_PATIENT = "awaiting-patient"
    DECLINED = "declined"
    HELD = "held"
    LAPSED = "lapsed"
    CAPTURING = "capturing"
    CAPTURED = "captured"
    RELEASING = "releasing"
    RELEASED = "released"
    PARTLY_REFUNDED = "partly-refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    WON = "won"
    LOST = "lost"


class HoldFact(StrEnum):
    """What can become known about a hold; the two decisions are ours, the rest the network's."""

    NEEDS_PATIENT = "needs-patient"
    DECLINED = "declined"
    AUTHORISED = "authorised"
    LAPSED = "lapsed"
    CAPTURE_DECIDED = "capture-decided"
    CAPTURED = "captured"
    RELEASE_DECIDED = "release-decided"
    RELEASED = "released"
    PARTLY_REFUNDED = "partly-refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute-won"
    DISPUTE_LOST = "dispute-lost"


class Verdict(StrEnum):
    """What a fact is when it does not lead to a next state."""

    REPEAT = "repeat"
    """Known already; nothing changes."""
    LATE = "late"
    """True once, overtaken since; nothing changes."""
    CONTRADICTION = "contradiction"
    """Cannot be; a person must look. Nothing changes, an alarm is raised."""


_R, _L, _C = Verdict.REPEAT, Verdict.LATE, Verdict.CONTRADICTION
_S = HoldState

_FACTS = (
    HoldFact.NEEDS_PATIENT,
    HoldFact.DECLINED,
    HoldFact.AUTHORISED,
    HoldFact.LAPSED,
    HoldFact.CAPTURE_DECIDED,
    HoldFact.CAPTURED,
    HoldFact.RELEASE_DECIDED,
    HoldFact.RELEASED,
    HoldFact.PARTLY_REFUNDED,
    HoldFact.REFUNDED,
    HoldFact.DISPUTED,
    HoldFact.DISPUTE_WON,
    HoldFact.DISPUTE_LOST,
)

# One row per state, one column per fact, in the order of _FACTS. AUTHORISED after DECLINED is
# legal: the patient tried again and the network accepted. A capture or refund that we hear of
# before its predecessors is believed: the network's books are the truth about money that moved.
# A refund after DISPUTED means that the dispute was won meanwhile: what is disputed cannot be
# refunded.
_ROWS: dict[HoldState, tuple[HoldState | Verdict, ...]] = {
    _S.AUTHORISING: (
        _S.AWAITING_PATIENT, _S.DECLINED, _S.HELD, _S.LAPSED, _C, _S.CAPTURED, _S.RELEASING,
        _S.RELEASED, _S.PARTLY_REFUNDED, _S.REFUNDED, _S.DISPUTED, _S.WON, _S.LOST,
    ),
    _S.AWAITING_PATIENT: (
        _R, _S.DECLINED, _S.HELD, _S.LAPSED, _C, _S.CAPTURED, _S.RELEASING,
        _S.RELEASED, _S.PARTLY_REFUNDED, _S.REFUNDED, _S.DISPUTED, _S.WON, _S.LOST,
    ),
    _S.DECLINED: (
        _L, _R, _S.HELD, _L, _C, _C, _R, _R, _C, _C, _C, _C, _C,
    ),
    _S.HELD: (
        _L, _L, _R, _S.LAPSED, _S.CAPTURING, _S.CAPTURED, _S.RELEASING,
        _S.RELEASED, _S.PARTLY_REFUNDED, _S.REFUNDED, _S.DISPUTED, _S.WON, _S.LOST,
    ),
    _S.LAPSED: (
        _L, _L, _L, _R, _C, _C, _R, _R, _C, _C, _C, _C, _C,
    ),
    _S.CAPTURING: (
        _L, _L, _L, _S.LAPSED, _R, _S.CAPTURED, _C,
        _S.RELEASED, _S.PARTLY_REFUNDED, _S.REFUNDED, _S.DISPUTED, _S.WON, _S.LOST,
    ),
    _S.CAPTURED: (
        _L, _L, _L, _C, _R, _R, _C, _C, _S.PARTLY_REFUNDED, _S.REFUNDED, _S.DISPUTED, _S.WON,
        _S.LOST,
    ),
    _S.RELEASING: (
        _L, _S.DECLINED, _L, _S.LAPSED, _C, _C, _R, _S.RELEASED, _C, _C, _C, _C, _C,
    ),
    _S.RELEASED: (
        _L, _L, _L, _L, _C, _C, _R, _R, _C, _C, _C, _C, _C,
    ),
    _S.PARTLY_REFUNDED: (
        _L, _L, _L, _C, _R, _L, _C, _C, _S.PARTLY_REFUNDED, _S.REFUNDED, _S.DISPUTED, _S.WON,
        _S.LOST,
    ),
    _S.REFUNDED: (
        _L, _L, _L, _C, _R, _L, _C, _C, _L, _R, _S.DISPUTED, _S.WON, _S.LOST,
    ),
    _S.DISPUTED: (
        _L, _L, _L, _C, _R, _L, _C, _C, _S.PARTLY_REFUNDED, _S.REFUNDED, _R, _S.WON, _S.LOST,
    ),
    _S.WON: (
        _L, _L, _L, _C, _R, _L, _C, _C, _S.PARTLY_REFUNDED, _S.REFUNDED, _L, _R, _C,
    ),
    _S.LOST: (
        _L, _L, _L, _C, _R, _L, _C, _C, _L, _L, _L, _C, _R,
    ),
}

TABLE: dict[tuple[HoldState, HoldFact], HoldState | Verdict] = {
    (state, fact): cell
    for state, row in _ROWS.items()
    for fact, cell in zip(_FACTS, row, strict=True)
}

_MISSING = {(s, f) for s in HoldState for f in HoldFact} - TABLE.keys()
if _MISSING:
    raise AssertionError(f"the hold table has holes: {sorted(_MISSING)}")


def after(state: HoldState, fact: HoldFact) -> HoldState | Verdict:
    """The next state, or what the fact is instead. Total: every pair has an answer."""
    return TABLE[state, fact]


LIVE = frozenset({_S.AUTHORISING, _S.AWAITING_PATIENT, _S.HELD, _S.CAPTURING, _S.RELEASING})
"""States in which the network may still hold the patient's money."""

_REFUNDS = frozenset({HoldFact.PARTLY_REFUNDED, HoldFact.REFUNDED})

OPEN_STEP = frozenset({_S.AUTHORISING, _S.AWAITING_PATIENT})
"""States in which a card step is under way."""

CHARGED = frozenset({_S.CAPTURED, _S.PARTLY_REFUNDED, _S.REFUNDED, _S.DISPUTED, _S.WON, _S.LOST})
"""States in which money was taken, whatever came of it later."""


@frozen
class CardHold:
    """One hold. Never edited in substance: a re-authorization is the next `attempt`.

    `amount` is what the patient consented to and what is reserved; `captured` and `refunded`
    never exceed it. `until` is the network's own word (`capture_before`), never computed here.
    """

    id: HoldId
    appointment: AppointmentId
    attempt: int
    amount: Money
    state: HoldState
    placed_at: datetime
    ref: HoldRef | None = None
    until: datetime | None = None
    brand: CardBrand | None = None
    last4: str = ""
    captured: Money = field()
    refunded: Money = field()
    reason: str = ""
    account: AccountRef | None = None
    """The practitioner's account that what is taken goes to; None when the clinic keeps it."""
    fee: Money = field()
    """What the clinic keeps of it, less what it gave back; by the network's books."""

    @captured.default
    @refunded.default
    @fee.default
    def _nothing(self) -> Money:
        return Money(0, self.amount.currency)

    @captured.validator
    def _within_amount(self, _: object, value: Money) -> None:
        if value > self.amount:
            raise BadInput("captured", str(value), f"at most the amount held, {self.amount}")

    @refunded.validator
    def _within_captured(self, _: object, value: Money) -> None:
        if value > self.captured:
            raise BadInput("refunded", str(value), f"at most the amount captured, {self.captured}")

    @fee.validator
    def _within_what_is_left(self, _: object, value: Money) -> None:
        if value > self.captured:
            raise BadInput("fee", str(value), f"at most the amount captured, {self.captured}")

    @property
    def live(self) -> bool:
        return self.state in LIVE

    @property
    def refundable(self) -> Money:
        return self.captured - self.refunded

    def standing(self, now: datetime) -> bool:
        """Held and not past its own end; expiry is judged on reading, news may come later."""
        return self.state is HoldState.HELD and self.until is not None and now < self.until

    def _knows_refund(self, news: HoldNews) -> bool:
        """Whether a dispute may be younger than this look at the refunds."""
        known = news.refunded is None or news.refunded <= self.refunded
        return known and self.state in {HoldState.DISPUTED, HoldState.WON}

    def _fee_after(self, news: HoldNews) -> Money:
        """A fee from before a refund that is known tells nothing."""
        older = news.refunded is not None and news.refunded < self.refunded
        return self.fee if news.fee is None or older else news.fee

    def told(self, news: HoldNews) -> CardHold | Verdict:
        """This hold after `news`, or what the news is instead.

        Sums only ever rise: an older look at the network's books must not take a refund back.
        """
        state = after(self.state, news.fact)
        if self.state is HoldState.DECLINED and news.ref and not self.ref:
            state = _turned_up(news.fact, state)
        if isinstance(state, Verdict):
            return state
        if news.fact in _REFUNDS and self._knows_refund(news):
            return Verdict.LATE
        return evolve(
            self,
            state=state,
            ref=news.ref or self.ref,
            until=news.until or self.until,
            brand=news.brand or self.brand,
            last4=news.last4 or self.last4,
            captured=max(self.captured, news.captured or self.captured),
            refunded=max(self.refunded, news.refunded or self.refunded),
            fee=self._fee_after(news),
            reason=news.reason or self.reason,
        )


def _turned_up(fact: HoldFact, told: HoldState | Verdict) -> HoldState | Verdict:
    """Given up as one that never reached the network, and there it is: to be known, and ended."""
    if fact is HoldFact.NEEDS_PATIENT:
        return HoldState.AWAITING_PATIENT
    return HoldState.DECLINED if told in {Verdict.REPEAT, Verdict.LATE} else told


@frozen
class HoldNews:
    """A fact about a hold with the figures that came with it; absent figures change nothing."""

    fact: HoldFact
    ref: HoldRef | None = None
    until: datetime | None = None
    brand: CardBrand | None = None
    last4: str = ""
    captured: Money | None = None
    refunded: Money | None = None
    reason: str = ""
    fee: Money | None = None
    """What the clinic keeps of what was captured, less what it gave back."""
