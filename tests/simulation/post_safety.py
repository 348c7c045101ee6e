"""The post at every step: what gateways say afterwards, quiet hours, and patients' calendars.

Judged by what arrived and what was acknowledged, not by our own account of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import define, field

from journeys.diary import Diary
from simulation.broken import Broken
from teleconsult_core.gateways import Event, Letter, Method
from teleconsult_core.ids import PatientId
from teleconsult_core.messages import Channel, Delivery, Kind, Message, MessageState, To
from teleconsult_core.people import ErasedPatient, Patient

BRUSSELS = ZoneInfo("Europe/Brussels")
A_MOMENT = timedelta(seconds=30)
"""Between judging a message and handing it over."""
EARLIEST, LATEST = time(8), time(21)
_INVITES = {Kind.PLEASE_CONFIRM, Kind.BOOKED, Kind.MOVED}
_CANCELS = {Kind.LAPSED, Kind.CANCELLED}


@define
class PostSafety:
    now: Callable[[], datetime]
    quiet: bool = False
    """Whether reminders by SMS wait for the morning in this run."""
    skews: Callable[[], Iterable[timedelta]] = lambda: [timedelta(0)]
    """How wrong the clocks of those are who hand messages over."""
    tried: dict[str, set[Delivery]] = field(factory=lambda: defaultdict(set))
    """By message: what a gateway began to say of it, acknowledged or not."""
    said: dict[str, list[tuple[Delivery, datetime]]] = field(factory=lambda: defaultdict(list))
    """By message: what was said of it and acknowledged, and when."""
    diaries: dict[str, Diary] = field(factory=lambda: defaultdict(Diary))
    """By address."""
    segments: dict[str, set[int]] = field(factory=lambda: defaultdict(set))
    """By message: how many segments the texts had that were handed over."""
    _zones: dict[str, ZoneInfo] = field(factory=dict)
    _events: dict[str, tuple[object, ...]] = field(factory=dict)
    """By message: what its first letter asked of the calendar."""
    _requested: dict[str, int] = field(factory=dict)
    """By event: the highest sequence under which it was put into a calendar."""
    _delivered: set[str] = field(factory=set)

    def patient(self, new: Patient | ErasedPatient) -> None:
        if isinstance(new, Patient) and new.zone:
            self._zones[new.id] = ZoneInfo(new.zone)

    def zone_of(self, patient: PatientId | None) -> ZoneInfo:
        """Where the reader is."""
        return self._zones.get(patient or "", BRUSSELS)

    def rings(self, message: Message, text: str) -> None:
        """An SMS is handed over: at no hour, where its reader is, at which it could have waited."""
        self.segments[message.id].add(1 if len(text) <= 160 else -(-len(text) // 153))
        if not self.quiet or message.kind is not Kind.REMINDER:
            return
        zone = self.zone_of(message.patient)
        wall, now = (self.now() - A_MOMENT).astimezone(zone), self.now().astimezone(zone)
        believed = (one + wrong for one in (wall, now) for wrong in self.skews())
        if any(EARLIEST <= one.time() < LATEST for one in believed):
            return
        if _morning_after(wall) < message.useful_until:
            raise Broken("quiet hours", f"{message.id} rings at {wall}")

    def arrived(self, key: str, to: str, letter: Letter) -> None:
        """A letter is in a mailbox; every copy of it asks the same of the calendar."""
        if letter.event is None:
            return
        asked = letter.event.invitation
        same = asked.method, asked.uid, asked.sequence, asked.stamp
        if self._events.setdefault(key, same) != same:
            raise Broken("calendar", f"{key} asks {same}, and first {self._events[key]}")
        highest = self._requested.get(asked.uid, -1)
        if asked.method is Method.REQUEST:
            self._requested[asked.uid] = max(highest, asked.sequence)
        elif asked.sequence <= highest:
            raise Broken("calendar", f"{key} cancels {asked.sequence}, {highest} stands")
        self.diaries[to].take(letter.event)

    def written(self, message: Message) -> None:
        """That a message arrived stands, once it was noted."""
        if message.delivery is Delivery.DELIVERED:
            self._delivered.add(message.id)
        elif message.id in self._delivered:
            raise Broken("delivery", f"{message.id} had arrived, and is {message.delivery.value}")

    def at_rest(self, messages: Iterable[Message]) -> None:
        """Of one appointment, once everything has calmed down."""
        messages = list(messages)
        told = Counter(m.about for m in messages if m.kind is Kind.UNDELIVERED)
        for about, times in told.items():
            if times > 1:
                raise Broken(
                    "undelivered", f"{messages[0].appointment}: {about} told {times} times"
                )
        for message in messages:
            self._noted(message)
            if self._lost(message) and not told[f"{message.channel.value} {message.to.value}"]:
                raise Broken("undelivered", f"{message.id} was lost, and nobody was told")

    def _noted(self, message: Message) -> None:
        """What was acknowledged is written down."""
        said = {delivery for delivery, _ in self.said[message.id]}
        wanted = next((one for one in (Delivery.DELIVERED, Delivery.FAILED) if one in said), None)
        maybe = Delivery.DELIVERED in self.tried[message.id] - said
        if wanted is not None and message.delivery is not wanted and not maybe:
            raise Broken("delivery", f"{message.id}: {wanted.value} was said, and is not noted")

    def _lost(self, message: Message) -> bool:
        """Refused, or come back while it was of use and before anybody said that it arrived."""
        if message.to is To.PRACTICE:
            return False
        if message.state is MessageState.PARKED:
            return True
        first = next(iter(self.said[message.id]), None)
        return (
            first is not None
            and Delivery.DELIVERED not in self.tried[message.id]
            and first[0] is Delivery.FAILED
            and first[1] < message.useful_until - timedelta(minutes=5)
        )

    def calendar(
        self, uid: str, address: str, messages: Iterable[Message], start: datetime, sequence: int
    ) -> None:
        """The patient's calendar is what the last letter about it made of it."""
        mine = [
            one for one in messages
            if one.to is To.PATIENT and one.channel is Channel.EMAIL
            and one.kind in _INVITES | _CANCELS and (one.attempts or one.planned)
        ]  # fmt: skip
        last = max(mine, key=_age, default=None)
        if last is None or last.state is not MessageState.SENT:
            return  # what was tried in vain may have arrived, or not
        found = self.diaries[address].latest.get(uid)
        if last.kind in _CANCELS:
            if found is not None and found.invitation.method is Method.REQUEST:
                raise Broken("calendar", f"{uid} stands, and {last.id} was sent")
        elif last.sequence == sequence and _elsewhere(found, start):
            raise Broken("calendar", f"{uid} is {found}, and {last.id} says {start}")


def _age(message: Message) -> tuple[int, bool, datetime]:
    return message.sequence, message.kind in _CANCELS, message.due_at


def _elsewhere(found: Event | None, start: datetime) -> bool:
    standing = found is not None and found.invitation.method is Method.REQUEST
    return not standing or found is None or found.start != start


def _morning_after(wall: datetime) -> datetime:
    day = wall.date() + timedelta(days=1 if wall.time() >= LATEST else 0)
    return datetime.combine(day, EARLIEST, wall.tzinfo)
