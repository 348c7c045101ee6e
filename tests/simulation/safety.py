"""What must never be false, judged at every step from outside the core.

`Safety` keeps its own account of what was committed and shares no rule with the core; money and
what arrives at people have accounts of their own. A step that breaks an invariant raises `Broken`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, field

from simulation.arrivals import CLOCKS, Arrivals
from simulation.broken import Broken
from simulation.money_safety import MoneySafety
from simulation.news_safety import NewsSafety
from simulation.post_safety import PostSafety
from simulation.timeline import current_task
from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
    Origin,
    Reserved,
)
from teleconsult_core.attendance import Attendance, Seen
from teleconsult_core.audit import AuditEntry
from teleconsult_core.holds import HoldState
from teleconsult_core.links import Link
from teleconsult_core.messages import Message, MessageState
from teleconsult_core.people import Role
from teleconsult_core.ratings import Rating
from teleconsult_core.schedules import Unavailability
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval

TICK = 300
UNDECIDED = timedelta(days=2)
BRUSSELS = ZoneInfo("Europe/Brussels")
OPEN = ((time(2), time(12)), (time(13), time(19)))
"""The opening hours of every practitioner, in wall time."""

NEXT: dict[type | None, tuple[type, ...]] = {
    None: (Reserved, AwaitingConfirmation, Confirmed),
    Reserved: (Confirmed, Lapsed, Cancelled),
    AwaitingConfirmation: (AwaitingConfirmation, Confirmed, Lapsed, Cancelled),
    Confirmed: (Confirmed, Completed, NoShow, Cancelled),
    Completed: (), NoShow: (), Cancelled: (), Lapsed: (),
}  # fmt: skip
"""The diagram of states, written down a second time on purpose."""

BLOCKING = (Reserved, AwaitingConfirmation, Confirmed, Completed, NoShow)


@define
class Safety:
    now: Callable[[], datetime]
    settlement_margin: timedelta = timedelta(hours=24)
    pauses: dict[str, timedelta] = field(factory=dict)
    """By practitioner: how long nobody may begin after the planned end."""
    appointments: dict[str, Appointment] = field(factory=dict)
    confirmed_at: dict[str, datetime] = field(factory=dict)
    """Since when an appointment stands at the time at which it is."""
    ratings: dict[str, Rating] = field(factory=dict)
    links: dict[str, Link] = field(factory=dict)
    changed: Callable[[Appointment | None, Appointment], None] = lambda old, new: None
    """Told of every committed change of an appointment."""
    due: Callable[[str, str, datetime | None], None] = lambda part, what, moment: None
    """Told which part of a worker's round may find what, and from when on; None: not any more."""
    grants: int = 0
    news: NewsSafety = field(factory=NewsSafety)
    money: MoneySafety = field(init=False)
    post: PostSafety = field(init=False)
    arrivals: Arrivals = field(init=False)
    _ticks: dict[tuple[str, int], str] = field(factory=dict)
    _away: list[tuple[datetime, Unavailability]] = field(factory=list)
    _entered: set[tuple[str, Role]] = field(factory=set)
    _traces: set[tuple[str, Role]] = field(factory=set)
    """Who was seen at the door at all, even if he could not come in."""

    @money.default
    def _its_money(self) -> MoneySafety:
        return MoneySafety(self.appointments.get)

    @post.default
    def _its_post(self) -> PostSafety:
        return PostSafety(self.now)

    @arrivals.default
    def _its_arrivals(self) -> Arrivals:
        return Arrivals(self.now, self.appointments.get)

    def committed(self, written: Iterable[tuple[str, Any]]) -> None:
        """One transaction, whole, in the order in which it was written."""
        written = list(written)
        audit = [value for store, value in written if store == "audit"]
        changes: list[tuple[Appointment | None, Appointment]] = []
        for store, value in written:
            if store == "consents":
                self.money.consent(value)
        for store, value in written:
            match store:
                case "appointments":
                    changes.append((self.appointments.get(value.terms.id), value))
                    self._appointment(value, audit)
                case "holds":
                    self.money.hold(value)
                case "operations":
                    self.money.operation(value, audit)
                case "receipts":
                    self.money.receipt(value)
                case "attendance":
                    self._attendance(value)
                case "links":
                    self.links[value.id] = value
                case "unavailabilities":
                    self._away.append((self.now(), value))
                case "ratings":
                    self._rating(value)
                case "patients":
                    self.arrivals.patient(value)
                    self.post.patient(value)
                case "received":
                    self.news.received(value)
                case "noted":
                    self.news.noted(value)
                case "claim":
                    self.arrivals.messages[value.id] = value
                case "outbox":
                    self.post.written(value)
                    if value.state is MessageState.DROPPED:
                        self._dropped(value)
        for store, value in written:
            self._falls_due(store, value)
        for old, new in changes:
            self.changed(old, new)

    def _falls_due(self, store: str, value: Any) -> None:
        match store:
            case "plan" | "outbox" | "claim":
                moment = value.leased_until or value.ready_at
                self.due("deliver_due_messages", value.id, moment if value.planned else None)
            case "received":
                moment = self.now() if value.id in self.news.waiting else None
                self.due("take_received_news", value.id, moment)
            case "noted":
                self.due("take_received_news", value, None)
            case "operations":
                moment = value.leased_until or value.not_before or self.now()
                self.due("recover", value.id, moment if value.open else None)
            case "holds":
                self.due("sweep", value.id, value.until if value.live else None)
            case "appointments":
                ends = value.terms.end + UNDECIDED if isinstance(value, Confirmed) else None
                self.due("sweep", value.terms.id, getattr(value, "deadline", ends))

    def _appointment(self, new: Appointment, audit: list[AuditEntry]) -> None:
        id = new.terms.id
        old = self.appointments.get(id)
        if old == new:
            return
        if type(new) not in NEXT[type(old) if old else None]:
            was = old.state if old else "nothing"
            raise Broken("transitions", f"{id} went from {was} to {new.state}")
        if not any(entry.subject == id and entry.action == new.state for entry in audit):
            raise Broken("audit", f"{id} became {new.state} and the audit does not say so")
        if old is not None and old.terms.sequence == new.terms.sequence and old.terms != new.terms:
            raise Broken("transitions", f"the terms of {id} changed without a move")
        if old is None and new.terms.origin is Origin.PATIENT:
            self._opening_hours(new)
        if old is None or old.terms.start != new.terms.start:
            self._is_there(new)
        if isinstance(new, Confirmed) and isinstance(old, Reserved | AwaitingConfirmation):
            self._in_time(old)
        moved = not isinstance(old, Confirmed) or old.terms.sequence != new.terms.sequence
        if isinstance(new, Confirmed) and moved:
            self.confirmed_at[id] = self.now()
        self._charged(new)
        self._guard(old, new)
        self.appointments[id] = new
        self.arrivals.changed_at[id] = self.now()

    def _guard(self, old: Appointment | None, new: Appointment) -> None:
        id = new.terms.id
        if isinstance(old, BLOCKING):
            for tick in self._taken(old):
                self._ticks.pop((old.terms.practitioner, tick), None)
        if isinstance(new, BLOCKING):
            for tick in self._taken(new):
                other = self._ticks.setdefault((new.terms.practitioner, tick), id)
                if other != id:
                    raise Broken("overlap", f"{id} and {other} at {new.terms.start}")

    def _taken(self, appointment: Appointment) -> range:
        terms = appointment.terms
        until = terms.end + self.pauses.get(terms.practitioner, timedelta(0))
        return range(int(terms.start.timestamp()) // TICK, int(until.timestamp()) // TICK)

    def _charged(self, new: Appointment) -> None:
        """Care is charged only to who was there, and missing it only to who was not."""
        if not isinstance(new, Completed | NoShow) or not new.amount.minor:
            return
        came = (new.terms.id, Role.PATIENT) in self._traces
        if came is isinstance(new, NoShow):
            raise Broken("attendance", f"{new.terms.id} is {new.state}, and he was there: {came}")

    def _opening_hours(self, new: Appointment) -> None:
        start, end = (
            moment.astimezone(BRUSSELS).time() for moment in (new.terms.start, new.terms.end)
        )
        if not any(opens <= start and end <= closes for opens, closes in OPEN):
            raise Broken("wall time", f"{new.terms.id} is booked from {start} to {end}")

    def _in_time(self, old: Reserved | AwaitingConfirmation) -> None:
        task = current_task()
        began = task.began if task else self.now()
        if began > old.deadline + CLOCKS:
            raise Broken("deadline", f"{old.terms.id} is confirmed, it had to be by {old.deadline}")

    def _is_there(self, new: Appointment) -> None:
        """Nobody books over an unavailability in the same mode that was known when he began."""
        task, terms = current_task(), new.terms
        began = task.began if task else self.now()
        for since, away in self._away:
            same = (away.practitioner, away.mode) == (terms.practitioner, terms.mode)
            if same and since < began and away.interval.overlaps(Interval(terms.start, terms.end)):
                raise Broken("away", f"{terms.id} at {terms.start}, and {away.id}")

    def _rating(self, new: Rating) -> None:
        old = self.ratings.setdefault(new.appointment, new)
        if not isinstance(self.appointments.get(new.appointment), Completed):
            raise Broken("rating", f"{new.appointment} was rated and never took place")
        if old.stars != new.stars:
            raise Broken("rating", f"{new.appointment} was rated twice")

    def _dropped(self, message: Message) -> None:
        found = self.appointments.get(message.appointment or "")
        if "allowance" in message.note and found and found.terms.mode is Mode.VIDEO:
            raise Broken("allowance", f"{message.id}: video is free of it")

    def _attendance(self, event: Attendance) -> None:
        self._traces.add((event.appointment, event.role))
        if event.seen is not Seen.ENTERED:
            return
        found = self.appointments[event.appointment]
        terms = found.terms
        if not isinstance(found, Confirmed):
            raise Broken("join", f"{event.role.value} enters {terms.id}, which is {found.state}")
        if terms.mode is not Mode.VIDEO:
            raise Broken("join", f"{terms.id} is in person")
        early = terms.start - timedelta(minutes=15) - CLOCKS
        late = terms.end + timedelta(minutes=60) + CLOCKS
        task = current_task()
        began = task.began if task else self.now()
        if not early <= began <= late:
            raise Broken("join", f"{event.role.value} enters {terms.id} at {began}")
        if terms.card_required and not self._covered(found, began):
            raise Broken("join", f"{event.role.value} enters {terms.id} without a covering hold")
        self._entered.add((terms.id, event.role))

    def _covered(self, found: Confirmed, began: datetime) -> bool:
        needed = found.terms.end + self.settlement_margin
        return any(
            hold.state is HoldState.HELD and hold.until is not None and hold.until >= needed
            for hold in self.money.holds_of(found.terms.id)
        )

    def admitted(self, appointment: str, role: Role) -> None:
        self.grants += 1
        if (appointment, role) not in self._entered:
            raise Broken("join", f"{role.value} let into {appointment} without a trace")
