"""A card network in memory. May import cards beside it.

It forgets an idempotency key after a day, replays the first answer until then, and can be told to
fail before an effect, after it, or with a failure that it stores under the key and replays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import CardToken, HoldRef, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView, Transfer
from teleconsult_core.ports import (
    Authorise,
    CardDetails,
    CardNetwork,
    PortMisused,
    PortTrouble,
)
from teleconsult_core.testing.fakes.cards import CARDS, Held, placed
from teleconsult_core.testing.fakes.store import InTransaction, must_be_outside

KEYS_LIVE = timedelta(hours=24)


class Failure(StrEnum):
    """How a call goes wrong."""

    BEFORE = "before-effect"
    """Nothing happened; the same call may be repeated at once."""
    AFTER = "after-effect"
    """It happened, and the answer was lost: the caller cannot know."""
    STORED = "stored-500"
    """Nothing happened, and the failure is replayed for as long as the key is remembered."""


@frozen
class _Answer:
    """What was asked under a key, what was answered (None: a failure), and when."""

    asked: tuple[object, ...]
    view: HoldView | None
    at: datetime


class FakeCardNetwork:
    """`ports.CardNetwork`; given the store, it refuses calls from inside a transaction.

    `fail_next("capture", "after-effect")` makes the next capture fail; several wait in line.
    """

    def __init__(self, clock: Callable[[], datetime], store: InTransaction | None = None) -> None:
        self._clock, self._store = clock, store
        self._holds: dict[HoldRef, Held] = {}
        self._made_by: dict[OperationId, HoldRef] = {}
        """The last hold that each key made."""
        self._answers: dict[OperationId, _Answer] = {}
        self._failures: list[tuple[str, Failure]] = []

    # --- the port --------------------------------------------------------------------------------

    def card(self, token: CardToken) -> CardDetails | None:
        self._called("card")
        found = CARDS.get(token)
        return found.details if found else None

    def authorise(self, *, key: OperationId, request: Authorise) -> HoldView:
        ref = HoldRef(f"hold_{len(self._holds) + 1:04d}")
        asked = ("authorise", request)
        return self._once(key, asked, lambda now: placed(ref, key, request, now))

    def capture(
        self, *, key: OperationId, ref: HoldRef, amount: Money, fee: Money | None = None
    ) -> HoldView:
        asked = ("capture", ref, amount, fee)
        return self._once(key, asked, lambda now: self._hold(ref).taken(amount, now, fee))

    def release(self, *, key: OperationId, ref: HoldRef) -> HoldView:
        return self._once(key, ("release", ref), lambda now: self._hold(ref).let_go())

    def refund(self, *, key: OperationId, ref: HoldRef, amount: Money) -> HoldView:
        asked = ("refund", ref, amount)
        return self._once(key, asked, lambda now: self._hold(ref).given_back(key, amount))

    def look(self, *, ref: HoldRef) -> HoldView:
        self._called("look")
        return self._hold(ref).view()

    def find(self, *, key: OperationId, asked_at: datetime) -> HoldView | None:
        self._called("find")
        ref = self._made_by.get(key)
        return self._hold(ref).view() if ref is not None else None

    def challenge(self, *, ref: HoldRef) -> str:
        self._called("challenge")
        waits = self._hold(ref).fact is HoldFact.NEEDS_PATIENT
        return f"https://cards.invalid/challenge/{ref}" if waits else ""

    def since(self, *, moment: datetime) -> tuple[HoldView, ...]:
        self._called("since")
        return tuple(
            self._hold(ref).view() for ref, held in self._holds.items() if held.made_at >= moment
        )

    def transfers(self, *, practitioner: PractitionerId) -> tuple[Transfer, ...]:
        self._called("transfers")
        his = (held for held in self._holds.values() if held.request.practitioner == practitioner)
        found = (held.transfer(self._clock()) for held in his)
        return tuple(transfer for transfer in found if transfer is not None)

    # --- the other end ---------------------------------------------------------------------------

    def authenticate(self, ref: HoldRef, *, ok: bool = True) -> HoldView:
        """The patient proves to his bank who he is, or fails to."""
        return self._keep(self._hold(ref).authenticated(ok, self._clock()))

    def dispute(self, ref: HoldRef) -> HoldView:
        """The cardholder asks his bank for his money back."""
        return self._keep(self._hold(ref).disputed())

    def decide_dispute(self, ref: HoldRef, *, won: bool) -> HoldView:
        """The bank decides; `won` is for the practitioner."""
        return self._keep(self._hold(ref).decided(won))

    def send_back(self, ref: HoldRef, refund: OperationId) -> HoldView:
        """The patient's bank does not take a refund: his account is closed."""
        held = self._hold(ref)
        if refund not in held.refunds or refund in held.came_back:
            raise ValueError(f"{refund} is no refund of {ref} that could come back")
        return self._keep(evolve(held, came_back=(*held.came_back, refund)))

    def fail_next(self, verb: str, how: Failure | str) -> None:
        """The next call of `verb` goes wrong; a stored failure needs a verb with a key."""
        failure = Failure(how)
        if not hasattr(self, verb) or (failure is Failure.STORED and verb not in _KEYED):
            raise ValueError(f"{verb} cannot fail with {failure.value}")
        self._failures.append((verb, failure))

    # --- the truth about money -------------------------------------------------------------------

    @property
    def books(self) -> tuple[HoldView, ...]:
        """Every hold as it is now, in the order in which they were made."""
        return tuple(self._hold(ref).view() for ref in self._holds)

    def held(self, currency: str = "EUR") -> Money:
        """What is reserved on cards now."""
        now = (self._hold(ref) for ref in self._holds)
        return _sum((one.amount for one in now if one.fact is HoldFact.AUTHORISED), currency)

    def captured(self, currency: str = "EUR") -> Money:
        """What was ever taken."""
        return _sum((one.captured for one in self._holds.values()), currency)

    def refunded(self, currency: str = "EUR") -> Money:
        """What was ever given back."""
        return _sum((one.refunded for one in self._holds.values()), currency)

    # --- how everything is asked -----------------------------------------------------------------

    def _called(self, verb: str) -> Failure | None:
        """The failure after the effect that this call meets, if any; one before it is raised."""
        must_be_outside(self._store, f"the card network's {verb}")
        waiting = next((one for one in self._failures if one[0] == verb), None)
        if waiting is None:
            return None
        self._failures.remove(waiting)
        if waiting[1] is Failure.BEFORE or verb not in _KEYED:
            raise PortTrouble(f"the card network did not take the {verb}")
        return waiting[1]

    def _once(
        self, key: OperationId, asked: tuple[object, ...], step: Callable[[datetime], Held]
    ) -> HoldView:
        failure = self._called(str(asked[0]))
        now = self._clock()
        before = self._answers.get(key)
        if before is None or now - before.at >= KEYS_LIVE:
            view = None if failure is Failure.STORED else self._keep(step(now))
            before = self._answers[key] = _Answer(asked, view, now)
        elif before.asked != asked:
            raise PortMisused(f"{key} was used for something else")
        if before.view is None or failure is not None:
            raise PortTrouble(f"no answer to {key}", unknown=True)
        return before.view

    def _hold(self, ref: HoldRef) -> Held:
        held = self._holds.get(ref)
        if held is None:
            raise PortMisused(f"the card network knows no hold {ref!r}")
        return held.at(self._clock())

    def _keep(self, held: Held) -> HoldView:
        if held.ref not in self._holds:
            self._made_by[held.key] = held.ref
        self._holds[held.ref] = held
        return held.view()


_KEYED = frozenset({"authorise", "capture", "release", "refund"})


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return Money(sum(one.minor for one in amounts if one.currency == currency), currency)


if TYPE_CHECKING:
    _conforms: type[CardNetwork] = FakeCardNetwork
