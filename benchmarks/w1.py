"""The case W1 as stored rows, and the way a Python team would write it: rrule and bisect."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
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
    """Expand the openings with dateutil's rrule, cut them into slots, drop what overlaps.

    Written as well as we could within that approach: busy times are merged once, so that one
    bisect answers for a slot. It knows no notice per visit, no buffer, no second mode, and one
    offset per opening, which is wrong in the hour of the change; W1 needs none of these.
    """
    begins, ends = _merged([*case.taken, *case.unavailable])
    name, openings = case.schedule_row
    tz = ZoneInfo(name)
    first = datetime.fromisoformat(case.raw["d0"])
    slot = timedelta(minutes=case.raw["slot"])
    found: list[int] = []
    for opening in openings:
        rule = rrule.rrule(
            rrule.DAILY,
            dtstart=first + timedelta(minutes=opening["from"]),
            until=first + timedelta(days=case.raw["days"]),
            byweekday=[day - 1 for day in opening["weekdays"]],
        )
        length = timedelta(minutes=opening["to"] - opening["from"])
        for occurrence in rule:
            start = occurrence.replace(tzinfo=tz).astimezone(UTC)
            closes = start + length
            while start + slot <= closes:
                after = bisect_right(ends, start)
                free = after == len(ends) or begins[after] >= start + slot
                if free and start >= case.now:
                    found.append(to_minutes(start))
                start += slot
    return sorted(found)


def plain_rrule_and_bisect(case: Case) -> list[int]:
    """The same as it is first written: sorted busy times, a bisect and a look back per slot."""
    name, openings = case.schedule_row
    tz = ZoneInfo(name)
    first = datetime.fromisoformat(case.raw["d0"])
    slot = timedelta(minutes=case.raw["slot"])
    stretches = sorted((*case.taken, *case.unavailable))
    busy = [(_instant(begin), _instant(end)) for begin, end in stretches]
    longest = max(end - begin for begin, end in busy)
    found: list[int] = []
    for opening in openings:
        rule = rrule.rrule(
            rrule.DAILY,
            dtstart=first + timedelta(minutes=opening["from"]),
            until=first + timedelta(days=case.raw["days"]),
            byweekday=[day - 1 for day in opening["weekdays"]],
        )
        for occurrence in rule:
            start = occurrence.replace(tzinfo=tz).astimezone(UTC)
            closes = start + timedelta(minutes=opening["to"] - opening["from"])
            while start + slot <= closes:
                low = bisect_left(busy, (start - longest, start - longest))
                high = bisect_left(busy, (start + slot, start + slot))
                if start >= case.now and all(end <= start for _, end in busy[low:high]):
                    found.append(to_minutes(start))
                start += slot
    return sorted(found)


def _merged(busy: list[tuple[int, int]]) -> tuple[list[datetime], list[datetime]]:
    """Where busy stretches begin and end, as instants, once those that meet are one."""
    begins: list[int] = []
    ends: list[int] = []
    for begin, end in sorted(busy):
        if ends and begin <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            begins.append(begin)
            ends.append(end)
    return [_instant(minute) for minute in begins], [_instant(minute) for minute in ends]


def _instant(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)
