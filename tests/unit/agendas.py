"""Arbitrary agendas around the nights on which clocks change, for the laws of availability."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from attrs import frozen
from hypothesis import strategies as st

from teleconsult_core.availability import offered, why_not
from teleconsult_core.ids import PractitionerId, UnavailabilityId, VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.schedules import (
    DatedException,
    Offer,
    OpeningHours,
    Schedule,
    Unavailability,
    VisitType,
)
from teleconsult_core.slots import BOTH, Mode, Slot
from teleconsult_core.times import Interval

DR = PractitionerId("dupont")

NIGHTS = {
    "Europe/Brussels": (date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 16)),
    "America/New_York": (date(2027, 3, 14), date(2027, 11, 7)),
    "Australia/Lord_Howe": (date(2027, 4, 4), date(2027, 10, 3)),  # half an hour
    "Africa/Casablanca": (date(2027, 2, 7), date(2027, 3, 14)),  # around Ramadan
    "Africa/Cairo": (date(2027, 4, 30), date(2027, 10, 29)),  # at midnight
    "Asia/Kathmandu": (date(2027, 5, 5),),  # never, and 5 h 45 min
}
"""Days on which clocks change, and ordinary ones."""


@frozen
class Agenda:
    schedule: Schedule
    visit: VisitType
    taken: list[Interval]
    unavailable: list[Unavailability]
    window: Interval
    now: datetime

    def offered(self, **changed: object) -> tuple[Slot, ...]:
        """What the core offers, with some of the question changed."""
        asked = {
            "taken": self.taken,
            "unavailable": self.unavailable,
            "window": self.window,
            "now": self.now,
        }
        return partial(offered, self.schedule, self.visit, **asked)(**changed)

    def why_not(self, mode: Mode, start: datetime) -> object:
        return why_not(
            self.schedule,
            self.visit,
            mode,
            start,
            taken=self.taken,
            unavailable=self.unavailable,
            now=self.now,
        )

    @property
    def away(self) -> list[tuple[Mode, Interval]]:
        return [(one.mode, one.interval) for one in self.unavailable]


some_modes = st.sampled_from([BOTH, frozenset({Mode.VIDEO}), frozenset({Mode.IN_PERSON})])
durations = st.sampled_from([5, 15, 20, 25, 30, 45, 60, 90])
minutes_of_hour = st.one_of(st.sampled_from([0, 30]), st.integers(0, 59))
walls = st.builds(time, st.one_of(st.integers(0, 4), st.integers(0, 23)), minutes_of_hour)
half_days = st.sampled_from(
    [
        (time(0), time(0)),
        (time(0), time(0)),
        (time(0), time(12)),
        (time(1), time(5)),
        (time(20), time(4)),
        (time(22, 30), time(2, 30)),
    ]
)
openings = st.one_of(half_days, st.tuples(walls, walls))


@st.composite
def hours(draw: st.DrawFn, day: date) -> OpeningHours:
    nearby = [(day + timedelta(days=n)).isoweekday() for n in (-1, 0, 1)]
    since = day - timedelta(days=draw(st.integers(-1, 2))) if draw(st.booleans()) else None
    until = day + timedelta(days=draw(st.integers(-1, 2))) if draw(st.booleans()) else None
    if since and until and until < since:
        since, until = until, since
    return OpeningHours(
        weekdays=draw(st.frozensets(st.sampled_from(nearby), min_size=2)),
        opens=(wall := draw(openings))[0],
        closes=wall[1],
        modes=draw(some_modes),
        valid_from=since,
        valid_until=until,
    )


@st.composite
def exceptions(draw: st.DrawFn, day: date) -> DatedException:
    when = day + timedelta(days=draw(st.integers(-1, 1)))
    if draw(st.booleans()):
        return DatedException(when, draw(some_modes))
    return DatedException(when, draw(some_modes), *draw(openings))


@st.composite
def visits(draw: st.DrawFn) -> VisitType:
    modes = draw(st.sampled_from([BOTH, BOTH, frozenset({Mode.VIDEO})]))
    same = draw(durations)
    fee = Money(4500, "EUR")
    return VisitType(
        id=VisitTypeId("dupont:visit"),
        practitioner=DR,
        name="Visit",
        offers={mode: Offer(draw(st.one_of(st.just(same), durations)), fee) for mode in modes},
        buffer_after=draw(st.sampled_from([0, 0, 5, 10, 30])),
        minimum_notice=draw(
            st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(hours=20)])
        ),
        booking_horizon=draw(st.sampled_from([timedelta(days=3), timedelta(days=90)])),
    )


@st.composite
def intervals(draw: st.DrawFn, begin: datetime) -> Interval:
    """Somewhere around `begin`: on whole five minutes, as appointments are, or to the second."""
    if draw(st.booleans()):
        start = begin + timedelta(minutes=5 * draw(st.integers(-144, 288)))
        return Interval(start, start + timedelta(minutes=5 * draw(st.integers(1, 36))))
    start = begin + timedelta(seconds=draw(st.integers(-43_200, 86_400)))
    return Interval(start, start + timedelta(seconds=draw(st.integers(1, 10 * 3600))))


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    day = draw(st.sampled_from(NIGHTS[zone]))
    begin = datetime.combine(day, time(), UTC)
    start = begin + timedelta(minutes=draw(st.integers(-1440, 0)))
    away = draw(st.lists(st.tuples(st.sampled_from(Mode), intervals(begin)), max_size=2))
    return Agenda(
        schedule=Schedule(
            DR,
            zone,
            tuple(draw(st.lists(hours(day), min_size=1, max_size=3))),
            tuple(draw(st.lists(exceptions(day), max_size=2))),
        ),
        visit=draw(visits()),
        taken=draw(st.lists(intervals(begin), max_size=3)),
        unavailable=[
            Unavailability(UnavailabilityId(f"away:{n}"), DR, mode, interval)
            for n, (mode, interval) in enumerate(away)
        ],
        window=Interval(start, start + timedelta(minutes=draw(st.integers(360, 3000)))),
        now=begin - timedelta(seconds=draw(st.integers(0, 172_800))),
    )
