"""A consultation that never was, for trying what messages look like and whether they arrive.

The practice is real, the patient is not, and the links open nothing. May import the core.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from teleconsult_core.gateways import Facts, Invitation, Method
from teleconsult_core.links import Purpose, Site
from teleconsult_core.messages import Kind
from teleconsult_core.money import Money
from teleconsult_core.people import Practice
from teleconsult_core.slots import Mode
from teleconsult_core.times import wall_to_utc, zone

_ABOUT = {Kind.ALLOWANCE_LOW: "12/60", Kind.ALLOWANCE_USED: "0/60", Kind.UNDELIVERED: "sms patient"}
_CANCELS = frozenset({Kind.CANCELLED, Kind.LAPSED})
_INVITES = frozenset({Kind.BOOKED, Kind.PLEASE_CONFIRM, Kind.MOVED})
_NOTHING_OPENS = "sample" + "0" * 37
"""As long as a link's token is."""


def sample_facts(
    kind: Kind, practice: Practice, practitioner: str, site: Site, now: datetime, *, video: bool
) -> Facts:
    """What a message of `kind` would say of a consultation the day after tomorrow at half past ten.

    Tomorrow's may stand in the calendar of whoever tries; this one is gone with a cancellation.
    """
    tz = zone(practice.zone)
    day = now.astimezone(tz).date() + timedelta(days=2)
    start = wall_to_utc(day, time(10, 30), tz) or now + timedelta(days=2)
    link = site.address(Purpose.JOIN, _NOTHING_OPENS)
    return Facts(
        patient_name="Zoé Lefèvre",
        practitioner_name=practitioner,
        practice_name=practice.name,
        practice_phone=practice.phone,
        practice_address=practice.address,
        zone=practice.zone,
        mode=Mode.VIDEO if video else Mode.IN_PERSON,
        start=start,
        end=start + timedelta(minutes=20),
        deadline=start,
        fee=Money(45_00, practice.currency) if video else None,
        amount=Money(30_00, practice.currency),
        link=link if video else "",
        about=_ABOUT.get(kind, ""),
        invitation=_invitation(kind, site, now),
    )


def _invitation(kind: Kind, site: Site, now: datetime) -> Invitation | None:
    if kind not in _INVITES | _CANCELS:
        return None
    method = Method.CANCEL if kind in _CANCELS else Method.REQUEST
    sequence = {Kind.MOVED: 1}.get(kind, 2 if kind in _CANCELS else 0)
    return Invitation(
        method, f"sample@{site.host}", sequence, now, confirmed=kind is not Kind.PLEASE_CONFIRM
    )
