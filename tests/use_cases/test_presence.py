"""What a provider of video says of who came and who left: late, twice, out of order."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest

from teleconsult_core.attendance import Attendance, Judgement, Seen, inside, judge, stays
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import SYSTEM, Role
from teleconsult_core.refusals import NotFound
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.note_presence import Presence
from teleconsult_core.use_cases.record import the_practice
from world import ANN, THE_DOCTOR, THURSDAY_10, World, patient_of

A1 = AppointmentId("a1")
SECOND = timedelta(seconds=1)


@pytest.fixture
def joined(world: World) -> World:
    """Both have gone through our door."""
    world.booked()
    world.at(THURSDAY_10)
    for by in (patient_of(ANN), THE_DOCTOR):
        world.desk.join(appointment=A1, by=by, device="d", now=world.now)
    return world


def says(world: World, seen: Seen, after: timedelta, role: Role | None, news: str = "") -> object:
    at = THURSDAY_10 + after
    told = Presence(news or f"{role} {seen} {after}", A1, role, seen, at)
    return world.desk.note_presence(presence=told, now=max(world.now, at))


def record(world: World) -> list[Attendance]:
    with world.store.open_work(writing=False) as work:
        return list(work.attendance.of(A1))


def minutes(world: World, role: Role, until: datetime) -> list[int]:
    return [int(one.length.total_seconds() / 60) for one in stays(record(world), role, until)]


def doctor_alone(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10)
    world.desk.join(appointment=A1, by=THE_DOCTOR, device="d", now=world.now)


def judged(world: World, now: datetime) -> Judgement:
    with world.store.open_work(writing=False) as work:
        found, grace = work.appointments.get(A1), the_practice(work).policies.grace
    assert found is not None
    return judge(record(world), found.terms, grace=grace, now=now)


def test_who_left_has_left_and_who_stayed_is_there(joined: World) -> None:
    says(joined, Seen.ENTERED, 10 * SECOND, Role.PATIENT)
    says(joined, Seen.LEFT, timedelta(minutes=7), Role.PATIENT)
    until = THURSDAY_10 + timedelta(minutes=20)
    assert minutes(joined, Role.PATIENT, until) == [7]
    assert minutes(joined, Role.PRACTITIONER, until) == [20]
    with joined.store.open_work(writing=False) as work:
        noted = [one for one in work.audit.of_subject(A1) if one.action == "presence"]
    assert [one.actor for one in noted] == [SYSTEM, SYSTEM]


def test_a_piece_of_news_counts_once(joined: World) -> None:
    first = says(joined, Seen.LEFT, timedelta(minutes=7), Role.PATIENT, news="EV_1")
    assert isinstance(first, tuple)
    assert len(first) == 1
    before = record(joined)
    assert says(joined, Seen.LEFT, timedelta(minutes=7), Role.PATIENT, news="EV_1") == ()
    assert says(joined, Seen.ENTERED, timedelta(minutes=9), Role.PATIENT, news="EV_1") == ()
    assert record(joined) == before


def test_who_came_again_since_has_not_left(joined: World) -> None:
    """A page loaded again: its new connection is there before the old one is missed."""
    says(joined, Seen.ENTERED, timedelta(minutes=5), Role.PATIENT)
    assert says(joined, Seen.LEFT, timedelta(minutes=5), Role.PATIENT) == ()
    assert inside(record(joined), Role.PATIENT)


def test_news_that_was_overtaken_makes_nobody_come_again(joined: World) -> None:
    says(joined, Seen.LEFT, timedelta(minutes=7), Role.PATIENT)
    says(joined, Seen.ENTERED, timedelta(minutes=1), Role.PATIENT)
    assert inside(record(joined), Role.PATIENT) is None
    assert minutes(joined, Role.PATIENT, THURSDAY_10 + timedelta(minutes=20)) == [7]


COMINGS = [(Seen.LEFT, 1), (Seen.ENTERED, 3), (Seen.LEFT, 4)]


@pytest.mark.parametrize("order", list(itertools.permutations(COMINGS)))
def test_in_whatever_order_news_comes_nobody_is_absent_for_a_doctor_who_was_away(
    world: World, order: tuple[tuple[Seen, int], ...]
) -> None:
    """He was there for twice a minute; no grace period is over."""
    doctor_alone(world)
    for seen, minute in order:
        says(world, seen, timedelta(minutes=minute), Role.PRACTITIONER)
    until = THURSDAY_10 + timedelta(minutes=20)
    assert minutes(world, Role.PRACTITIONER, until) == [1, 1]
    assert judged(world, until) is Judgement.INCONCLUSIVE


def test_a_patient_of_whom_only_his_leaving_is_known_was_there(world: World) -> None:
    doctor_alone(world)
    says(world, Seen.LEFT, timedelta(minutes=2), Role.PATIENT)
    assert judged(world, THURSDAY_10 + timedelta(minutes=20)) is Judgement.TECHNICAL


def test_before_it_is_said_when_the_doctor_left_in_between_he_has_not_waited(world: World) -> None:
    doctor_alone(world)
    says(world, Seen.ENTERED, SECOND, Role.PRACTITIONER)
    until = THURSDAY_10 + timedelta(minutes=20)
    assert judged(world, until) is Judgement.ABSENT
    says(world, Seen.ENTERED, timedelta(minutes=14), Role.PRACTITIONER)
    assert judged(world, until) is Judgement.INCONCLUSIVE
    says(world, Seen.LEFT, timedelta(minutes=13), Role.PRACTITIONER)
    assert judged(world, until) is Judgement.ABSENT


@pytest.mark.parametrize("order", list(itertools.permutations([Seen.ENTERED, Seen.LEFT])))
def test_who_came_and_left_within_one_instant_is_not_inside(
    world: World, order: tuple[Seen, ...]
) -> None:
    """A provider may tell whole seconds."""
    doctor_alone(world)
    says(world, Seen.LEFT, timedelta(minutes=1), Role.PRACTITIONER)
    for seen in order:
        says(world, seen, timedelta(minutes=2), Role.PRACTITIONER)
    assert inside(record(world), Role.PRACTITIONER) is None


@pytest.mark.parametrize("order", list(itertools.permutations([Seen.ENTERED, Seen.LEFT])))
def test_who_left_and_came_within_one_instant_is_inside(
    joined: World, order: tuple[Seen, ...]
) -> None:
    for seen in order:
        says(joined, seen, timedelta(minutes=2), Role.PRACTITIONER)
    assert inside(record(joined), Role.PRACTITIONER)


def test_a_late_word_that_the_room_closed_empties_it_as_of_then(joined: World) -> None:
    says(joined, Seen.ENTERED, timedelta(minutes=12), Role.PRACTITIONER)
    says(joined, Seen.LEFT, timedelta(minutes=9), None)
    until = THURSDAY_10 + timedelta(minutes=20)
    assert minutes(joined, Role.PRACTITIONER, until) == [9, 8]
    assert minutes(joined, Role.PATIENT, until) == [9]


def test_a_room_that_closed_is_left_by_whoever_was_inside(joined: World) -> None:
    says(joined, Seen.LEFT, timedelta(minutes=7), Role.PATIENT)
    closed = says(joined, Seen.LEFT, timedelta(minutes=9), None)
    assert isinstance(closed, tuple)
    assert [(one.role, one.at) for one in closed] == [
        (Role.PRACTITIONER, THURSDAY_10 + timedelta(minutes=9))
    ]


def test_nobody_comes_later_than_now(joined: World) -> None:
    joined.at(THURSDAY_10 + timedelta(minutes=1))
    ahead = Presence("EV_2", A1, Role.PATIENT, Seen.LEFT, THURSDAY_10 + timedelta(minutes=3))
    (noted,) = joined.desk.note_presence(presence=ahead, now=joined.now)
    assert noted.at == joined.now


def test_there_must_be_such_a_consultation_by_video(world: World) -> None:
    world.booked(mode=Mode.IN_PERSON)
    for id in (A1, AppointmentId("nobodys")):
        told = Presence("EV_3", id, Role.PATIENT, Seen.ENTERED, world.now)
        refused = world.desk.note_presence(presence=told, now=world.now)
        assert refused == NotFound(what="appointment", id=id)
