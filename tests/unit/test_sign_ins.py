"""Staff, sessions and links to accounts: what they are, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.ids import PractitionerId
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import BadInput
from teleconsult_core.sign_ins import (
    FREE_TRIES,
    LINK_LIVES,
    LONGEST_WAIT,
    PATIENT_IDLE,
    PATIENT_LONGEST,
    STAFF_IDLE,
    STAFF_LONGEST,
    folded_email,
    wait_after,
)
from teleconsult_core.testing.builders import a_session, a_sign_in_link, a_staff_member

NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
times = st.lists(st.timedeltas(timedelta(0), timedelta(hours=2)), max_size=60)


@given(st.integers(0, 10_000))
def test_the_wait_grows_and_has_a_bound(failures: int) -> None:
    wait = wait_after(failures)
    assert timedelta(0) <= wait <= wait_after(failures + 1) <= LONGEST_WAIT
    assert bool(wait) is (failures >= FREE_TRIES)


def test_who_fails_five_times_waits_and_who_comes_in_has_nothing_against_him() -> None:
    member = a_staff_member()
    for _ in range(FREE_TRIES - 1):
        member = member.failed(NOW)
        assert not member.locked(NOW)
    member = member.failed(NOW)
    assert member.locked(NOW)
    assert not member.locked(NOW + MINUTE)
    member = member.failed(NOW + MINUTE)
    assert member.locked(NOW + 2 * MINUTE)
    assert not member.locked(NOW + 3 * MINUTE)
    assert member.came_in(7) == evolve(a_staff_member(), last_step=7)
    assert evolve(member, active=False).reset("new", "other") == evolve(
        a_staff_member(), password_hash="new", totp_secret="other"
    )


@pytest.mark.parametrize(
    ("role", "practitioner"),
    [(Role.PATIENT, None), (Role.SYSTEM, None), (Role.PRACTITIONER, None), (Role.SUPPORT, "dr")],
)
def test_who_is_no_staff_is_refused(role: Role, practitioner: str | None) -> None:
    with pytest.raises(BadInput):
        a_staff_member(role=role, practitioner=practitioner)


def test_a_practitioner_acts_as_himself_and_nobody_shows_secrets() -> None:
    doctor = a_staff_member(role=Role.PRACTITIONER, practitioner=PractitionerId("dupont"))
    assert doctor.actor == Actor(Role.PRACTITIONER, "dupont")
    assert a_staff_member().actor == Actor(Role.SUPPORT, "sofie")
    assert "no hash" not in repr(doctor)
    assert "no secret" not in repr(doctor)
    assert a_session().token_hash not in repr(a_session())


@given(times, st.booleans())
def test_a_session_lives_while_it_is_used_and_no_longer_than_it_may(
    pauses: list[timedelta], patients: bool
) -> None:
    actor = Actor(Role.PATIENT, "p") if patients else Actor(Role.SUPPORT, "sofie")
    idle, longest = (PATIENT_IDLE, PATIENT_LONGEST) if patients else (STAFF_IDLE, STAFF_LONGEST)
    session = a_session(actor=actor, made_at=NOW, last_seen=NOW)
    now = NOW
    for pause in pauses:
        now += pause
        assert session.alive(now) is (pause < idle and now - NOW < longest)
        if not session.alive(now):
            break
        session = session.seen(now)
        assert session.seen(NOW) == session  # a clock that goes back takes nothing away


def test_a_link_is_good_for_ten_minutes_and_once() -> None:
    link = a_sign_in_link(made_at=NOW)
    assert link.alive(NOW + LINK_LIVES - timedelta(seconds=1))
    assert not link.alive(NOW + LINK_LIVES)
    assert not link.used(NOW).alive(NOW)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        (" Ann@Example.ORG ", "ann@example.org"),
        ("Zoe\u0308@example.org", "zoë@example.org"),
        ("a\x00@example.org", ""),
        ("x" * 400, ""),
    ],
)
def test_addresses_are_compared_without_case(typed: str, folded: str) -> None:
    assert folded_email(typed) == folded
