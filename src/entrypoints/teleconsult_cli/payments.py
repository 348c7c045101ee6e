"""A practitioner's payments: what to decide first, each payment, and sums that add up."""

from __future__ import annotations

from collections.abc import Iterable

import click

from teleconsult_cli.asking import as_option
from teleconsult_cli.clinic_time import practitioner_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.main import cli
from teleconsult_cli.screen import Screen
from teleconsult_core.dashboard import PaymentLine, PaymentTotals
from teleconsult_core.ids import PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.people import Actor
from teleconsult_core.use_cases.show_payments import Forgotten

COLUMNS = (
    "consultation", "id", "state", "held", "until", "captured", "refunded", "disputed",
    "transfer", "expected on", "paid on",
)  # fmt: skip
SUMS = (
    "state", "payments", "held", "captured", "refunded", "disputed", "fee", "kept",
    "to come", "paid",
)  # fmt: skip


@command(cli, "payments")
@practitioner_option
@as_option
def payments(at: AtHand, practitioner: str, actor: Actor | None) -> None:
    """A practitioner's payments: held, captured, refunded, disputed, transferred."""
    shown = at.screen.unless_refused(
        at.desk.show_payments(
            practitioner=PractitionerId(practitioner), by=actor or OPERATOR, now=at.now
        )
    )
    if at.json:
        at.screen.value(
            {
                "to_decide": shown.to_decide,
                "payments": shown.lines,
                "transfers_known": shown.transfers_known,
                "totals": shown.totals,
                "totals_by_state": shown.totals_by_state,
            },
            "",
        )
        return
    for one in shown.to_decide:
        click.echo(_to_decide(at.screen, one))
    lines = [_line(at.screen, line) for line in shown.lines]
    at.screen.table(f"Payments of {practitioner}", COLUMNS, lines, None)
    if lines:
        sums = _sums((*shown.totals_by_state, *shown.totals))
        at.screen.table("Sums", SUMS, sums, None)
    if not shown.transfers_known:
        click.echo("The card network did not answer: transfers are not shown.", err=True)


def _to_decide(screen: Screen, one: Forgotten) -> str:
    terms = one.appointment.terms
    head = f"To decide: {terms.id}, {screen.wall(terms.start)}"
    if one.lapses_at is None or one.line.hold is None:
        return f"{head}: no hold stands, nothing can be charged"
    return f"{head}: {one.line.hold.amount} held, lapses {screen.wall(one.lapses_at)}"


def _line(screen: Screen, line: PaymentLine) -> tuple[str, ...]:
    terms, hold, transfer = line.appointment.terms, line.hold, line.transfer
    expected = "—"
    if transfer is not None:
        expected = screen.day(transfer.expected_on)
    elif line.expected:
        expected = f"{screen.day(line.expected[0])} to {screen.day(line.expected[1])}"
    return (
        screen.wall(terms.start),
        terms.id,
        hold.state.value,
        _some(line.held),
        screen.wall(hold.until if line.held.minor else None),
        _some(hold.captured),
        _some(hold.refunded),
        _some(line.disputed),
        _some(transfer.amount) if transfer else "—",
        expected,
        screen.day(transfer.paid_on) if transfer and transfer.paid_on else "—",
    )


def _sums(sums: Iterable[PaymentTotals]) -> list[tuple[str, ...]]:
    return [
        (
            one.state.value if one.state else "total",
            str(one.payments),
            *map(str, (one.held, one.captured, one.refunded, one.disputed)),
            *map(str, (one.fee, one.kept, one.to_come, one.paid)),
        )
        for one in sums
    ]


def _some(amount: Money) -> str:
    return str(amount) if amount.minor else "—"
