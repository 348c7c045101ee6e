"""Signing in at the same instant, on a file and on a server: what is good once is good once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from databases import Server
from teleconsult_core.ids import LinkId, StaffId
from teleconsult_core.people import Role
from teleconsult_core.refusals import LinkDead, SignInRefused
from teleconsult_core.sign_ins import Session, StaffMember
from teleconsult_core.testing.contracts.races import at_once
from teleconsult_sqlalchemy import SqlStore
from world import ANN, OPERATOR, World

SOFIE = StaffMember(StaffId("sofie"), Role.SUPPORT, "sofie@example.org", "hash", "secret")


@pytest.fixture(params=["file", "server"])
def world(request: pytest.FixtureRequest, newest: Server) -> World:
    """Somebody of support, and a patient."""
    on_server = request.param == "server"
    engine: sa.Engine = newest.emptied() if on_server else request.getfixturevalue("engine")
    world = World(SqlStore(engine))
    world.desk.add_staff_member(member=SOFIE, by=OPERATOR, now=world.now)
    with world.store.open_work() as work:
        work.patients.put(ANN)
        work.commit()
    return world


def test_a_code_lets_one_in(world: World) -> None:
    def come(number: int) -> Session | SignInRefused:
        return world.desk.sign_in(
            email=SOFIE.email, password_fits=lambda _: True, step_of=lambda _: 7,
            token=str(number), now=world.now,
        )  # fmt: skip

    answers = at_once(come)
    assert [isinstance(one, Session) for one in answers].count(True) == 1
    with world.store.open_work(writing=False) as work:
        assert len(work.sessions.of(SOFIE.actor)) == 1


def test_every_failure_counts(world: World) -> None:
    def fail(number: int) -> Session | SignInRefused:
        return world.desk.sign_in(
            email=SOFIE.email, password_fits=lambda _: False, step_of=lambda _: 7,
            token=str(number), now=world.now,
        )  # fmt: skip

    assert at_once(fail) == [SignInRefused()] * 4
    with world.store.open_work(writing=False) as work:
        (member,) = work.staff.every()
    assert member.failures == 4


def test_a_link_opens_one_session(world: World) -> None:
    id = LinkId("sign-in:1")
    world.desk.ask_sign_in_link(id=id, email=ANN.email, browser="hers", now=world.now)

    def take(number: int) -> object:
        return world.desk.take_sign_in_link(
            token=world.desk.tokens.token(id), browser="hers", session=str(number), now=world.now
        )

    answers = at_once(take)
    assert answers.count(LinkDead()) == 3
    assert [isinstance(one, Session) for one in answers].count(True) == 1
