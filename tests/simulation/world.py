"""A clinic in simulated time: its processes, the world outside them, and how people ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from attrs import evolve
from greenlet import getcurrent

from simulation.choices import Choices
from simulation.faults import Faults, Mix
from simulation.gateways import Mail, Phone
from simulation.kept import WatchedStore
from simulation.network import FaultyCards, FaultyRooms, Network
from simulation.safety import Safety
from simulation.timeline import Crash, Person, Process, TaskTurns, Timeline
from teleconsult_core.appointments import Appointment
from teleconsult_core.desk import Desk
from teleconsult_core.ids import HoldRef, PractitionerId, VisitTypeId
from teleconsult_core.links import KeyedTokens, Site
from teleconsult_core.money import Money
from teleconsult_core.payout_accounts import NewAccount, PayoutAccount
from teleconsult_core.policies import PaidTo, PlatformFee, Policies
from teleconsult_core.ports import PortTrouble
from teleconsult_core.schedules import Offer, OpeningHours, Schedule, VisitType
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.stores import OpenWork
from teleconsult_core.testing.builders import a_practice, a_practitioner, a_visit_type
from teleconsult_core.testing.fakes import FakePayoutNetwork, FakeStore, PlainWording

BEGIN = datetime(2027, 3, 22, 6, tzinfo=UTC)
"""A Monday; on the Sunday after it the clocks of Brussels go forward."""

DURATIONS = ((20, 30), (30, 20), (45, 60), (15, 15), (20, 20))
"""By practitioner, in turns: minutes by video and in person."""


CLINIC_IS_PAID = Policies(late_cancellation_cap=Money(20_00, "EUR"), quiet_hours=None)
PRACTITIONERS_ARE_PAID = evolve(
    CLINIC_IS_PAID,
    paid_to=PaidTo.PRACTITIONER,
    platform_fee=PlatformFee(basis_points=1000, fixed=Money(50, "EUR")),
)


class World:
    """Everything there is in one run."""

    def __init__(
        self, choices: Choices, mix: Mix, *, practitioners: int = 5, begin: datetime = BEGIN,
        policies: Policies | None = None, by_row: bool = False,
        store: Callable[[Callable[[], datetime]], OpenWork] | None = None,
    ) -> None:  # fmt: skip
        self.choices = choices
        self.timeline = Timeline(begin)
        self.faults = Faults(choices, self.timeline, mix)
        self.safety = Safety(lambda: self.timeline.now)
        self.store = FakeStore(
            by_row=by_row, turns=TaskTurns(self.timeline), clock=lambda: self.timeline.now
        )
        self.faults.works_interleave = by_row
        self.policies = self.safety.money.policies = policies or CLINIC_IS_PAID
        inner = store(lambda: self.timeline.now) if store else self.store.open_work
        self.practitioners = [PractitionerId(f"dr-{n + 1}") for n in range(practitioners)]
        self._furnish(inner)
        watched = WatchedStore(inner, self.faults, self.safety)
        self.network = Network(self.timeline, watched, self.safety, self._news)
        self.payouts = FakePayoutNetwork(self.network, watched)
        self._open_accounts(inner)
        self.safety.post.quiet = self.policies.quiet_hours is not None
        self.safety.post.skews = lambda: [process.skew for process in self.workers]
        harsh, knows_keys = mix.one_in is not None, choices.n(2, "gateway for texts") == 0
        self.phone = Phone(self.faults, self.safety, knows_keys=knows_keys, harsh=harsh)
        self.mail = Mail(self.faults, self.safety, harsh=harsh)
        self.desk = Desk(
            open_work=watched.open_work,
            cards=FaultyCards(self.faults, self.network),
            texts=self.phone,
            letters=self.mail,
            wording=PlainWording(),
            rooms=FaultyRooms(self.faults, watched, self.safety),
            tokens=KeyedTokens(b"a key for tests, known to everybody"),
            site=Site("https://clinic.example"),
            payouts=self.payouts,
        )
        self.look = inner
        self.webs = [Process(self.timeline, f"web-{n}") for n in (1, 2)]
        self.workers = [Process(self.timeline, f"worker-{n}") for n in (1, 2)]
        self.told: Callable[[str, HoldRef], None] = lambda news, ref: None
        self.heartbeat = timedelta(hours=2)
        self.between_reconciliations = timedelta(hours=24)
        self.calm = False
        self.forgotten: list[str] = []
        """Patients who were told that they were erased."""
        self.troubled = mix.one_in is not None or bool(mix.strike)
        """Whether anything could go wrong in this run."""

    # --- people ----------------------------------------------------------------------------------

    def person(self, moment: datetime, script: Callable[..., None], *given: Any) -> None:
        """Somebody begins to live through `script` at `moment`."""
        person = Person(self.timeline, lambda: script(*given))
        self.timeline.at(max(moment, self.timeline.now), person.switch)

    def until(self, moment: datetime) -> None:
        """Whoever calls waits until `moment`."""
        self.timeline.pause(max(timedelta(0), moment - self.timeline.now))

    def ask(self, stream: str, call: Callable[[datetime], Any], on: Process | None = None) -> Any:
        """Ask the clinic something and wait for the answer: a value, `PortTrouble` or `Crash`."""
        process = on or self.choices.pick(self.webs, stream)
        person = getcurrent()
        process.start(stream, call, person.switch)
        answer = self.timeline.park()
        return self._understood(answer)

    def insist(self, stream: str, call: Callable[[datetime], Any], tries: int = 6) -> Any:
        """Ask again, later and later, as long as the answer is trouble; None when given up."""
        answer = None
        for attempt in range(tries):
            answer = self.ask(stream, call)
            if not isinstance(answer, PortTrouble | Crash):
                return answer
            self.timeline.pause(timedelta(seconds=20 * 3**attempt))
        return None

    def both_at_once(self, stream: str, call: Callable[[datetime], Any]) -> list[Any]:
        """A double click, or two tabs: the same request twice, at two processes."""
        person, answers = getcurrent(), []

        def then(answer: Any) -> None:
            answers.append(self._understood(answer))
            if len(answers) == len(self.webs):
                person.switch()

        for process in self.webs:
            process.start(stream, call, then)
        self.timeline.park()
        return answers

    def appointment(self, id: str) -> Appointment | None:
        """What everybody can know: the committed state."""
        return self.safety.appointments.get(id)

    def _understood(self, answer: Any) -> Any:
        """Trouble and crashes are answers here; any other exception is a bug of ours."""
        if isinstance(answer, BaseException) and not isinstance(answer, PortTrouble | Crash):
            raise answer
        return answer

    def _news(self, id: str, ref: HoldRef) -> None:
        self.told(id, ref)

    # --- the clinic ------------------------------------------------------------------------------

    def _furnish(self, open_work: OpenWork) -> None:
        weekdays, week = frozenset(range(1, 6)), frozenset(range(1, 8))
        with open_work() as work:
            work.clinic.put_practice(a_practice(policies=self.policies))
            for number, id in enumerate(self.practitioners):
                video, there = DURATIONS[number % len(DURATIONS)]
                work.clinic.put_practitioner(
                    a_practitioner(id=id, name=f"Dr {number + 1}", sms_allowance=15 * (number + 1))
                )
                hours = (
                    OpeningHours(week if number == 0 else weekdays, time(2), time(12), BOTH),
                    OpeningHours(weekdays, time(13), time(19), BOTH),
                )
                work.clinic.put_schedule(Schedule(id, "Europe/Brussels", hours))
                kind: VisitType = a_visit_type(
                    id=VisitTypeId(f"visit-{number + 1}"),
                    practitioner=id,
                    offers={
                        Mode.VIDEO: Offer(video, Money(45_00, "EUR")),
                        Mode.IN_PERSON: Offer(there, Money(50_00, "EUR")),
                    },
                    buffer_after=5 * (number % 2),
                )
                self.safety.pauses[id] = timedelta(minutes=kind.buffer_after)
                work.clinic.put_visit_type(kind)
            work.commit()

    def _open_accounts(self, open_work: OpenWork) -> None:
        """Complete ones for everybody; used where practitioners are paid themselves."""
        for id in self.practitioners:
            new = NewAccount(id, f"{id}@clinic.example", country="BE", delay_days=15)
            ref = self.payouts.register(account=new).ref
            self.payouts.complete(ref)
            account = PayoutAccount(id, ref, opened_at=BEGIN, seen_at=BEGIN)
            with open_work() as work:
                work.clinic.put_payout_account(account.seen(self.payouts.look(ref=ref), BEGIN))
                work.commit()
            self.safety.money.accounts[id] = ref

    def visit_of(self, practitioner: PractitionerId) -> VisitTypeId:
        return VisitTypeId(f"visit-{self.practitioners.index(practitioner) + 1}")
