"""What a practitioner offers, and when he is there. May import checks, ids, money, slots, times.

Opening hours are weekly, in local wall time of the practice's zone, so they keep their wall time
across daylight saving. An unavailability names one mode; `both` is two of them (S8c).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from attrs import Attribute, field, frozen

from teleconsult_core.checks import is_id, nfc, text
from teleconsult_core.ids import PractitionerId, UnavailabilityId, VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.refusals import BadInput
from teleconsult_core.slots import Mode, Modes
from teleconsult_core.times import Interval, zone

LONGEST_VISIT = 8 * 60
"""Minutes; a longer consultation is a mistake in the clinic's file."""


def _ticks(_: object, attribute: object, value: int) -> None:
    name: str = getattr(attribute, "name", "minutes")
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or value % 5
        or not 0 <= value <= LONGEST_VISIT
    ):
        raise BadInput(name, value, f"whole multiples of 5 minutes, at most {LONGEST_VISIT}")


def _not_negative(_: object, attribute: Attribute[timedelta], value: timedelta) -> None:
    if value < timedelta(0):
        raise BadInput(attribute.name, str(value), "not negative")


def _weekdays(_: object, attribute: Attribute[frozenset[int]], value: frozenset[int]) -> None:
    if not value <= set(range(1, 8)):
        raise BadInput(attribute.name, sorted(value), "days from 1, Monday, to 7, Sunday")


def _wall(_: object, attribute: Attribute[time], value: time | None) -> None:
    if value is not None and value.tzinfo is not None:
        raise BadInput(attribute.name, str(value), "a wall time, without zone")


@frozen
class Offer:
    """How long a visit takes in one mode, in minutes, and what it costs at most."""

    duration: int = field(validator=_ticks)
    fee: Money

    def __attrs_post_init__(self) -> None:
        if not self.duration:
            raise BadInput("duration", self.duration, "at least 5 minutes")


@frozen
class VisitType:
    """A reason to come, with its terms per mode; a mode without an offer is not bookable."""

    id: VisitTypeId = field(validator=is_id)
    practitioner: PractitionerId
    name: str = field(converter=nfc, validator=text())
    offers: Mapping[Mode, Offer]
    buffer_after: int = field(default=0, validator=_ticks)
    """Minutes kept free after the visit."""
    minimum_notice: timedelta = field(default=timedelta(0), validator=_not_negative)
    booking_horizon: timedelta = field(default=timedelta(days=90), validator=_not_negative)


@frozen
class OpeningHours:
    """Open on `weekdays` (ISO: Monday 1 to Sunday 7) from `opens` to `closes`, wall time.

    A `closes` at or before `opens` is on the next day; 00:00 is midnight at the end of the day.
    """

    weekdays: frozenset[int] = field(validator=_weekdays)
    opens: time = field(validator=_wall)
    closes: time = field(validator=_wall)
    modes: Modes
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day on which these hours hold."""

    def holds_on(self, day: date) -> bool:
        since, until = self.valid_from or date.min, self.valid_until or date.max
        return day.isoweekday() in self.weekdays and since <= day <= until


@frozen
class DatedException:
    """One day that differs in `modes`: closed, or open from `opens` to `closes` instead.

    Several for one day and mode add up; closed and open together is open.
    """

    day: date
    modes: Modes
    opens: time | None = field(default=None, validator=_wall)
    closes: time | None = field(default=None, validator=_wall)

    def __attrs_post_init__(self) -> None:
        if (self.opens is None) is not (self.closes is None):
            raise BadInput("exception", str(self.day), "both opens and closes, or neither")


@frozen
class Schedule:
    practitioner: PractitionerId
    zone: str = field()
    hours: tuple[OpeningHours, ...] = ()
    exceptions: tuple[DatedException, ...] = ()
    edited: frozenset[str] = frozenset()
    """Which of `hours` and `exceptions` were changed by hand; the clinic's file keeps off them."""

    @zone.validator
    def _known_zone(self, _: object, value: str) -> None:
        zone(value)

    def open_on(self, day: date, mode: Mode) -> tuple[tuple[time, time], ...]:
        """From when to when it is open in `mode` on `day`: its exceptions, or else its week."""
        special = [one for one in self.exceptions if one.day == day and mode in one.modes]
        weekly = [one for one in self.hours if mode in one.modes and one.holds_on(day)]
        rows: Sequence[OpeningHours | DatedException] = special or weekly
        found = ((one.opens, one.closes) for one in rows)
        return tuple(sorted((o, c) for o, c in found if o is not None and c is not None))


@frozen
class Unavailability:
    """Not there in one mode; `source` says where it was said (by hand, a calendar's name)."""

    id: UnavailabilityId = field(validator=is_id)
    practitioner: PractitionerId
    mode: Mode
    interval: Interval
    source: str = ""
