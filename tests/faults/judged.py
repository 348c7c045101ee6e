"""What a day has come to, once the dust has settled: compared with a day on which nothing happened.

`account` leaves out only when and under which chance name something happened.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from attrs import evolve, frozen

from faults.day import DAY, DR, MONDAY, PATIENTS, THURSDAY
from teleconsult_core.appointments import BLOCKING
from teleconsult_core.ids import AppointmentId
from teleconsult_core.ledger import balances
from teleconsult_core.messages import MessageState
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval
from teleconsult_wiring import App


@frozen
class Account:
    """Everything that should be the same whatever befell the processes."""

    appointments: tuple[Any, ...]
    holds: tuple[Any, ...]
    network: tuple[Any, ...]
    receipts: tuple[Any, ...]
    messages: Counter[Any]
    arrived: Counter[Any]


def account(app: App) -> Account:
    with app.desk.open_work(writing=False) as work:
        ids = [AppointmentId(name) for name in PATIENTS]
        found = [one for id in ids if (one := work.appointments.get(id)) is not None]
        messages = [message for id in ids for message in work.outbox.of(id)]
        return Account(
            appointments=tuple(
                (one.terms.id, one.state, getattr(one, "amount", None)) for one in found
            ),
            holds=tuple(
                (hold.appointment, hold.attempt, hold.state, hold.captured, hold.refunded)
                for id in ids
                for hold in work.holds.of(id)
            ),
            network=tuple(
                sorted(
                    (book.captured.minor, book.refunded.minor, book.held.minor)
                    for book in app.sandbox.cards.books()
                )
            ),
            receipts=tuple(
                sorted(
                    (receipt.kind, receipt.amount.minor)
                    for id in ids
                    for receipt in work.receipts.of(id)
                )
            ),
            messages=Counter((m.appointment, m.kind, m.channel, m.to, m.state) for m in messages),
            arrived=Counter(
                one.key for box in (app.sandbox.phone, app.sandbox.mailbox)
                for one in box.messages()
            ),
        )  # fmt: skip


def money(account: Account) -> Account:
    """Without the messages: on a late day some have lost their point, and others have one."""
    return evolve(account, messages=Counter(), arrived=Counter())


def messages_are_settled(account: Account) -> None:
    states = {state for *_, state in account.messages}
    assert states == {MessageState.SENT, MessageState.DROPPED}
    assert set(account.arrived.values()) == {1}


def must_hold(app: App) -> None:
    """What may not be false on any day, even one whose clock went wrong."""
    with app.desk.open_work(writing=False) as work:
        _no_overlap(work)
        _receipts_without_gaps(work)
        _documents_of_all_receipts(work)
        assert work.operations.open_count() == 0
        assert sum(balances(work.ledger.every()).values()) == 0
    # From the day before: the network may have another idea of when Monday began.
    report = app.desk.reconcile(since=MONDAY - DAY, now=app.now())
    assert report.agrees, report
    for book in app.sandbox.cards.books():
        assert not book.held.minor, book
        assert book.refunded <= book.captured, book


def _no_overlap(work: Work) -> None:
    window = Interval(MONDAY, THURSDAY.replace(hour=23))
    standing = [
        one for one in work.appointments.starting(DR, window) if isinstance(one, BLOCKING)
    ]  # fmt: skip
    assert all(a.terms.blocks_until <= b.terms.start for a, b in pairwise(standing))


def _receipts_without_gaps(work: Work) -> None:
    numbers = [int(one.number.rpartition("-")[2]) for one in work.receipts.of_series(DR, 2027)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def _documents_of_all_receipts(work: Work) -> None:
    for receipt in work.receipts.of_series(DR, 2027):
        document = work.receipts.document(receipt.number)
        assert document is not None, receipt.number
        assert document.intact
