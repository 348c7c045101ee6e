"""Recurrence rules (RRULE): are they rules, and can they be followed? May import bounds.

The rules are followed by recurring-ical-events, which trusts them: it walks until the first
repetition after the window, and a rule that never comes true (30 February) sends it to the year
9999, in seconds for a yearly rule and in months for one by the second. So each rule is walked
here first, counting. The trick: the Gregorian calendar repeats itself, weekdays included, every
400 years, and a rule moved forward by a multiple of 400 years comes true at the same places. Moved
to the last four centuries that dates can express, even the rule that never comes true ends soon.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo
from math import prod

from dateutil.rrule import rrulestr
from icalendar.prop import vRecur

from teleconsult_calendars.bounds import (
    MAX_REPETITIONS,
    MAX_RULE,
    MAX_TIMES_A_DAY,
    Effort,
    Unreadable,
)

_KNOWN = frozenset(
    {"FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY"}
    | {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS"}
)
_write: Callable[[vRecur], bytes] = vRecur.to_ical
_UNTIL = re.compile(r"UNTIL=[^;]*;?")
_STEPS_A_YEAR = {"YEARLY": 25, "MONTHLY": 50, "WEEKLY": 120}
"""What a year costs to walk, measured in days; a rule by the second skips days like a daily one."""
_COMPLAINTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def parsed_rule(line: int, text: str) -> vRecur:
    """A rule, part by part. Raises `Unreadable` naming the part that is none."""
    if len(text) > MAX_RULE:
        raise Unreadable.because(line, f"RRULE is longer than {MAX_RULE} characters", text)
    try:
        rule: vRecur = vRecur.from_ical(text)
    except _COMPLAINTS as error:
        raise Unreadable.because(line, f"RRULE is no rule ({error})", text) from None
    if wrong := _fault(rule):
        raise Unreadable.because(line, f"RRULE {wrong}", text)
    return rule


def _fault(rule: vRecur) -> str | None:
    if "FREQ" not in rule:
        return "says no FREQ"
    if unknown := sorted(set(rule) - _KNOWN):
        return f"has a part that is not known ({unknown[0][:20]})"
    if "COUNT" in rule and "UNTIL" in rule:
        return "has both COUNT and UNTIL"
    for part in ("COUNT", "INTERVAL"):
        if part in rule and not (len(rule[part]) == 1 and 1 <= rule[part][0] <= MAX_REPETITIONS):
            return f"has a {part} that is not between 1 and {MAX_REPETITIONS}"
    if len(rule.get("UNTIL", [0])) != 1 or isinstance(rule.get("UNTIL", [0])[0], time):
        return "has an UNTIL that is no date"
    return _too_often(rule)


def _too_often(rule: vRecur) -> str | None:
    often = prod(len(rule.get(part, [0])) for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    if often > MAX_TIMES_A_DAY:
        return f"lists {often} times a day, at most {MAX_TIMES_A_DAY} are followed"
    if "BYSETPOS" in rule and rule["FREQ"][0] in ("HOURLY", "MINUTELY", "SECONDLY"):
        return "combines BYSETPOS with hours, minutes or seconds, which is not followed"
    return None


def settled_until(rule: vRecur, start: datetime | date, floating: tzinfo) -> vRecur:
    """The same rule with UNTIL in the one form that fits its start.

    The standard wants a date for an all-day event and an instant in UTC for any other. Programs
    write all combinations; a date then means that whole day, a time without zone the start's.
    """
    if "UNTIL" not in rule:
        return rule
    until = rule["UNTIL"][0]
    settled = vRecur(rule)
    if not isinstance(start, datetime):
        settled["UNTIL"] = [_as_day(until, floating)]
    else:
        settled["UNTIL"] = [_as_instant(until, start.tzinfo or floating)]
    return settled


def _as_day(until: datetime | date, floating: tzinfo) -> date:
    if not isinstance(until, datetime):
        return until
    return (until if until.tzinfo is None else until.astimezone(floating)).date()


def _as_instant(until: datetime | date, zone: tzinfo) -> datetime:
    if not isinstance(until, datetime):
        until = datetime.combine(until, time(23, 59, 59))
    return (until if until.tzinfo else until.replace(tzinfo=zone)).astimezone(UTC)


def follow(line: int, text: str, start: datetime, horizon: datetime, effort: Effort) -> None:
    """Walks a rule from its start to the horizon, both wall times without zone.

    Raises `Unreadable` if it is no rule, never comes true, or does so more than
    `MAX_REPETITIONS` times; `CalendarTooLarge` if the file as a whole asks for too much.
    """
    rule = parsed_rule(line, text)
    last = _last_wall_time(rule, horizon)
    years = 400 * ((9998 - max(horizon.year, start.year)) // 400)
    moved = start.replace(year=start.year + years)
    plain = _UNTIL.sub("", _write(rule).decode()).rstrip(";")
    try:
        met, seen = _walk(plain, moved, last.replace(year=last.year + years))
    except _COMPLAINTS as error:
        raise Unreadable.because(line, f"RRULE cannot be followed ({error})", text) from None
    years_walked = (9999 if seen is None else seen.year) - moved.year
    effort.spend(met + _STEPS_A_YEAR.get(rule["FREQ"][0], 365) * years_walked)
    if seen is None:
        raise Unreadable.because(line, "RRULE never comes true", text)
    if met > MAX_REPETITIONS:
        what = f"RRULE repeats more than {MAX_REPETITIONS} times"
        raise Unreadable.because(line, what, text)


def _last_wall_time(rule: vRecur, horizon: datetime) -> datetime:
    """The horizon, or UNTIL where that is earlier; a day's slack spares us its zone."""
    until = rule.get("UNTIL", [horizon])[0]
    latest = datetime.combine(until, time.max)
    return min(horizon, latest)


def _walk(text: str, start: datetime, last: datetime) -> tuple[int, datetime | None]:
    met, seen = 0, None
    for seen in rrulestr(text, dtstart=start):
        met += 1
        if seen > last or met > MAX_REPETITIONS:
            break
    return met, seen
