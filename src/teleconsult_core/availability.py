"""Which slots are offered, and why another is not. May import grid, schedules, slots, times.

One truth for both questions: a slot is offered exactly when `why_not` finds no reason. Per mode:
hours, exceptions, unavailability, duration and fee. Common to both modes: what is taken, each
with its own buffer (S8b); an unavailability blocks only its own mode (S8c).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import compress
from operator import itemgetter

from attrs import frozen

from teleconsult_core.grid import is_open, starts_between
from teleconsult_core.refusals import BadInput
from teleconsult_core.schedules import Offer, Schedule, Unavailability, VisitType
from teleconsult_core.slots import BOTH, Mode, Modes, Slot
from teleconsult_core.times import (
    Interval,
    aware_utc,
    from_minutes,
    is_on_tick,
    to_minutes,
)

LONGEST_WINDOW = timedelta(days=400)
"""A longer question is refused; it could only be a mistake or an attack."""

_SHORT = 4 * 60
"""Minutes; the few starts that meet a shorter stretch are sooner walked over than searched for."""

Minutes = tuple[int, int]
"""A half-open stretch in minutes since 1970-01-01T00:00Z, rounded outwards."""


class Reason(StrEnum):
    """Why a start is not offered; the most general reason first."""

    MODE_NOT_OFFERED = "this visit is not offered in this mode"
    TOO_SOON = "too soon: the minimum notice has begun"
    TOO_FAR = "too far ahead: beyond the booking horizon"
    CLOSED = "closed at that time"
    NOT_ON_GRID = "no slot starts at that time"
    UNAVAILABLE = "unavailable in this mode"
    TAKEN = "taken"


@frozen
class NotOffered:
    """Why `start` cannot be booked in `mode`; `bound` is the instant that decides, if one does."""

    reason: Reason
    mode: Mode
    start: datetime
    bound: datetime | None = None


def offered(
    schedule: Schedule,
    visit_type: VisitType,
    *,
    taken: Iterable[Interval],
    unavailable: Iterable[Unavailability],
    window: Interval,
    now: datetime,
    modes: Modes | None = None,
) -> tuple[Slot, ...]:
    """Slots that start in `window`, by start; a slot open in both modes is one slot."""
    if window.end - window.start > LONGEST_WINDOW:
        raise BadInput(
            "window", str(window.end - window.start), f"at most {LONGEST_WINDOW.days} days"
        )
    busy = [outwards(interval) for interval in taken]
    away = list(unavailable)
    found: dict[Minutes, Modes] = {}
    for mode in BOTH if modes is None else modes:
        offer = visit_type.offers.get(mode)
        if offer is None:
            continue
        alone = frozenset({mode})
        absent = [outwards(one.interval) for one in away if one.mode is mode]
        for start in free_starts(schedule, visit_type, mode, busy, absent, window, now):
            slot = (start, start + offer.duration)
            found[slot] = BOTH if slot in found else alone
    return tuple(
        Slot(from_minutes(start), from_minutes(end), modes_of)
        for (start, end), modes_of in sorted(found.items(), key=itemgetter(0))
    )


def free_starts(
    schedule: Schedule,
    visit_type: VisitType,
    mode: Mode,
    taken: Iterable[Minutes],
    unavailable: Iterable[Minutes],
    window: Interval,
    now: datetime,
) -> list[int]:
    """The starts offered in one mode, in minutes, sorted. `unavailable` is of this mode only."""
    offer = visit_type.offers.get(mode)
    if offer is None:
        return []
    first, last = _bounds(visit_type, window, now)
    starts = starts_between(schedule, mode, offer.duration, first, last)
    free = bytearray(b"\x01") * len(starts)
    blocked = offer.duration + visit_type.buffer_after
    _strike(starts, free, taken, blocked)
    _strike(starts, free, unavailable, offer.duration)
    return list(compress(starts, free))


def why_not(
    schedule: Schedule,
    visit_type: VisitType,
    mode: Mode,
    start: datetime,
    *,
    taken: Iterable[Interval],
    unavailable: Iterable[Unavailability],
    now: datetime,
) -> NotOffered | None:
    """Why `start` is not offered in `mode`, or None when it is."""
    start = aware_utc(start)
    offer = visit_type.offers.get(mode)
    if offer is None:
        return NotOffered(Reason.MODE_NOT_OFFERED, mode, start)
    soonest, furthest = _reach(visit_type, now)
    if start < soonest:
        return NotOffered(Reason.TOO_SOON, mode, start, soonest)
    if start > furthest:
        return NotOffered(Reason.TOO_FAR, mode, start, furthest)
    if reason := _off_grid(schedule, mode, offer.duration, start):
        return NotOffered(reason, mode, start)
    return occupied(visit_type, mode, offer, start, taken=taken, unavailable=unavailable)


def occupied(
    visit_type: VisitType,
    mode: Mode,
    offer: Offer,
    start: datetime,
    *,
    taken: Iterable[Interval],
    unavailable: Iterable[Unavailability],
) -> NotOffered | None:
    """What nobody may overrule: the practitioner is away in this mode, or the time is taken."""
    visit = Interval(start, start + timedelta(minutes=offer.duration))
    for one in unavailable:
        if one.mode is mode and one.interval.overlaps(visit):
            return NotOffered(Reason.UNAVAILABLE, mode, start, one.interval.end)
    blocked = Interval(start, visit.end + timedelta(minutes=visit_type.buffer_after))
    for other in taken:
        if other.overlaps(blocked):
            return NotOffered(Reason.TAKEN, mode, start, other.end)
    return None


def outside_hours(schedule: Schedule, mode: Mode, visit: Interval) -> bool:
    """Whether a visit lies outside the opening hours: what `why_not` calls closed."""
    return _off_grid(schedule, mode, visit.minutes, visit.start) is Reason.CLOSED


def still_open_elsewhere(slots: Sequence[Slot], unavailability: Unavailability) -> tuple[Slot, ...]:
    """What an unavailability in one mode leaves open: the same times in the other mode."""
    return tuple(
        Slot(slot.start, slot.end, slot.modes - {unavailability.mode})
        for slot in slots
        if unavailability.interval.overlaps(Interval(slot.start, slot.end))
        and slot.modes - {unavailability.mode}
    )


def outwards(interval: Interval) -> Minutes:
    """`interval` in whole minutes, never shorter than it is."""
    end = to_minutes(interval.end)
    return to_minutes(interval.start), end + (from_minutes(end) < interval.end)


def _strike(starts: list[int], free: bytearray, busy: Iterable[Minutes], span: int) -> None:
    """Mark every start whose [start, start + span) meets a busy stretch."""
    count = len(starts)
    for begin, end in busy:
        low = bisect_right(starts, begin - span)
        if end - begin > _SHORT:
            high = bisect_left(starts, end, low)
            free[low:high] = bytes(high - low)
            continue
        while low < count and starts[low] < end:
            free[low] = 0
            low += 1


def _reach(visit_type: VisitType, now: datetime) -> tuple[datetime, datetime]:
    return now + visit_type.minimum_notice, now + visit_type.booking_horizon


def _bounds(visit_type: VisitType, window: Interval, now: datetime) -> Minutes:
    """First and last minute at which a slot may start: window, notice and horizon together."""
    soonest, furthest = _reach(visit_type, now)
    first = max(window.start, soonest)
    last = min(window.end - timedelta(microseconds=1), furthest)
    earliest = to_minutes(first)
    return earliest + (from_minutes(earliest) < first), to_minutes(last)


def _off_grid(schedule: Schedule, mode: Mode, duration: int, start: datetime) -> Reason | None:
    minute = to_minutes(start)
    if is_on_tick(start) and starts_between(schedule, mode, duration, minute, minute):
        return None
    inside = is_open(schedule, mode, minute, minute + duration)
    return Reason.NOT_ON_GRID if inside else Reason.CLOSED
