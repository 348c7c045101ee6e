"""A payment, a calamity, and what stands in both books when the dust has settled.

One run: somebody books, charges, lets go or refunds; the process dies at a point of it; Stripe
does something to the request; nobody is there for a while; then workers come back, and perhaps die
once more. The desk, the adapter and stripe's own client are the real ones; Stripe is the double.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from adapters.stripe.conftest import card_step
from teleconsult_core.appointments import Confirmed
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId, CardToken, RefundId
from teleconsult_core.payments import OperationState, Verb
from teleconsult_core.policies import PaidTo, PlatformFee, Policies
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.onboard_practitioner import Onboarding
from teleconsult_sandbox import SandboxCardNetwork, Trouble, TroubleKind
from teleconsult_sandbox.books import Account
from teleconsult_sandbox.payouts import SandboxPayouts
from teleconsult_stripe import Mode, StripeCardNetwork, StripePayoutNetwork, open_client
from teleconsult_stripe_double import KEY, InProcess, StripeDouble
from world import ANN, DR, SUPPORT, THE_DOCTOR, World, eur, patient_of

VISA = CardToken("pm_card_visa")
TEN_PERCENT = PlatformFee(basis_points=1000)
CHARGED, BACK = eur("30.00"), eur("10.00")


class Death(BaseException):
    """The process is killed; nothing catches it."""


class Point(StrEnum):
    """Where the process dies."""

    NOWHERE = "nowhere"
    JOURNAL = "before the intention is written"
    CALL = "before Stripe is called"
    COMMIT = "before the outcome is written"


FAULTS = (
    None,
    TroubleKind.REQUEST_LOST,
    TroubleKind.ANSWER_LOST,
    TroubleKind.FAILURE,
    TroubleKind.FAILURE_AFTER_EFFECT,
)
AWAY = tuple(timedelta(hours=hours) for hours in (0, 1, 25, 6 * 24, 8 * 24))


@frozen
class Calamity:
    verb: Verb
    dies: Point = Point.NOWHERE
    fault: TroubleKind | None = None
    away: timedelta = timedelta()
    again: bool = False
    """Whether the first worker that comes back dies, too, after it was answered."""

    def __str__(self) -> str:
        twice = ", and again" if self.again else ""
        fault = self.fault.value if self.fault else "no fault"
        return f"{self.verb.value}: dies {self.dies.value}{twice}; {fault}; away {self.away}"


class Dying:
    """A network on which the process dies when it is told to. Otherwise it is the real one."""

    def __init__(self, network: StripeCardNetwork) -> None:
        self._network = network
        self.verb, self.point = "", Point.NOWHERE

    def __getattr__(self, name: str) -> Any:
        real: Callable[..., Any] = getattr(self._network, name)
        if name != self.verb or self.point is Point.NOWHERE:
            return real

        def call(**asked: Any) -> Any:
            point, self.point = self.point, Point.NOWHERE
            if point is Point.CALL:
                raise Death
            with suppress(Exception):  # answered or not, it does not matter any more
                real(**asked)
            raise Death

        return call


class Clinic(World):
    """A clinic whose cards are at Stripe; with `himself` its practitioner is paid there, too."""

    def __init__(self, blank: Path, place: Path, *, himself: bool = False) -> None:
        super().__init__()
        shutil.copy(blank, place)
        self.books = SandboxCardNetwork(place, self.clock, sleep=lambda _: self.meanwhile())
        self.meanwhile: Callable[[], None] = lambda: None
        client = open_client(
            KEY, Mode.TEST, transport=InProcess(StripeDouble(self.books)), retries=0
        )
        self.network = Dying(StripeCardNetwork(client, "clinic", card_step))
        self._whole = self.desk.open_work
        payouts = StripePayoutNetwork(client, "clinic", "https://clinic.example/account")
        self.desk = evolve(self.desk, cards=self.network, payouts=payouts)
        if himself:
            self._open_account()

    def _open_account(self) -> None:
        self.describe(Policies(paid_to=PaidTo.PRACTITIONER, platform_fee=TEN_PERCENT))
        opened = self.desk.onboard_practitioner(practitioner=DR, by=THE_DOCTOR, now=self.now)
        assert isinstance(opened, Onboarding)
        SandboxPayouts(self.books).complete(opened.account.ref)
        self.desk.refresh_payout_account(practitioner=DR, now=self.now)

    @contextmanager
    def dying_at_the_next_commit(self) -> Iterator[None]:
        whole = self.desk

        @contextmanager
        def open_work(*, writing: bool = True) -> Iterator[Work]:
            with self._whole(writing=writing) as work:
                if writing:
                    raise Death
                yield work

        self.desk = evolve(whole, open_work=open_work)
        try:
            yield
        finally:
            self.desk = whole

    # --- the four things that can be asked ---

    def prepare(self, verb: Verb) -> None:
        """Everything that comes before."""
        if verb is Verb.AUTHORISE:
            return
        booked = self.booked(card=VISA)
        if verb is not Verb.RELEASE:
            self.meet(booked)
        if verb is Verb.REFUND:
            self.desk.complete(
                appointment=AppointmentId("a1"), amount=CHARGED, by=THE_DOCTOR, now=self.now
            )
            self.work()

    def ask(self, verb: Verb) -> None:
        """What a person does; all but the booking are carried out by a worker."""
        id, now = AppointmentId("a1"), self.now
        match verb:
            case Verb.AUTHORISE:
                self.book(card=VISA)
            case Verb.CAPTURE:
                self.desk.complete(appointment=id, amount=CHARGED, by=THE_DOCTOR, now=now)
            case Verb.RELEASE:
                self.desk.cancel(appointment=id, by=patient_of(ANN), now=now)
            case Verb.REFUND:
                self.desk.refund(
                    id=RefundId("r1"), appointment=id, amount=BACK, reason="so", by=SUPPORT, now=now
                )

    def struck(self, calamity: Calamity) -> None:
        self.prepare(calamity.verb)
        with suppress(Death):
            if calamity.dies is Point.JOURNAL:
                with self.dying_at_the_next_commit():
                    self.ask(calamity.verb)
            if calamity.fault:
                verb = calamity.verb.value
                self.books.trouble.plan(Trouble(verb, calamity.fault))
            self.network.verb, self.network.point = calamity.verb.value, calamity.dies
            self.ask(calamity.verb)
            self.desk.recover(now=self.now)
        self.network.point = Point.NOWHERE
        self.clock.forward(calamity.away)
        if calamity.again:
            self.network.point = Point.COMMIT
            with suppress(Death):
                self.desk.recover(now=self.now)
            self.network.point = Point.NOWHERE
        self.settle()

    def overtaken(self, verb: Verb, pause: timedelta, workers: int) -> None:
        """While Stripe takes its time over one request, other workers come by and lose patience."""

        def others() -> None:
            for _ in range(workers):
                self.clock.forward(pause)
                self.desk.recover(now=self.now)

        self.prepare(verb)
        self.meanwhile = others
        self.books.trouble.plan(Trouble(verb.value, TroubleKind.DELAY, seconds=1.0))
        self.ask(verb)
        self.desk.recover(now=self.now)
        self.settle()

    def settle(self) -> None:
        """Workers come by until nothing is left to do; for two days at most."""
        pauses = (
            [timedelta(minutes=1)] * 5 + [timedelta(minutes=10)] * 12 + [timedelta(hours=2)] * 24
        )
        for pause in pauses:
            self.clock.forward(pause)
            self.desk.recover(now=self.now)
            self.desk.sweep(now=self.now)
            with self.desk.open_work(writing=False) as work:
                if not work.operations.open_count() and not self._step_open(work):
                    return

    def _step_open(self, work: Work) -> bool:
        found = work.appointments.get(AppointmentId("a1"))
        return found is not None and found.state == "reserved"

    # --- what must be true when the dust has settled ---

    def wrong(self, calamity: Calamity) -> list[str]:
        """Everything that is not as it must be, in words."""
        with self.desk.open_work(writing=False) as work:
            holds = list(work.holds.of(AppointmentId("a1")))
            found = work.appointments.get(AppointmentId("a1"))
            open_left = work.operations.open_count()
            refunds = [one for hold in holds for one in work.operations.of(hold.id) if one.refund]
        books = self.books.books()
        problems = []
        made = Counter(book.operation for book in books)
        problems += [f"{key} made {times} holds" for key, times in made.items() if times > 1]
        if open_left:
            problems.append(f"{open_left} operations are still open")
        ours = sum(hold.captured.minor for hold in holds), sum(h.refunded.minor for h in holds)
        theirs = sum(b.captured.minor for b in books), sum(b.refunded.minor for b in books)
        if ours != theirs:
            problems.append(f"captured and refunded are {ours} here and {theirs} there")
        problems += self._kept_wrongly(theirs[0] - theirs[1])
        live = [book for book in books if book.held.minor]
        standing = [hold for hold in holds if hold.state is HoldState.HELD]
        if len(live) != len(standing) or (live and not isinstance(found, Confirmed)):
            problems.append(f"{len(live)} held there, {len(standing)} here, {found}")
        problems += self._undone(calamity, holds, theirs, refunds)
        since = self.now - timedelta(days=20)
        if not self.desk.reconcile(since=since, now=self.now).agrees:
            problems.append("the books do not agree")
        return problems

    def _kept_wrongly(self, left: int) -> list[str]:
        """Whether the clinic has its share of what was charged and not given back, and no more."""
        with self.desk.open_work(writing=False) as work:
            practice = work.clinic.practice()
        assert practice is not None
        himself = practice.policies.paid_to is PaidTo.PRACTITIONER
        kept = self.books.balances().get((Account.KEPT, "EUR"), 0)
        share = left // 10 if himself else 0
        return [f"the clinic kept {kept} of {left}"] if kept != share else []

    def _undone(
        self, calamity: Calamity, holds: list[Any], theirs: tuple[int, int], refunds: list[Any]
    ) -> list[str]:
        """What was decided and did not come about, without a truthful reason."""
        decided = calamity.dies is not Point.JOURNAL
        lapsed = any(hold.state is HoldState.LAPSED for hold in holds)
        match calamity.verb:
            case Verb.CAPTURE if decided and not lapsed and theirs[0] != CHARGED.minor:
                return ["the charge was lost"]
            case Verb.REFUND if decided and (
                theirs[1] != BACK.minor or refunds[-1].state is not OperationState.DONE
            ):
                return ["the refund was lost"]
            case Verb.RELEASE if decided and any(h.state is HoldState.HELD for h in holds):
                return ["the hold was not let go"]
        return []
