"""What may be typed on the command line, as the values it means. May import click and the core.

A time without an offset is the practice's wall time; one that daylight saving skips is refused.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import click
import phonenumbers

from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Practice, Role
from teleconsult_core.refusals import BadInput
from teleconsult_core.slots import BOTH, Mode, Modes
from teleconsult_core.times import Interval, aware_utc, wall_to_utc, zone

ANY_TIME = "a time such as 2027-03-02T10:00 (the practice's) or 2027-03-02T09:00Z"
_PERIOD = re.compile(r"([0-9]{1,6})\s*(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Nothing is booked outside; within, a century may be added or taken without leaving the calendar.
_YEARS = range(1970, 2200)
_LONGEST = timedelta(days=36525)


def instant(text: str, practice: Practice) -> datetime:
    """The instant a typed time means."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput("time", text, ANY_TIME) from error
    within(found, text)
    if found.tzinfo is not None:
        return aware_utc(found)
    exact = wall_to_utc(found.date(), found.time(), zone(practice.zone))
    if exact is None:
        raise BadInput("time", text, f"a time that exists in {practice.zone} that day")
    return exact


def within(found: date, text: str) -> None:
    """Raises `BadInput` for a year in which no clinic of ours is open."""
    if found.year not in _YEARS:
        raise BadInput("time", text, f"in the years {_YEARS[0]} to {_YEARS[-1]}")


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput("day", text, "a day such as 2027-03-02") from error
    within(found, text)
    return found


def wall(text: str) -> time:
    """A wall time of every day; 24:00 is midnight, as 00:00 is."""
    try:
        return time.fromisoformat("00:00" if text.strip() == "24:00" else text.strip())
    except ValueError as error:
        raise BadInput("hour", text, "an hour such as 09:00") from error


def weekdays(text: str) -> frozenset[int]:
    """`mon,wed` or `mon-fri`."""
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
            raise BadInput("days", text, "days such as mon,wed or mon-fri")
        found |= set(range(_WEEKDAYS.index(first) + 1, _WEEKDAYS.index(last or first) + 2))
    return frozenset(found)


def month(text: str, practice: Practice) -> Interval:
    """A month such as 2027-03, from midnight to midnight on the practice's clocks."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text.strip(), re.ASCII) is None:
        raise BadInput("month", text, "a month such as 2027-03")
    try:
        first = date.fromisoformat(f"{text.strip()}-01")
    except ValueError as error:
        raise BadInput("month", text, "a month such as 2027-03") from error
    within(first, text)
    after = (first + timedelta(days=31)).replace(day=1)
    tz = zone(practice.zone)
    return Interval(*(datetime.combine(one, time(0), tzinfo=tz) for one in (first, after)))


def period(text: str) -> timedelta:
    """`90m`, `24h`, `8d` or `2w`; a century at most."""
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        raise BadInput("period", text, "a number and m, h, d or w, such as 90m or 8d")
    found = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if found > _LONGEST:
        raise BadInput("period", text, f"at most {_LONGEST.days}d")
    return found


def money(text: str, practice: Practice) -> Money:
    return Money.parse(text, practice.currency)


def phone(text: str, practice: Practice) -> str:
    """A number as people write it, in E.164; national numbers are read as the practice's."""
    try:
        parsed = phonenumbers.parse(text, practice.country)
    except phonenumbers.NumberParseException as error:
        raise BadInput("phone", text, "a phone number such as +32475550101") from error
    if not phonenumbers.is_valid_number(parsed):
        raise BadInput("phone", text, "a phone number that can exist, such as +32475550101")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


class _Choice(click.ParamType[Any]):
    """A click type made of a function that may refuse."""

    def __init__(self, name: str, read: Any) -> None:
        self.name, self._read = name, read

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except BadInput as refused:
            self.fail(f"{refused.value}: {refused.bound}", param, ctx)


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError as error:
        raise BadInput("mode", text, "video or in-person") from error


def _modes(text: str) -> Modes:
    return BOTH if text == "both" else frozenset({_mode(text)})


def _actor(text: str) -> Actor:
    role, _, id = text.partition(":")
    try:
        return Actor(Role(role), id or role)
    except ValueError as error:
        kinds = ", ".join(one.value for one in Role)
        raise BadInput("actor", text, f"ROLE:ID, with a role out of {kinds}") from error


MODE = _Choice("mode", _mode)
MODES = _Choice("mode", _modes)
ACTOR = _Choice("actor", _actor)
DAY = _Choice("day", day)
WALL = _Choice("hour", wall)
WEEKDAYS = _Choice("days", weekdays)
PERIOD = _Choice("period", period)
