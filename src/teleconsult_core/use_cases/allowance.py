"""The monthly SMS allowance of a practitioner (S6). Not a use case: asked by delivering."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from teleconsult_core.ids import MessageId, PractitionerId
from teleconsult_core.messages import Channel, Kind, Message, To
from teleconsult_core.people import Practice
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval, zone


def month_of(now: datetime, practice: Practice) -> Interval:
    """The calendar month of `now` in the practice's zone."""
    tz = zone(practice.zone)
    first = now.astimezone(tz).date().replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Interval(datetime.combine(first, time(), tz), datetime.combine(following, time(), tz))


def allowance_left(
    work: Work, practitioner: PractitionerId, practice: Practice, now: datetime
) -> int:
    """Segments left this month; video reminders were never counted."""
    found = work.clinic.practitioner(practitioner)
    allowed = found.sms_allowance if found else 0
    return max(0, allowed - work.outbox.segments_used(practitioner, month_of(now, practice)))


def warn_about_allowance(
    work: Work, practitioner: PractitionerId, practice: Practice, left: int, now: datetime
) -> None:
    """Tell practitioner and operator once a month that it runs low, and once that it has ended."""
    found = work.clinic.practitioner(practitioner)
    allowed = found.sms_allowance if found else 0
    reserve = allowed * (100 - practice.policies.sms_warning_percent) // 100
    if left > reserve:
        return
    kind = Kind.ALLOWANCE_LOW if left >= 0 else Kind.ALLOWANCE_USED
    month = month_of(now, practice)
    label = f"{now.astimezone(zone(practice.zone)):%Y-%m}"
    work.outbox.plan(
        Message(
            id=MessageId(f"{practitioner}:{label}:{kind.value}:{to.value}"),
            kind=kind,
            channel=Channel.EMAIL,
            to=to,
            practitioner=practitioner,
            due_at=now,
            useful_until=month.end,
            about=f"{max(left, 0)}/{allowed}",
        )
        for to in (To.PRACTITIONER, To.PRACTICE)
    )
