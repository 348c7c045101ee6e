"""Two video appointments, their cards, and a card network that fails, repeats itself and is late.

After every step the network's own books are looked at: nothing is taken twice, without a decision
or beyond what was agreed to. At the end all is calm for a day and a half; then our books and the
network's agree to the cent, and no money is left held for what is over.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from machines.clinic import LONG_AGO, appointments, holds, let_pass, running
from teleconsult_core.holds import CHARGED, LIVE, HoldFact, HoldState
from teleconsult_core.ids import AppointmentId, CardToken, RefundId
from teleconsult_core.ledger import Account, balances
from teleconsult_core.messages import Kind
from teleconsult_core.ports import PortTrouble
from teleconsult_core.receipts import ReceiptKind
from teleconsult_core.testing.fakes.card_network import Failure
from teleconsult_core.use_cases.reconcile import reconcile
from world import ANN, BOB, DR, SUPPORT, THE_DOCTOR, THURSDAY_10, World, eur, patient_of

PLANNED = {
    AppointmentId("a"): (ANN, THURSDAY_10),
    AppointmentId("b"): (BOB, THURSDAY_10 + timedelta(days=4)),
}
IDS = st.sampled_from(list(PLANNED))
CARDS = st.sampled_from(["visa", "amex", "visa-3ds", "visa-3ds", "visa-declined", "visa-short"])
AMOUNTS = st.sampled_from([eur("45.00"), eur("45.00"), eur("20.00"), eur("0.20"), eur("0.00")])
KEYED = {"authorise", "capture", "release", "refund"}
VERBS = st.sampled_from([*sorted(KEYED), "look", "find", "card", "challenge"])
OVER = {"cancelled", "lapsed", "completed", "no-show"}


class MoneyMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.desk, self.cards = self.world.desk, self.world.cards
        self.refunds_asked: set[str] = set()

    def say(self, command: Callable[..., Any], **asked: Any) -> Any:
        with suppress(PortTrouble):
            return command(**asked, now=self.world.now)

    # --- patients and their cards ------------------------------------------------------------

    @initialize(id=IDS, card=CARDS, how_far=st.sampled_from(["booked", "met", "charged"]))
    def begin(self, id: Any, card: str, how_far: str) -> None:
        """Some stories begin where others have come to, so that what follows is told often."""
        self.world.at(PLANNED[id][1] - timedelta(hours=60))
        self.book(id, card)
        if how_far != "booked":
            self.prove_who_he_is(ok=True)
            self.come_back_from_the_bank(id)
            self.meet(id, both=True)
        if how_far == "charged":
            self.complete(id, eur("45.00"))
            self.recover()

    @rule(id=IDS, card=CARDS)
    def book(self, id: Any, card: str) -> None:
        patient, start = PLANNED[id]
        with suppress(PortTrouble):
            self.world.book(id, start, patient, card=card)

    @rule(id=IDS, card=CARDS)
    def give_another_card(self, id: Any, card: str) -> None:
        asked = {"card": CardToken(card), "consent": self.world.consent()}
        self.say(self.desk.place_hold, appointment=id, **asked)

    @rule(id=IDS, card=CARDS)
    def authorize_again(self, id: Any, card: str) -> None:
        asked = {"card": CardToken(card), "consent": self.world.consent()}
        self.say(self.desk.reauthorize, appointment=id, **asked)

    @rule(ok=st.booleans())
    def prove_who_he_is(self, ok: bool) -> None:
        for book in self.cards.books:
            self.cards.authenticate(book.ref, ok=ok)

    @rule(id=IDS)
    def come_back_from_the_bank(self, id: Any) -> None:
        self.say(self.desk.check_card_step, appointment=id)

    # --- the consultation, or none -----------------------------------------------------------

    @rule(id=IDS, both=st.booleans())
    def meet(self, id: Any, both: bool) -> None:
        found = appointments(self.world).get(id)
        if found is None or self.world.now > found.terms.start:
            return
        self.world.at(found.terms.start)
        people = [THE_DOCTOR, patient_of(PLANNED[id][0])] if both else [THE_DOCTOR]
        for by in people:
            self.say(self.desk.join, appointment=id, by=by, device=by.id)
        let_pass(self.world, 12)

    @rule(id=IDS, amount=AMOUNTS)
    def complete(self, id: Any, amount: Any) -> None:
        self.say(self.desk.complete, appointment=id, amount=amount, by=THE_DOCTOR)

    @rule(id=IDS, amount=AMOUNTS)
    def mark_no_show(self, id: Any, amount: Any) -> None:
        self.say(self.desk.mark_no_show, appointment=id, amount=amount, by=THE_DOCTOR)

    @rule(id=IDS, fee=st.sampled_from([None, eur("15.00")]))
    def cancel(self, id: Any, fee: Any) -> None:
        self.say(self.desk.cancel, appointment=id, by=THE_DOCTOR, fee=fee)

    @rule(id=IDS, days=st.sampled_from([-1, 1, 5]))
    def move(self, id: Any, days: int) -> None:
        start = PLANNED[id][1] + timedelta(days=days)
        self.say(self.desk.move, appointment=id, start=start, by=THE_DOCTOR)

    # --- afterwards --------------------------------------------------------------------------

    @rule(id=IDS, name=st.sampled_from("xyz"), amount=st.sampled_from(["45.00", "20.00", "5.00"]))
    def refund(self, id: Any, name: str, amount: str) -> None:
        key = f"{id}-{name}-{amount}"
        asked = {"id": RefundId(key), "amount": eur(amount), "reason": "a mistake"}
        self.refunds_asked.add(key)
        self.say(self.desk.refund, appointment=id, by=SUPPORT, **asked)

    @rule()
    def dispute(self) -> None:
        for book in self.cards.books:
            if book.news.fact is not HoldFact.DISPUTE_WON:
                self.cards.dispute(book.ref)

    @rule(won=st.booleans())
    def decide_the_dispute(self, won: bool) -> None:
        for book in self.cards.books:
            self.cards.decide_dispute(book.ref, won=won)

    # --- the network, time and the worker ----------------------------------------------------

    @rule(verb=VERBS, how=st.sampled_from(Failure))
    def the_network_fails(self, verb: str, how: Failure) -> None:
        self.cards.fail_next(verb, how if verb in KEYED else Failure.BEFORE)

    @rule(which=st.integers(0, 4), name=st.sampled_from("12"))
    def news_comes(self, which: int, name: str) -> None:
        for book in self.cards.books[which : which + 1]:
            self.say(self.desk.take_card_news, news=f"{book.ref}-{name}", ref=book.ref)

    @rule(minutes=st.sampled_from([1, 12, 16, 60, 1500, 4320, 10080]))
    def time_passes(self, minutes: int) -> None:
        let_pass(self.world, minutes)

    @rule()
    def recover(self) -> None:
        assert not self.desk.recover(now=self.world.now).broken

    @rule()
    def sweep(self) -> None:
        self.say(self.desk.sweep)

    @rule()
    def reconcile(self) -> None:
        self.say(self.desk.reconcile, since=LONG_AGO)

    # --- what must hold at every step --------------------------------------------------------

    @invariant()
    def at_most_one_charge_decided_and_agreed_to(self) -> None:
        found, charged = appointments(self.world), set()
        with self.world.store.open_work(writing=False) as work:
            for book in self.cards.books:
                asked = work.operations.get(book.operation) if book.operation else None
                assert asked is not None, f"{book.ref} was never asked for"
                if not (book.news.captured and book.news.captured.minor):
                    continue
                assert asked.appointment not in charged, "charged twice"
                charged.add(asked.appointment)
                its = found[asked.appointment]
                decided = getattr(its, "amount", None) or getattr(its, "fee", None)
                assert book.news.captured == decided, f"{book.news.captured}, not {decided}"
                assert decided <= asked.amount
                assert set(book.refunds) <= {one.id for one in work.operations.of(asked.hold)}

    @invariant()
    def money_and_papers_go_together(self) -> None:
        placed = holds(self.world)
        with self.world.store.open_work(writing=False) as work:
            papers = list(work.receipts.of_series(DR, 2027))
        numbers = [int(one.number.rpartition("-")[2]) for one in papers]
        assert numbers == list(range(1, len(papers) + 1))
        charges = {ReceiptKind.RECEIPT, ReceiptKind.INDEMNITY}
        for hold in placed:
            its = [one for one in papers if one.hold == hold.id]
            taken = [one.amount.minor for one in its if one.kind in charges]
            given = [one.amount.minor for one in its if one.kind is ReceiptKind.CREDIT_NOTE]
            assert taken == ([hold.captured.minor] if hold.captured.minor else [])
            assert sum(given) == hold.refunded.minor

    # --- and once the dust has settled -------------------------------------------------------

    def teardown(self) -> None:
        self.dispute_ends()
        for _ in range(60):
            let_pass(self.world, 36)
            self.world.work(rounds=1)
        self.at_most_one_charge_decided_and_agreed_to()
        self.money_and_papers_go_together()
        report = reconcile(self.desk, since=LONG_AGO, now=self.world.now)
        self.world.work(rounds=3)
        again = reconcile(self.desk, since=LONG_AGO, now=self.world.now)
        assert report.agrees, report
        assert again.agrees, again
        assert not again.differences, again
        self.nothing_is_left_over()

    def dispute_ends(self) -> None:
        for book in self.cards.books:
            self.cards.decide_dispute(book.ref, won=True)

    def nothing_is_left_over(self) -> None:
        found, placed = appointments(self.world), holds(self.world)
        with self.world.store.open_work(writing=False) as work:
            assert not work.operations.open_count()
            sums = balances(work.ledger.every())
        held = [hold for hold in placed if hold.state is HoldState.HELD]
        assert self.cards.held().minor == sum(hold.amount.minor for hold in held)
        assert sums.get((Account.PROMISED, "EUR"), 0) == self.cards.held().minor
        assert sums.get((Account.DISPUTED, "EUR"), 0) == 0
        assert len({hold.appointment for hold in held}) == len(held), "two holds at once"
        for id, its in found.items():
            mine = [hold for hold in placed if hold.appointment == id]
            if its.state in OVER:
                assert not [hold for hold in mine if hold.state in LIVE], f"{id} is {its.state}"
            due = getattr(its, "amount", None) or getattr(its, "fee", None)
            if due is not None and due.minor:
                charged = [hold for hold in mine if hold.state in CHARGED]
                assert charged or self.world.messages(id, Kind.CHARGE_FAILED)


TestMoney = MoneyMachine.TestCase
TestMoney.settings = running()
