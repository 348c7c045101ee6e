"""The case W1 as stored rows, and the way a Python team would write it: rrule and bisect."""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen
from dateutil import rrule

from teleconsult_core.ids import PractitionerId, VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.schedules import Offer, OpeningHours, Schedule, VisitType
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.times import Interval, to_minutes

DATA = Path(__file__).parent / "data"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class Case:
    """One stored practitioner: rows as a database gives them, and the answer they must lead to."""

    raw: dict[str, Any]
    schedule_row: tuple[str, list[dict[str, Any]]]
    taken: list[tuple[int, int]]
    unavailable: list[tuple[int, int]]
    window: Interval
    now: datetime
    expect: list[int]


def load(name: str) -> Case:
    raw = json.loads((DATA / f"{name}.json").read_text())
    tz = ZoneInfo(raw["tz"])
    first = date.fromisoformat(raw["d0"])
    begin = datetime.combine(first, time(), tz)
    end = datetime.combine(first + timedelta(days=raw["days"]), time(), tz)
    return Case(
        raw=raw,
        schedule_row=(raw["tz"], raw["opening"]),
        taken=[(a, b) for a, b in raw["bookings"]],
        unavailable=[(a, b) for a, b in raw["unavail"]],
        window=Interval(begin, end),
        now=(begin - timedelta(days=1)).astimezone(UTC),
        expect=sorted(raw["expect"]),
    )


def schedule_of(case: Case) -> Schedule:
    zone, openings = case.schedule_row
    hours = tuple(
        OpeningHours(frozenset(o["weekdays"]), _wall(o["from"]), _wall(o["to"]), BOTH)
        for o in openings
    )
    return Schedule(PractitionerId("w1"), zone, hours)


def visit_of(case: Case) -> VisitType:
    return VisitType(
        id=VisitTypeId("w1:visit"),
        practitioner=PractitionerId("w1"),
        name="Visit",
        offers={Mode.VIDEO: Offer(case.raw["slot"], Money(4500, "EUR"))},
        minimum_notice=timedelta(hours=2),
        booking_horizon=timedelta(days=400),
    )


def _wall(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def rrule_and_bisect(case: Case) -> list[int]:
    """Expand the openings with dateutil's rrule, cut them into slots, drop what overlaps."""
    zone, openings = case.schedule_row
    tz = ZoneInfo(zone)
    days = case.raw["days"]
    first = datetime.fromisoformat(case.raw["d0"])
    slot = timedelta(minutes=case.raw["slot"])
    busy: list[tuple[datetime, datetime]] = []
    for begin, end in (*case.taken, *case.unavailable):
        insort(busy, (EPOCH + timedelta(minutes=begin), EPOCH + timedelta(minutes=end)))
    longest = max(end - begin for begin, end in busy)
    found: list[int] = []
    for opening in openings:
        rule = rrule.rrule(
            rrule.DAILY,
            dtstart=first + timedelta(minutes=opening["from"]),
            until=first + timedelta(days=days),
            byweekday=[day - 1 for day in opening["weekdays"]],
        )
        length = timedelta(minutes=opening["to"] - opening["from"])
        for occurrence in rule:
            start = occurrence.replace(tzinfo=tz).astimezone(UTC)
            closes = start + length
            while start + slot <= closes:
                if case.now <= start and not _meets(busy, longest, start, start + slot):
                    found.append(to_minutes(start))
                start += slot
    return sorted(found)


def _meets(
    busy: list[tuple[datetime, datetime]], longest: timedelta, start: datetime, end: datetime
) -> bool:
    low = bisect_left(busy, (start - longest, start - longest))
    return any(s < end and e > start for s, e in _until(busy, low, end))


def _until(
    busy: list[tuple[datetime, datetime]], low: int, end: datetime
) -> Iterable[tuple[datetime, datetime]]:
    while low < len(busy) and busy[low][0] < end:
        yield busy[low]
        low += 1
