"""Signing in at the same instant, on a file and on a server: what is good once is good once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from databases import Server
from teleconsult_core.ids import LinkId, PasskeyId, StaffId
from teleconsult_core.passkeys import Passkey
from teleconsult_core.people import Role
from teleconsult_core.refusals import LinkDead, SignInRefused
from teleconsult_core.sign_ins import MOST_SESSIONS, Session, StaffMember
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


def with_passkey(world: World) -> PasskeyId:
    id = PasskeyId("phone")
    with world.store.open_work() as work:
        work.passkeys.put(Passkey(id, SOFIE.id, "Phone", "public", 0, world.now))
        work.commit()
    return id


def test_a_question_to_a_device_is_answered_once(world: World) -> None:
    id = with_passkey(world)
    world.desk.ask_passkey(challenge="question", now=world.now)

    def touch(number: int) -> Session | SignInRefused:
        return world.desk.sign_in_by_passkey(
            challenge="question", passkey=id, uses_in=lambda _: 0, token=str(number), now=world.now
        )

    answers = at_once(touch)
    assert [isinstance(one, Session) for one in answers].count(True) == 1


def test_a_device_and_its_copy_do_not_both_come_in(world: World) -> None:
    id = with_passkey(world)

    def touch(number: int) -> Session | SignInRefused:
        world.desk.ask_passkey(challenge=f"question {number}", now=world.now)
        return world.desk.sign_in_by_passkey(
            challenge=f"question {number}", passkey=id, uses_in=lambda _: 1, token=str(number),
            now=world.now,
        )  # fmt: skip

    answers = at_once(touch)
    assert [isinstance(one, Session) for one in answers].count(True) == 1


def test_who_comes_in_four_times_at_once_has_no_more_than_he_may(world: World) -> None:
    for step in range(1, MOST_SESSIONS):
        world.desk.sign_in(
            email=SOFIE.email, password_fits=lambda _: True, step_of=lambda _: step,  # noqa: B023
            token=f"before {step}", now=world.now,
        )  # fmt: skip
    id = with_passkey(world)

    def touch(number: int) -> Session | SignInRefused:
        world.desk.ask_passkey(challenge=f"question {number}", now=world.now)
        return world.desk.sign_in_by_passkey(
            challenge=f"question {number}", passkey=id, uses_in=lambda _: 0, token=str(number),
            now=world.now,
        )  # fmt: skip

    assert all(isinstance(one, Session) for one in at_once(touch))
    with world.store.open_work(writing=False) as work:
        assert len(work.sessions.of(SOFIE.actor)) == MOST_SESSIONS


def test_signing_in_out_and_another_password_at_once_end_in_order(world: World) -> None:
    """Nobody waits for anybody for ever, and whoever changed the password is in alone."""
    for step in (1, 2):
        world.desk.sign_in(
            email=SOFIE.email, password_fits=lambda _: True, step_of=lambda _: step,  # noqa: B023
            token=str(step), now=world.now,
        )  # fmt: skip

    def act(number: int) -> object:
        if number == 0:
            return world.desk.end_all_sessions(token="2", now=world.now)
        if number == 1:
            return world.desk.open_session(token="2", now=world.now)
        return world.desk.change_own_password(
            token="1", password_fits=lambda _: True, step_of=lambda _: 3, password_hash="new",
            fresh=f"fresh {number}", now=world.now,
        )  # fmt: skip

    answers = at_once(act)
    changed = [isinstance(one, Session) for one in answers[2:]].count(True)
    with world.store.open_work(writing=False) as work:
        (member,) = work.staff.every()
        left = work.sessions.of(SOFIE.actor)
    assert changed <= 1
    assert (member.password_hash == "new") is bool(changed)
    assert len(left) <= changed
