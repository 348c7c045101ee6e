"""Waive a no-show: the patient did not come, and nothing is charged (S9)."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import NoShow
from teleconsult_core.ids import AppointmentId
from teleconsult_core.money import Money
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound
from teleconsult_core.use_cases.mark_no_show import NotMarked, mark_no_show


def waive_no_show(
    ports: Ports, *, appointment: AppointmentId, by: Actor, now: datetime
) -> NoShow | NotMarked:
    """Record the no-show and let the hold go."""
    with ports.open_work(writing=False) as work:
        found = work.appointments.get(appointment)
    if found is None:
        return NotFound(what="appointment", id=appointment)
    nothing = Money(0, found.terms.fee.currency)
    return mark_no_show(ports, appointment=appointment, amount=nothing, by=by, now=now)
