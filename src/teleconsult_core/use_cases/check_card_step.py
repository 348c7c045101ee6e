"""What became of the card step: asked when the patient comes back from his bank's page.

What the browser says on its return is never believed; the network's books are looked at.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Confirmed
from teleconsult_core.holds import CHARGED, HoldState
from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import Ports, PortTrouble
from teleconsult_core.refusals import NotFound, NothingToDo
from teleconsult_core.use_cases.card_step import BeingChecked, CardStep, where_it_stands
from teleconsult_core.use_cases.settle_payment import settle_payment


def check_card_step(
    ports: Ports, *, appointment: AppointmentId, now: datetime
) -> CardStep | Confirmed | NotFound | NothingToDo:
    """Look at the newest hold at the network and settle what is found."""
    with ports.open_work(writing=False) as work:
        found = work.appointments.get(appointment)
        holds = work.holds.of(appointment)
    if found is None:
        return NotFound(what="appointment", id=appointment)
    if not holds:
        return found if isinstance(found, Confirmed) else NothingToDo(why="no card was given yet")
    newest = holds[-1]
    if newest.state in CHARGED | {HoldState.CAPTURING}:
        return NothingToDo(why="the card step is over, and the consultation too")
    if newest.ref is None:
        return where_it_stands(ports, found, newest)
    try:
        view = ports.cards.look(ref=newest.ref)
    except PortTrouble as trouble:
        return BeingChecked(found, str(trouble))
    settled = settle_payment(ports, appointment=appointment, hold=newest.id, view=view, now=now)
    return where_it_stands(ports, settled.appointment, settled.hold)
