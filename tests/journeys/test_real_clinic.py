"""A real clinic for nine weeks across the change to summer time: nothing that must never be false.

`season.py` lives through the weeks once; each test here asks one invariant of what came of it.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from journeys.season import APPOINTMENTS, BEGIN, SUPPORT, Season, live_through
from teleconsult_core.appointments import (
    BLOCKING,
    Appointment,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
)
from teleconsult_core.holds import CHARGED, CardHold
from teleconsult_core.ids import ReceiptNumber
from teleconsult_core.ledger import Account, balances
from teleconsult_core.messages import Channel, Kind, MessageState
from teleconsult_core.payments import Operation, OperationState, Verb
from teleconsult_core.people import ErasedPatient, Patient
from teleconsult_core.receipts import Receipt, ReceiptKind
from teleconsult_sqlalchemy import SqlStore, engine_for

BRUSSELS = ZoneInfo("Europe/Brussels")
SUMMER_TIME = datetime(2027, 3, 28, 1, tzinfo=UTC)
OVER = (Completed, NoShow, Cancelled, Lapsed)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    lived = live_through(tmp_path_factory.mktemp("season"))
    yield lived
    lived.app.close()


def holds_of(season: Season, appointment: Appointment) -> list[CardHold]:
    with season.app.desk.open_work(writing=False) as work:
        return list(work.holds.of(appointment.terms.id))


def operations_of(season: Season, hold: CardHold) -> list[Operation]:
    with season.app.desk.open_work(writing=False) as work:
        return list(work.operations.of(hold.id))


def receipts_of(season: Season, appointment: Appointment) -> list[Receipt]:
    with season.app.desk.open_work(writing=False) as work:
        return list(work.receipts.of(appointment.terms.id))


def test_the_season_is_what_it_claims_to_be(season: Season) -> None:
    everything = season.everything()
    assert len(everything) >= APPOINTMENTS
    assert {type(one) for one in everything} >= {Completed, NoShow, Cancelled, Lapsed}
    starts = [one.terms.start for one in everything]
    assert min(starts) < SUMMER_TIME < max(starts)
    seen = set(season.outcomes)
    assert {"move: Confirmed", "refund: Operation", "absent: Cancelled"} <= seen
    assert {"book: BeingChecked", "book: CardBrandRefused", "book: CardDeclined"} <= seen


def test_invariant_01_no_two_active_appointments_overlap(season: Season) -> None:
    by_practitioner = itertools.groupby(
        sorted(
            (one for one in season.everything() if isinstance(one, BLOCKING)),
            key=lambda one: (one.terms.practitioner, one.terms.start),
        ),
        key=lambda one: one.terms.practitioner,
    )
    for _, appointments in by_practitioner:
        for one, following in itertools.pairwise(appointments):
            assert not one.terms.blocked.overlaps(following.terms.blocked)


def test_invariant_02_captured_once_and_within_consent(season: Season) -> None:
    captured = 0
    for appointment in season.everything():
        charged = [hold for hold in holds_of(season, appointment) if hold.captured.minor]
        assert len(charged) <= 1
        for hold in charged:
            captured += 1
            with season.app.desk.open_work(writing=False) as work:
                consents = {c.attempt: c.consent for c in work.consents.of(appointment.terms.id)}
            assert hold.captured <= consents[hold.attempt].amount
    assert captured > 50
    books = [book for book in season.app.sandbox.cards.books() if book.captured.minor]
    assert len(books) == captured


def test_invariant_03_our_ledger_equals_the_networks_books(season: Season) -> None:
    report = season.app.desk.reconcile(since=BEGIN, now=season.now)
    assert report.agrees, report
    books = season.app.sandbox.cards.books()
    with season.app.desk.open_work(writing=False) as work:
        sums = balances(work.ledger.every())
    net = sum(book.captured.minor - book.refunded.minor for book in books)
    assert sums[Account.NETWORK, "EUR"] == net > 0
    assert sum(sums.values()) == 0


def test_invariant_04_nothing_is_captured_without_a_decision_or_refunded_but_by_support(
    season: Season,
) -> None:
    refunds = 0
    for appointment in season.everything():
        for hold in holds_of(season, appointment):
            if hold.state in CHARGED:
                fee = getattr(appointment, "fee", None)
                assert getattr(appointment, "decided_by", None) or fee
            for operation in operations_of(season, hold):
                if operation.verb is Verb.REFUND:
                    refunds += 1
                    with season.app.desk.open_work(writing=False) as work:
                        log = work.audit.of_subject(appointment.terms.id)
                    assert SUPPORT in {e.actor for e in log if e.action == "refund"}
    assert refunds > 5


def test_invariant_05_no_live_hold_remains_on_what_is_over(season: Season) -> None:
    for appointment in season.everything():
        if isinstance(appointment, OVER):
            assert not [hold for hold in holds_of(season, appointment) if hold.live]
    assert not [book for book in season.app.sandbox.cards.books() if book.held.minor]


def test_invariant_06_only_the_two_of_them_enter_and_only_when_they_may(season: Season) -> None:
    assert len(season.grants) > 100
    assert season.refused_strangers > 100
    early, late = timedelta(minutes=15), timedelta(minutes=60)
    for grant in season.grants:
        terms = grant.appointment.terms
        assert grant.by.id in {terms.patient, terms.practitioner}
        assert grant.covered
        assert terms.start - early <= grant.at < terms.end + late
        assert isinstance(grant.appointment, Confirmed)


def test_invariant_07_every_confirmed_appointment_is_reminded_once_per_channel(
    season: Season,
) -> None:
    reminded = 0
    for appointment in season.everything():
        with season.app.desk.open_work(writing=False) as work:
            messages = work.outbox.of(appointment.terms.id)
        reminders = [m for m in messages if m.kind is Kind.LAST_REMINDER]
        last = [m for m in reminders if m.state is MessageState.SENT]
        assert all(m.done_at <= appointment.terms.start for m in last)
        sequence = appointment.terms.sequence
        sent = Counter(m.channel for m in last if m.sequence == sequence)
        assert max(sent.values(), default=0) <= 1
        met = isinstance(appointment, Completed | NoShow)
        if met and appointment.terms.mode == "video":
            reminded += 1
            missing = set(Channel) - set(sent)
            down = any(
                outage.start <= appointment.terms.start - timedelta(hours=1)
                and appointment.terms.start <= outage.end
                for outage in season.outages
            )
            assert not missing or (down and missing == {Channel.SMS})
        if isinstance(appointment, Lapsed):
            assert not sent
    assert reminded > 50
    keys = [text.key for text in season.app.sandbox.phone.messages()]
    assert len(keys) == len(set(keys))


def test_invariant_08_documents_are_numbered_without_gaps(season: Season) -> None:
    issued: dict[str, list[int]] = {}
    for appointment in season.everything():
        receipts = receipts_of(season, appointment)
        for receipt in receipts:
            series, _, number = receipt.number.rpartition("-")
            issued.setdefault(series, []).append(int(number))
        holds = holds_of(season, appointment)
        charges = [r for r in receipts if r.kind in {ReceiptKind.RECEIPT, ReceiptKind.INDEMNITY}]
        assert len(charges) == len([hold for hold in holds if hold.captured.minor])
        done = [
            operation
            for hold in holds
            for operation in operations_of(season, hold)
            if operation.verb is Verb.REFUND and operation.state is OperationState.DONE
        ]
        notes = [r for r in receipts if r.kind is ReceiptKind.CREDIT_NOTE]
        assert sorted(note.amount.minor for note in notes) == [o.amount.minor for o in done]
    assert len(issued) >= 3
    for numbers in issued.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_invariant_09_what_is_loaded_is_what_was_stored(season: Season) -> None:
    other = engine_for(season.app.settings.database)
    with SqlStore(other).open_work(writing=False) as work:
        for one in season.everything():
            assert work.appointments.get(one.terms.id) == one
    other.dispose()
    unchanged = [one for one in season.last_told.values() if isinstance(one, OVER)]
    assert len(unchanged) > 100
    for told in unchanged:
        assert season.find(told.terms.id) == told


def test_invariant_10_said_twice_changes_nothing(season: Season) -> None:
    assert len(season.second_answers) > 500
    for what, first, second in season.second_answers:
        assert first == second, what


def test_invariant_11_instants_are_utc_and_wall_times_right(season: Season) -> None:
    everything = season.everything()
    assert {one.terms.start.tzinfo for one in everything} == {UTC}
    opening_hours = {one.terms.start.astimezone(BRUSSELS).hour for one in everything}
    assert opening_hours <= set(range(7, 22))
    after = [one for one in everything if one.terms.start > SUMMER_TIME]
    assert len(after) > 30
    texts = [t for t in season.app.sandbox.phone.messages() if ":LAST" in t.key.upper()]
    starts = {one.terms.id: one.terms.start.astimezone(BRUSSELS) for one in everything}
    shown = 0
    for text in texts:
        id, sequence = text.key.split(":")[:2]
        found = season.find(id)
        if found is None or found.terms.sequence != int(sequence):
            continue
        local = starts[id]
        assert re.search(rf"{local.hour}[h.:]{local.minute:02}", text.text), (text.text, local)
        shown += 1
    assert shown > 50


def test_invariant_12_an_erased_patient_is_nowhere(season: Season) -> None:
    desk, home = season.app.desk, season.app.settings.home
    with desk.open_work(writing=False) as work:
        known = (work.patients.get(one.terms.patient) for one in season.everything())
        patients = [one for one in known if isinstance(one, Patient)]
    ended = None
    for patient in patients:
        outcome = desk.erase_patient(patient=patient.id, by=SUPPORT, now=season.now)
        if isinstance(outcome, ErasedPatient) and _has_receipt(season, patient):
            ended = patient
            break
    assert ended is not None
    rows = sqlite3.connect(home / "clinic.sqlite3")
    tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    for table in tables:
        dump = repr(rows.execute(f'SELECT * FROM "{table}"').fetchall())  # noqa: S608 # our own names
        assert ended.phone not in dump, table
        assert ended.email not in dump, table
        assert (ended.name in dump) == (table.endswith("receipts")), table
    rows.close()


def _has_receipt(season: Season, patient: Patient) -> bool:
    with season.app.desk.open_work(writing=False) as work:
        return bool(work.receipts.of_patient(patient.id))


def test_a_receipt_of_the_season_prints_the_same_bytes_twice(season: Season) -> None:
    with season.app.desk.open_work(writing=False) as work:
        receipt = work.receipts.get(ReceiptNumber("dupont-2027-00001"))
    assert receipt is not None
    print_it = season.app.printer("Europe/Brussels").print
    assert print_it(receipt) == print_it(evolve(receipt)) != b""
