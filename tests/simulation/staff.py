"""What runs behind the scenes: two workers, the network's news, the operator's daily round.

They ask the desk as the worker process does: each part of a round is for itself, and trouble in one
does not stop the next.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attrs import define, field
from greenlet import getcurrent

from simulation.broken import Broken
from simulation.timeline import Crash, Process
from simulation.world import BEGIN, World
from teleconsult_core.ids import HoldRef, PatientId, PractitionerId
from teleconsult_core.payments import OperationState
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import PortTrouble
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.take_card_news import NewsTaken

EVERY = timedelta(minutes=2)
OPERATOR = Actor(Role.OPERATOR, "olga")
ROUND = ("take_received_news", "recover", "sweep", "deliver_due_messages")
GOES_ON = timedelta(seconds=40)
"""How long a round takes up new work; shorter than every lease."""
TROUBLES = ("store.", "cards.", "deadlock", "another writing work")

NEWS_COMES = tuple(timedelta(seconds=s) for s in (1, 2, 30, 600, 7200, 86_400, 2 * 86_400))
NEVER = 11


def hires(world: World) -> None:
    """Put everybody to work."""
    world.told = lambda news, ref: news_goes_out(world, news, ref)
    bell = Bell(world)
    world.safety.due = bell.due
    for process in world.workers:
        world.person(world.timeline.now, works, world, process, bell)
    world.person(world.timeline.now + timedelta(hours=20), reconciles, world)


@define
class Bell:
    """Workers look every two minutes; parts in which nothing can be due are left out."""

    world: World
    rung: dict[datetime, dict[tuple[str, str], None]] = field(factory=dict)
    """By look: what may be found, by the part of a round that finds it and its id."""
    looks: dict[tuple[str, str], datetime] = field(factory=dict)
    """When each of these is to be looked for, as far as is known now."""
    wanted: dict[Any, set[str]] = field(factory=dict)
    """By worker: the parts he has been rung for since his last round began."""
    asleep: dict[Any, int] = field(factory=dict)
    naps: int = 0

    def due(self, part: str, id: str, moment: datetime | None) -> None:
        """`part` may find `id` at `moment`: let the next look after it happen. None: no more."""
        if moment is None:
            self.looks.pop((part, id), None)
            return
        since = max(moment, self.world.timeline.now) - BEGIN
        look = BEGIN + (since // EVERY + 1) * EVERY
        slow = any(process.skew < timedelta(0) for process in self.world.workers)
        for ring in (look, look + EVERY)[: 1 + slow]:  # a slow clock finds it at the second look
            if ring not in self.rung:
                self.rung[ring] = {}
                self.world.timeline.at(ring, self.ring, ring)
            self.rung[ring][part, id] = None
        self.looks[part, id] = look

    def ring(self, look: datetime) -> None:
        since = look - EVERY  # what changed meanwhile has a look of its own, or needs none
        parts = {
            part for part, id in self.rung.pop(look)
            if since <= self.looks.get((part, id), BEGIN) <= look
        }  # fmt: skip
        for person in list(self.wanted) if parts else ():
            self.wanted[person] |= parts
            self.wake(person, self.asleep.get(person, 0))

    def wake(self, person: Any, nap: int) -> None:
        """Unless he was woken from this nap already."""
        if nap and self.asleep.get(person) == nap:
            del self.asleep[person]
            person.switch()

    def sleep(self) -> set[str]:
        """Until something may be found: in which parts. All of them when a heartbeat has passed."""
        person = getcurrent()
        if not self.wanted.setdefault(person, set()):
            self.naps += 1
            self.asleep[person] = self.naps
            self.world.timeline.after(self.world.heartbeat, self.wake, person, self.naps)
            self.world.timeline.park()
        parts, self.wanted[person] = self.wanted[person], set()
        return parts or set(ROUND)


def works(world: World, process: Process, bell: Bell) -> None:
    """A worker's life: rounds, until it is killed; then it begins again."""
    stream, parts = process.name, set(ROUND)
    while True:
        began = world.timeline.now
        answers = [_part(world, process, part, began) for part in ROUND if part in parts]
        if any(_must_be_done_again(answer) for answer in answers):
            world.timeline.pause(EVERY)  # the next look comes anyway, and is at everything
            parts = set(ROUND)
        else:
            parts = bell.sleep()
        world.timeline.pause(timedelta(seconds=world.choices.n(20, stream)))


def _must_be_done_again(answer: Any) -> bool:
    """News that could not be looked into waits for the next round, and rings for nobody."""
    waits = isinstance(answer, NewsTaken) and answer.trouble
    return bool(waits) or isinstance(answer, PortTrouble | Crash)


def _part(world: World, process: Process, part: str, began: datetime) -> Any:
    """One part of a round; it ends when its leases might."""
    more: dict[str, Any] = {}
    if part != "sweep":
        more["go_on"] = lambda: world.timeline.now - began < GOES_ON
    call = getattr(world.desk, part)
    answer = world.ask(process.name, lambda now: call(now=now, **more), on=process)
    for id, why in getattr(answer, "broken", ()):
        if not why.startswith(TROUBLES):
            raise Broken("bug", f"{id}: {why}")
    return answer


def news_goes_out(world: World, id: str, ref: HoldRef) -> None:
    """The network tells a piece of news: soon, late, twice, out of order, or never."""
    stream = f"news {ref}"
    if world.calm or world.faults.mix.one_in is None:
        world.person(world.timeline.now + NEWS_COMES[0], takes_news, world, id, ref)
        return
    if world.choices.n(NEVER, stream) == NEVER - 1:
        world.faults.struck["news", "never"] += 1
        return
    wait = world.choices.pick(NEWS_COMES[:2] * 3 + NEWS_COMES, stream)
    if wait > timedelta(hours=1):
        world.faults.struck["news", "late"] += 1
    world.person(world.timeline.now + wait, takes_news, world, id, ref)
    if world.choices.one_in(5, stream):
        world.faults.struck["news", "twice"] += 1
        again = world.choices.pick(NEWS_COMES, stream)
        world.person(world.timeline.now + again, takes_news, world, id, ref)


def takes_news(world: World, id: str, ref: HoldRef) -> None:
    """Brought again until it is acknowledged, a few times."""
    desk = world.desk
    for attempt in range(4):
        answer = world.ask(
            f"news {ref}", lambda now: desk.receive_card_news(news=id, ref=ref, now=now)
        )
        if not isinstance(answer, PortTrouble | Crash):
            world.safety.news.acknowledged.add(id)
            return
        world.timeline.pause(timedelta(minutes=5 * 12**attempt))


def reconciles(world: World) -> None:
    """Once a day, over ten days back; an hour later again, twice, when it could not be done."""
    desk = world.desk
    while True:
        since = world.timeline.now - timedelta(days=10)
        for _ in range(3):
            answer = world.ask(
                "operator", lambda now, since=since: desk.reconcile(since=since, now=now),
                on=world.workers[0],
            )  # fmt: skip
            if not isinstance(answer, PortTrouble | Crash) and not answer.not_compared:
                break
            world.timeline.pause(timedelta(hours=1))
        takes_up_again(world)
        world.timeline.pause(world.between_reconciliations)


def takes_up_again(world: World) -> None:
    """What was tried for a day and parked, as after a long failure of the card network."""
    for asked in list(world.safety.money.operations.values()):
        if asked.state is OperationState.PARKED:
            world.ask(
                "operator",
                lambda now, asked=asked: world.desk.retry_payment(
                    operation=asked.id, by=OPERATOR, now=now
                ),
            )


def goes_away(world: World, practitioner: PractitionerId) -> None:
    """A practitioner says that he is not there, by video, in person or both, for some hours."""
    stream = f"away {practitioner}"
    begin = world.timeline.now + timedelta(hours=12 + world.choices.n(60, stream))
    away = Interval(begin, begin + timedelta(minutes=50 + world.choices.n(300, stream)))
    modes = world.choices.pick((frozenset({Mode.VIDEO}), frozenset({Mode.IN_PERSON}), BOTH), stream)
    by, desk = Actor(Role.PRACTITIONER, practitioner), world.desk
    world.insist(
        stream,
        lambda now: desk.set_unavailability(
            practitioner=practitioner, modes=modes, intervals=[away], source="by hand", by=by,
            now=now,
        ),
    )  # fmt: skip


def is_stopped(world: World, practitioner: PractitionerId) -> None:
    """The network stops his account, and takes it up again some hours later."""
    stream, money = f"account {practitioner}", world.safety.money
    world.timeline.pause(timedelta(hours=8 + world.choices.n(50, stream)))
    ref, desk = money.accounts[practitioner], world.desk

    def looks(now: datetime) -> Any:
        return desk.refresh_payout_account(practitioner=practitioner, now=now)

    world.payouts.restrict(ref, "identity")
    if world.insist(stream, looks) is not None:
        money.stopped[practitioner] = world.timeline.now
    world.timeline.pause(timedelta(hours=1 + world.choices.n(8, stream)))
    money.stopped.pop(practitioner, None)
    world.payouts.complete(ref)
    world.insist(stream, looks)


def erases(world: World, patient: str) -> None:
    """Somebody wants to be forgotten, and asks daily until nothing is open any more."""
    desk = world.desk
    for _ in range(12):
        answer: Any = world.ask(
            f"erasure {patient}",
            lambda now: desk.erase_patient(patient=PatientId(patient), by=OPERATOR, now=now),
        )
        if type(answer).__name__ == "ErasedPatient":
            world.forgotten.append(patient)
            return
        world.timeline.pause(timedelta(hours=24))
