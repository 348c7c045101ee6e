"""The card network under everything at once: whatever is asked of it, its promises hold.

A machine asks in any order, repeats itself, lets time pass and orders trouble. Beside it stands a
hold of ours and a ledger of ours for each hold, fed with looks at the network alone: they must
come to the same sums, and no look may contradict the one before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from teleconsult_core.holds import CardHold, HoldFact, HoldState, Verdict
from teleconsult_core.ids import (
    AppointmentId,
    CardToken,
    HoldId,
    HoldRef,
    OperationId,
    PractitionerId,
)
from teleconsult_core.ledger import Account, Entry, balances, entries_after
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import Authorise, PortMisused, PortTrouble
from teleconsult_sandbox import (
    CARDS,
    Book,
    NewsDelivery,
    SandboxCardNetwork,
    Trouble,
    TroubleKind,
)

NOON = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OVER = {HoldFact.DECLINED, HoldFact.LAPSED, HoldFact.RELEASED}
ACCEPTED = sorted(token for token, card in CARDS.items() if card.accepted)
VERBS = ["authorise", "capture", "release", "refund"]

# Most cards are good and most steps short, or few holds would live to see a refund.
tokens = st.sampled_from(["mastercard-ok", "visa-ok"]) | st.sampled_from(ACCEPTED)
amounts = st.sampled_from([50, 10_00, 20_00, 40_00]) | st.integers(0, 60_00)
jumps = st.sampled_from([timedelta(minutes=10), timedelta(hours=20)]) | st.sampled_from(
    [DAY, 2 * DAY, timedelta(days=4, hours=18), 7 * DAY, 15 * DAY]
)


@define
class Hand:
    """A clock turned by hand."""

    instant: datetime = NOON

    def __call__(self) -> datetime:
        return self.instant


@define
class Asked:
    """A question under a key of its own, to be asked as often as one likes in the same words."""

    question: Callable[[], HoldView]
    answer: HoldView | None = None
    remembered_until: datetime | None = None

    def ask(self, now: datetime) -> None:
        """Ask, and note whether the network remembers: it neither refused nor saw a mistake."""
        try:
            self.answer, remembered = self.question(), True
        except PortMisused:
            self.answer, remembered = None, False
        except PortTrouble as trouble:
            # Whoever asks cannot tell a lost request from a lost answer; we read the small print.
            heard = "never heard" not in str(trouble)
            self.answer, remembered = None, trouble.unknown and heard
        self.remembered_until = now + DAY if remembered else None

    def remembered(self, now: datetime) -> bool:
        return self.remembered_until is not None and now < self.remembered_until


@define
class Ours:
    """What we hold and book of one hold, knowing only what looks have told us."""

    hold: CardHold
    ledger: list[Entry] = field(factory=list)

    def learn(self, view: HoldView, at: datetime) -> None:
        told = self.hold.told(view.news)
        assert told is not Verdict.CONTRADICTION, f"{self.hold.state} told {view.news.fact}"
        if isinstance(told, CardHold):
            self.ledger += entries_after(self.hold, told, at)
            self.hold = told


class NetworkMachine(RuleBasedStateMachine):
    refs = Bundle("refs")
    taken = Bundle("taken")

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory()
        self.clock = Hand()
        path = Path(self.place.name) / "cards.sqlite3"
        self.network = SandboxCardNetwork(path, self.clock, sleep=lambda _: None)
        self.asked: list[Asked] = []
        self.ours: dict[HoldRef, Ours] = {}
        self.over: dict[HoldRef, HoldView] = {}
        self.amounts: dict[OperationId, Money] = {}

    def teardown(self) -> None:
        self.network.close()
        self.place.cleanup()

    # --- what is asked of the network ---

    @initialize(target=taken, minor=st.sampled_from([20_00, 40_00]))
    def begin_with_a_charge(self, minor: int) -> Any:
        """Left to chance, few runs would come as far as a refund or a dispute."""
        ref = self.authorise("mastercard-ok", 40_00, True)
        return self.capture(ref, minor)

    @rule(target=refs, token=tokens, minor=amounts, present=st.booleans())
    def authorise(self, token: str, minor: int, present: bool) -> Any:
        amount = Money(minor, "EUR")
        request = Authorise(
            AppointmentId("a"), PractitionerId("p"), amount, CardToken(token), present
        )
        view = self.ask(self.network.authorise, request=request)
        return multiple() if view is None else view.ref

    @rule(target=taken, ref=refs, minor=amounts)
    def capture(self, ref: HoldRef, minor: int) -> Any:
        amount = Money(minor, "EUR")
        self.ask(self.network.capture, ref=ref, amount=amount)
        view = self.network.look(ref=ref)
        return ref if view.news.fact is HoldFact.CAPTURED else multiple()

    @rule(ref=refs)
    def release(self, ref: HoldRef) -> None:
        self.ask(self.network.release, ref=ref)

    @rule(ref=taken, minor=st.sampled_from([50, 15_00, 30_00]) | amounts)
    def refund(self, ref: HoldRef, minor: int) -> None:
        amount = Money(minor, "EUR")
        self.ask(self.network.refund, ref=ref, amount=amount)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        asked = data.draw(st.sampled_from(self.asked))
        now = self.clock()
        if not asked.remembered(now):
            asked.ask(now)
            return
        books, answer, until = self.network.books(), asked.answer, asked.remembered_until
        asked.ask(now)
        assert self.network.books() == books
        if answer is not None and asked.answer is not None:
            assert asked.answer == answer
        asked.answer, asked.remembered_until = answer or asked.answer, until

    # --- what happens at the other end ---

    @rule(ref=refs, ok=st.booleans())
    def authenticate(self, ref: HoldRef, ok: bool) -> None:
        self.network.authenticate(ref, ok)

    @rule(ref=taken)
    def open_dispute(self, ref: HoldRef) -> None:
        self.network.open_dispute(ref)

    @rule(ref=taken, won=st.booleans())
    def decide_dispute(self, ref: HoldRef, won: bool) -> None:
        self.network.decide_dispute(ref, won)

    @rule(jump=jumps)
    def let_time_pass(self, jump: timedelta) -> None:
        self.clock.instant += jump

    @rule(verb=st.sampled_from(VERBS), kind=st.sampled_from(TroubleKind))
    def order_trouble(self, verb: str, kind: TroubleKind) -> None:
        self.network.trouble.plan(Trouble(verb, kind, seconds=1.0))

    @rule(seed=st.integers(0, 3), late=jumps)
    def disturb_the_news(self, seed: int, late: timedelta) -> None:
        self.network.deliver(NewsDelivery(seed, shuffled=True, duplicated=True, late=late))

    # --- what must never be false ---

    @invariant()
    def the_books_keep_their_bounds(self) -> None:
        assert sum(self.network.balances().values()) == 0
        for view, book in zip(self.views(), self.network.books(), strict=True):
            assert (book.captured, book.refunded) == (view.news.captured, view.news.refunded)
            assert (book.refunded + book.lost + book.disputed) <= book.captured
            assert book.held.minor == 0 or view.news.fact is HoldFact.AUTHORISED

    @invariant()
    def what_is_over_stays_over(self) -> None:
        for view in self.views():
            assert self.over.get(view.ref, view) == view
            if view.news.fact in OVER:
                self.over[view.ref] = view
                assert view.news.captured == Money(0, "EUR")

    @invariant()
    def nothing_is_held_past_its_end(self) -> None:
        for view in self.views():
            if view.news.fact is HoldFact.AUTHORISED:
                assert view.news.until is not None
                assert self.clock() < view.news.until

    @invariant()
    def each_hold_is_captured_at_most_once_and_while_it_stood(self) -> None:
        captured: dict[str, tuple[HoldRef, datetime]] = {
            piece.id: (piece.ref, piece.at)
            for piece in self.network.news()
            if piece.fact is HoldFact.CAPTURED
        }
        refs = [ref for ref, _ in captured.values()]
        assert len(set(refs)) == len(refs)
        for ref, at in captured.values():
            until = self.network.look(ref=ref).news.until
            assert until is not None
            assert at < until

    @invariant()
    def our_own_ledger_comes_to_the_same_sums(self) -> None:
        for view, book in zip(self.views(), self.network.books(), strict=True):
            ours = self.ours.setdefault(
                view.ref, _before_anything(book, self.amounts[book.operation])
            )
            ours.learn(view, self.clock())
            sums = balances(ours.ledger)
            assert sum(sums.values()) == 0
            assert sums.get((Account.PROMISED, "EUR"), 0) == book.held.minor
            assert sums.get((Account.DISPUTED, "EUR"), 0) == book.disputed.minor
            kept = book.captured - book.refunded - book.lost - book.disputed
            assert sums.get((Account.NETWORK, "EUR"), 0) == kept.minor

    # --- how it is asked ---

    def ask(self, verb: Callable[..., HoldView], **parameters: Any) -> HoldView | None:
        """Ask for the first time, under the next key; None when there was no answer."""
        key = OperationId(f"key-{len(self.asked)}")
        if "request" in parameters:
            self.amounts[key] = parameters["request"].amount
        asked = Asked(lambda: verb(key=key, **parameters))
        asked.ask(self.clock())
        self.asked.append(asked)
        return asked.answer

    def views(self) -> tuple[HoldView, ...]:
        return self.network.since(moment=NOON)


def _before_anything(book: Book, amount: Money) -> Ours:
    """Our side of a hold that we asked for and know nothing of yet."""
    hold = CardHold(
        id=HoldId(book.ref),
        appointment=AppointmentId("a"),
        attempt=1,
        amount=amount,
        state=HoldState.AUTHORISING,
        placed_at=NOON,
    )
    return Ours(hold)


TestCardNetwork = NetworkMachine.TestCase
TestCardNetwork.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
