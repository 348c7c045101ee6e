"""What a link in a message opens: one person, one purpose, one appointment. Reading only.

Opening a link changes nothing (mail programs open links too); only what is done after it does.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.links import Link, Purpose, hash_token
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import LinkDead


def open_link(ports: Ports, *, token: str, purpose: Purpose, now: datetime) -> Link | LinkDead:
    """The link behind `token`, or one and the same answer whatever is wrong with it."""
    with ports.open_work(writing=False) as work:
        link = work.links.by_hash(hash_token(token))
        appointment = work.appointments.get(link.appointment) if link else None
    if link is None or appointment is None or link.purpose is not purpose:
        return LinkDead()
    return link if link.alive(now, appointment.terms.sequence) else LinkDead()
