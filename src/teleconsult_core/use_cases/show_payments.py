"""The practitioner's payments: forgotten decisions first, then every payment (S15, S16).

Reading waits for nobody. That somebody looked is written to the audit log before it is shown.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment, Confirmed
from teleconsult_core.audit import AuditEntry
from teleconsult_core.dashboard import PaymentLine, PaymentTotals, totals, totals_by_state
from teleconsult_core.holds import CHARGED, CardHold
from teleconsult_core.ids import HoldRef, PractitionerId
from teleconsult_core.payments import Transfer
from teleconsult_core.people import Actor
from teleconsult_core.policies import Policies, transfer_window
from teleconsult_core.ports import Ports, PortTrouble
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.look_at import AgendaLine, agenda_line, note_looks
from teleconsult_core.use_cases.permissions import not_their_practitioner
from teleconsult_core.use_cases.record import the_practice

Transfers = dict[HoldRef, Transfer]


@frozen
class Forgotten:
    """A consultation that is over, and nobody has said what it costs.

    `lapses_at` is when the hold ends by itself and nothing can be charged any more; None when no
    hold stands.
    """

    line: AgendaLine
    lapses_at: datetime | None

    @property
    def appointment(self) -> Appointment:
        return self.line.appointment


@frozen
class Payments:
    """The dashboard: decisions to be made, the most urgent first; then payments, newest first."""

    to_decide: tuple[Forgotten, ...]
    lines: tuple[PaymentLine, ...]
    transfers_known: bool
    """False when the network did not answer, and expected dates are only our own."""

    @property
    def totals(self) -> tuple[PaymentTotals, ...]:
        return totals(self.lines)

    @property
    def totals_by_state(self) -> tuple[PaymentTotals, ...]:
        return totals_by_state(self.lines)


def show_payments(
    ports: Ports, *, practitioner: PractitionerId, by: Actor, now: datetime
) -> Payments | NotFound | NotYours:
    """Every payment of a practitioner with its state and its transfer; for himself and staff."""
    if refusal := not_their_practitioner(practitioner, by):
        return refusal
    transfers = _transfers(ports, practitioner)
    with ports.open_work(writing=False) as work:
        if work.clinic.practitioner(practitioner) is None:
            return NotFound(what="practitioner", id=practitioner)
        policies = the_practice(work).policies
        lines, waiting = [], {}
        for hold in reversed(work.holds.of_practitioner(practitioner)):
            appointment = work.appointments.get(hold.appointment)
            if appointment is None:
                continue
            lines.append(_line(appointment, hold, transfers or {}, policies))
            if isinstance(appointment, Confirmed) and appointment.terms.end <= now:
                waiting[appointment.terms.id] = _forgotten(work, appointment, now)
    note_looks(ports, AuditEntry(now, by, "look at payments", practitioner))
    urgent = sorted(waiting.values(), key=_urgency)
    return Payments(tuple(urgent), tuple(lines), transfers is not None)


def _transfers(ports: Ports, practitioner: PractitionerId) -> Transfers | None:
    try:
        return {one.ref: one for one in ports.cards.transfers(practitioner=practitioner)}
    except PortTrouble:
        return None


def _line(
    appointment: Appointment, hold: CardHold, transfers: Transfers, policies: Policies
) -> PaymentLine:
    charged = hold.state in CHARGED
    expected = transfer_window(appointment.terms.end, policies) if charged else None
    return PaymentLine(appointment, hold, expected, transfers.get(hold.ref) if hold.ref else None)


def _forgotten(work: Work, appointment: Confirmed, now: datetime) -> Forgotten:
    line = agenda_line(work, appointment, now)
    stands = line.hold is not None and line.hold.standing(now)
    return Forgotten(line, line.hold.until if line.hold and stands else None)


def _urgency(one: Forgotten) -> tuple[bool, datetime]:
    """What lapses soonest first; where no hold stands it is too late already."""
    return one.lapses_at is None, one.lapses_at or one.appointment.terms.end
