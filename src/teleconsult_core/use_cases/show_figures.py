"""A practitioner's weeks in figures: how full they were, how many did not come, what was charged.

Opening hours are those of the schedule as it is now, with its exceptions, in either mode; what was
unavailable is not taken off, since it was open before somebody said so. A week begins on Monday.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from attrs import frozen

from teleconsult_core.appointments import Appointment, Cancelled, Completed, Lapsed, NoShow
from teleconsult_core.audit import AuditEntry
from teleconsult_core.grid import starts_between
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.money import Money, zero
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.schedules import Schedule
from teleconsult_core.slots import Mode
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval, zone
from teleconsult_core.use_cases.look_at import note_looks
from teleconsult_core.use_cases.permissions import not_their_practitioner
from teleconsult_core.use_cases.record import the_practice

TICK = 5
"""Minutes."""


@frozen
class WeekFigures:
    """One week from `monday` on. Minutes are of the practitioner's time, in either mode.

    `came` and `missed` count consultations that were decided; `charged` is what was taken for the
    week's appointments less what was given back.
    """

    monday: date
    open_minutes: int
    booked_minutes: int
    came: int
    missed: int
    charged: Money

    @property
    def occupancy(self) -> float | None:
        """Booked over open, or None in a week that was closed; above 1 with overtime."""
        return self.booked_minutes / self.open_minutes if self.open_minutes else None


@frozen
class Figures:
    """Weeks from the oldest on; the last one is not over yet."""

    weeks: tuple[WeekFigures, ...]

    @property
    def decided(self) -> int:
        """Of how many appointments the rate of absences is (its n)."""
        return sum(week.came + week.missed for week in self.weeks)

    @property
    def no_show_rate(self) -> float | None:
        """Absences over decided appointments, or None when there are none."""
        missed = sum(week.missed for week in self.weeks)
        return missed / self.decided if self.decided else None


def show_figures(
    ports: Ports, *, practitioner: PractitionerId, weeks: int = 8, by: Actor, now: datetime
) -> Figures | NotFound | NotYours:
    """The last `weeks` weeks with the one of `now`; for himself and staff. The look is noted."""
    if refusal := not_their_practitioner(practitioner, by):
        return refusal
    with ports.open_work(writing=False) as work:
        schedule = work.clinic.schedule(practitioner)
        if work.clinic.practitioner(practitioner) is None or schedule is None:
            return NotFound(what="practitioner", id=practitioner)
        today = now.astimezone(zone(schedule.zone)).date()
        monday = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
        taken: dict[AppointmentId, list[CardHold]] = {}
        for hold in work.holds.of_practitioner(practitioner):
            taken.setdefault(hold.appointment, []).append(hold)
        nothing = zero(the_practice(work).currency)
        found = tuple(
            _week(work, schedule, monday + timedelta(days=7 * n), taken, nothing)
            for n in range(weeks)
        )
    note_looks(ports, AuditEntry(now, by, "look at figures", practitioner))
    return Figures(found)


def _week(
    work: Work,
    schedule: Schedule,
    monday: date,
    taken: dict[AppointmentId, list[CardHold]],
    nothing: Money,
) -> WeekFigures:
    window = Interval(_midnight(schedule, monday), _midnight(schedule, monday + timedelta(days=7)))
    kept = [
        one
        for one in work.appointments.starting(schedule.practitioner, window)
        if not isinstance(one, Cancelled | Lapsed)
    ]
    charged = [hold.refundable for one in kept for hold in taken.get(one.terms.id, [])]
    return WeekFigures(
        monday=monday,
        open_minutes=_open_minutes(schedule, window),
        booked_minutes=sum(_minutes(one) for one in kept),
        came=sum(isinstance(one, Completed) and one.decided_by is not None for one in kept),
        missed=sum(isinstance(one, NoShow) for one in kept),
        charged=_sum(charged, nothing),
    )


def _open_minutes(schedule: Schedule, window: Interval) -> int:
    first, last = (int(at.timestamp()) // 60 for at in (window.start, window.end))
    ticks = {
        start for mode in Mode for start in starts_between(schedule, mode, TICK, first, last - TICK)
    }
    return TICK * len(ticks)


def _minutes(found: Appointment) -> int:
    return int((found.terms.end - found.terms.start).total_seconds()) // 60


def _sum(sums: Sequence[Money], nothing: Money) -> Money:
    total = nothing
    for sum in sums:
        if sum.currency == nothing.currency:
            total = total + sum
    return total


def _midnight(schedule: Schedule, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone(schedule.zone)).astimezone(UTC)
