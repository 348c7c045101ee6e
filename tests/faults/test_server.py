"""A PostgreSQL server crashes, is away or has no connection left, in the midst of traffic.

Trouble is told in words, nothing that was answered is lost, nothing is done twice, and all goes on
by itself as soon as the server is back.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from command_line import run
from databases import Server
from faults.conftest import LONG
from faults.day import DR, MONDAY
from faults.traffic import FEE, Traffic
from teleconsult_cli.exit_codes import Exit
from teleconsult_core.appointments import Cancelled, Confirmed
from teleconsult_core.ledger import balances
from teleconsult_core.refusals import SlotTaken
from teleconsult_core.times import Interval
from teleconsult_wiring import App, Settings, one_round, open_app

CRASHES = 30 if LONG else 2
AWAY_SECONDS = 120.0 if LONG else 1.0
STANDING = (Confirmed, Cancelled)
THREE_MONTHS = Interval(MONDAY, MONDAY.replace(month=6))
MakeClinic = Callable[[Server], Settings]


def agree(app: App, traffic: Traffic) -> None:
    """Every answer, the clinic and the card network's books say the same, after a calm hour."""
    for _ in range(20):
        app.sandbox.clock.forward(timedelta(minutes=3))
        assert not one_round(app).troubles
    with app.desk.open_work(writing=False) as work:
        kept = {one.terms.id: one for one in work.appointments.starting(DR, THREE_MONTHS)}
        holds = {id: list(work.holds.of(id)) for id in kept}
        assert work.operations.open_count() == 0
        assert sum(balances(work.ledger.every()).values()) == 0
    for id, answer in traffic.answers.items():
        assert isinstance(kept.get(id), answer) if answer in STANDING else id not in kept, id
    assert {id for id in kept if isinstance(kept[id], STANDING)} <= set(traffic.answers)
    standing = [one for one in kept.values() if isinstance(one, Confirmed)]
    assert all(a.terms.blocks_until <= b.terms.start for a, b in pairwise(standing))
    live = {id: [hold for hold in of if hold.live] for id, of in holds.items()}
    assert {id for id, of in live.items() if of} == {one.terms.id for one in standing}
    held = sum(book.held.minor for book in app.sandbox.cards.books())
    assert held == len(standing) * FEE.minor
    report = app.desk.reconcile(since=MONDAY, now=app.now())
    assert report.agrees, report


def test_it_crashes_again_and_again(own_server: Server, on_a_server: MakeClinic) -> None:
    with closing(open_app(on_a_server(own_server))) as app:
        traffic = Traffic(app)
        with traffic.under_way():
            for _ in range(CRASHES):
                traffic.goes_on()
                own_server.crash()
            traffic.goes_on()
        assert traffic.troubles
        assert all("try again" in one for one in traffic.troubles)
        agree(app, traffic)


def test_it_is_away_for_a_while(
    own_server: Server, on_a_server: MakeClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = on_a_server(own_server)
    monkeypatch.setenv("TELECONSULT_DATABASE_URL", settings.database_url)
    with closing(open_app(settings)) as app:
        traffic = Traffic(app)
        with traffic.under_way():
            traffic.goes_on()
            with own_server.stopped():
                answered = len(traffic.answers)
                time.sleep(AWAY_SECONDS)
                assert len(traffic.answers) == answered
                told = run("--home", settings.home, "agenda", "--practitioner", DR)
                assert told.code == Exit.TEMPORARY
                assert "cannot be reached" in told.err
                assert "Traceback" not in told.err
            traffic.goes_on()
        assert all("try again" in one for one in traffic.troubles)
        agree(app, traffic)


def test_it_has_fewer_connections_than_there_are_programs(
    small_server: Server, on_a_server: MakeClinic
) -> None:
    settings = on_a_server(small_server)
    with ExitStack() as opened:
        taken = [sa.create_engine(small_server.address).connect() for _ in range(7)]
        for connection in taken:
            opened.callback(connection.engine.dispose)
            opened.enter_context(connection)
        app = opened.enter_context(closing(open_app(settings)))
        traffic = Traffic(app)
        with traffic.under_way(people=8):
            traffic.goes_on()
            for connection in taken:
                connection.close()
                connection.engine.dispose()
            traffic.goes_on()
        assert any("too many connections" in one for one in traffic.troubles)
        assert all("try again" in one for one in traffic.troubles)
        agree(app, traffic)


@pytest.mark.parametrize("slots", [1, 50])
def test_two_hundred_want_the_same_times(
    newest: Server, on_a_server: MakeClinic, slots: int
) -> None:
    with closing(open_app(on_a_server(newest))) as app:
        traffic = Traffic(app)
        traffic.a_crowd(200, slots)
        answers = Counter(traffic.answers.values())
        assert answers == {Confirmed: slots, SlotTaken: 200 - slots}
        agree(app, traffic)
