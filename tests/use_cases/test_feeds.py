"""Calendars to subscribe to: whose they are, what they say, and when they are dead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import asdict

from teleconsult_core.feeds import FeedEvent, FeedView, Standing
from teleconsult_core.ids import AppointmentId, WaitingId
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import LinkDead, NotFound, NotYours
from teleconsult_core.slots import Mode
from world import (
    ANN,
    BOB,
    DR,
    OPERATOR,
    SUPPORT,
    THE_DOCTOR,
    THURSDAY_10,
    VISIT,
    World,
    patient_of,
)  # fmt: skip

A1 = AppointmentId("a1")
HERS = patient_of(ANN)
COLLEAGUE = Actor(Role.PRACTITIONER, "claes")


def address(world: World, owner: Actor, by: Actor | None = None) -> str:
    made = world.desk.make_feed(owner=owner, by=by or owner, now=world.now)
    assert isinstance(made, str)
    return made


def read(world: World, made: str) -> FeedView | LinkDead:
    return world.desk.read_feed(token=made.rpartition("/")[2], now=world.now)


def events(world: World, owner: Actor) -> tuple[FeedEvent, ...]:
    found = read(world, address(world, owner))
    assert isinstance(found, FeedView)
    return found.events


def enter(world: World, id: str = "a1") -> None:
    world.desk.enter(
        id=AppointmentId(id), practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO,
        start=THURSDAY_10, patient=ANN, card_required=False, now=world.now,
    )  # fmt: skip


# --- the address ---------------------------------------------------------------------------------


@pytest.mark.parametrize("owner", [HERS, THE_DOCTOR], ids=str)
def test_the_address_is_secret_its_own_and_the_same_until_it_is_revoked(
    world: World, owner: Actor
) -> None:
    world.booked()
    first = address(world, owner)
    assert first == address(world, owner) == address(world, owner, by=SUPPORT)
    assert first.startswith("https://clinic.example/f/")
    assert len(first.rpartition("/")[2]) == 43  # 256 bits
    assert first != address(world, THE_DOCTOR if owner == HERS else HERS)
    (revoked,) = world.desk.revoke_feed(owner=owner, by=owner, now=world.now)
    assert revoked.owner == owner
    assert read(world, first) == LinkDead()
    second = address(world, owner)
    assert second != first
    assert isinstance(read(world, second), FeedView)
    assert read(world, first) == LinkDead()


def test_revoked_twice_is_revoked_once(world: World) -> None:
    assert world.desk.revoke_feed(owner=THE_DOCTOR, by=THE_DOCTOR, now=world.now) == ()
    address(world, THE_DOCTOR)
    assert len(world.desk.revoke_feed(owner=THE_DOCTOR, by=SUPPORT, now=world.now)) == 1
    assert world.desk.revoke_feed(owner=THE_DOCTOR, by=SUPPORT, now=world.now) == ()
    with world.store.open_work(writing=False) as work:
        actions = [entry.action for entry in work.audit.of_subject(DR)]
    assert actions.count("revoke feed") == 1


@pytest.mark.parametrize("by", [patient_of(BOB), COLLEAGUE], ids=str)
@pytest.mark.parametrize("owner", [HERS, THE_DOCTOR], ids=str)
def test_nobody_else_is_given_an_address_or_revokes_one(
    world: World, owner: Actor, by: Actor
) -> None:
    world.booked()
    made = address(world, owner)
    assert isinstance(world.desk.make_feed(owner=owner, by=by, now=world.now), NotYours)
    assert isinstance(world.desk.revoke_feed(owner=owner, by=by, now=world.now), NotYours)
    assert isinstance(read(world, made), FeedView)


@pytest.mark.parametrize("role", Role)
def test_nobody_is_no_owner(world: World, role: Role) -> None:
    nobody = Actor(role, "nobody")
    assert isinstance(world.desk.make_feed(owner=nobody, by=OPERATOR, now=world.now), NotFound)


def test_staff_that_asks_for_a_patients_calendar_is_noted(world: World) -> None:
    world.booked()
    for by in (HERS, HERS, SUPPORT):
        address(world, HERS, by=by)
    with world.store.open_work(writing=False) as work:
        noted = [(e.actor, e.action) for e in work.audit.of_patient(ANN.id) if "feed" in e.action]
    assert noted == [(HERS, "make feed"), (SUPPORT, "look at feed")]


def test_a_link_is_no_feed_and_a_feed_is_no_link(world: World) -> None:
    world.booked()
    world.work()
    made = address(world, HERS)
    with world.store.open_work(writing=False) as work:
        links = [link.id for link in work.links.of(A1)]
    for id in links:
        assert read(world, world.desk.tokens.token(id)) == LinkDead()
    joined = world.desk.join_by_link(token=made.rpartition("/")[2], device="x", now=world.now)
    assert joined == LinkDead()


def test_the_token_is_kept_nowhere(world: World) -> None:
    world.booked()
    token = address(world, HERS).rpartition("/")[2]
    file = world.desk.export_patient(patient=ANN.id, by=HERS, now=world.now)
    assert [feed.owner for feed in file.feeds] == [HERS]
    assert token not in repr(asdict(file))


# --- what it says --------------------------------------------------------------------------------


def test_a_patients_own(world: World) -> None:
    world.booked()
    (event,) = events(world, HERS)
    assert (event.uid, event.sequence) == ("a1@clinic.example", 0)
    assert (event.start, event.end - event.start) == (THURSDAY_10, timedelta(minutes=20))
    assert (event.standing, event.mode) == (Standing.CONFIRMED, Mode.VIDEO)
    assert event.practitioner_name == "Dr Claire Dupont"
    view = read(world, address(world, HERS))
    assert isinstance(view, FeedView)
    assert (view.name, view.language, view.zone) == ("Cabinet Rivoli", "nl", "Europe/Brussels")


def test_a_practitioners_own_names_no_patient(world: World) -> None:
    world.booked()
    world.booked("a2", patient=BOB, start=THURSDAY_10 + timedelta(hours=1))
    view = read(world, address(world, THE_DOCTOR))
    assert isinstance(view, FeedView)
    assert [event.uid for event in view.events] == [
        "agenda-a1@clinic.example",
        "agenda-a2@clinic.example",
    ]
    assert (view.name, view.language) == ("Dr Claire Dupont", "fr")
    for patient in (ANN, BOB):
        for word in (patient.id, patient.name, patient.phone, patient.email):
            assert word not in repr(view)


def test_each_sees_only_his_own(world: World) -> None:
    world.booked()
    world.booked("a2", patient=BOB, start=THURSDAY_10 + timedelta(hours=1))
    assert [event.uid for event in events(world, HERS)] == ["a1@clinic.example"]


def test_moved_it_stands_at_its_new_time_under_the_same_name(world: World) -> None:
    world.booked()
    later = THURSDAY_10 + timedelta(days=1)
    for owner in (HERS, THE_DOCTOR):
        (before,) = events(world, owner)
        assert before.sequence == 0
    world.desk.move(appointment=A1, start=later, by=THE_DOCTOR, now=world.now)
    for owner in (HERS, THE_DOCTOR):
        (event,) = events(world, owner)
        assert (event.start, event.sequence) == (later, 1)


def test_called_off_it_is_shown_so_for_a_week(world: World) -> None:
    world.booked()
    world.desk.cancel(appointment=A1, by=THE_DOCTOR, now=world.now)
    for owner in (HERS, THE_DOCTOR):
        (event,) = events(world, owner)
        assert (event.standing, event.sequence) == (Standing.CANCELLED, 1)
    world.at(world.now + timedelta(days=7))
    assert events(world, HERS) == events(world, THE_DOCTOR) == ()


def test_entered_it_is_tentative_until_it_is_confirmed(world: World) -> None:
    enter(world)
    assert [one.standing for one in events(world, HERS)] == [Standing.TENTATIVE]
    assert [one.standing for one in events(world, THE_DOCTOR)] == [Standing.TENTATIVE]
    world.desk.confirm(appointment=A1, now=world.now)
    assert [one.standing for one in events(world, HERS)] == [Standing.CONFIRMED]


def test_entered_and_not_confirmed_in_time_it_is_off_before_anybody_tidies(world: World) -> None:
    enter(world)
    world.at(THURSDAY_10)
    (event,) = events(world, HERS)
    assert (event.standing, event.sequence) == (Standing.CANCELLED, 1)


def test_what_is_only_reserved_takes_the_practitioners_time_and_is_not_the_patients_yet(
    world: World,
) -> None:
    world.book(card="visa-3ds")
    assert [one.standing for one in events(world, THE_DOCTOR)] == [Standing.TENTATIVE]
    assert events(world, HERS) == ()
    world.at(world.now + timedelta(minutes=15))
    assert events(world, THE_DOCTOR) == ()


def test_it_reaches_thirty_days_back_and_a_year_ahead(world: World) -> None:
    world.meet(world.booked())
    assert len(events(world, HERS)) == len(events(world, THE_DOCTOR)) == 1
    world.at(THURSDAY_10 + timedelta(days=30))
    assert len(events(world, HERS)) == len(events(world, THE_DOCTOR)) == 1
    world.at(world.now + timedelta(minutes=1))
    assert events(world, HERS) == events(world, THE_DOCTOR) == ()


def test_reading_changes_nothing(world: World) -> None:
    world.booked()
    made = address(world, HERS)
    with world.store.open_work(writing=False) as work:
        before = list(work.audit.recent(100))
    assert read(world, made) == read(world, made)
    with world.store.open_work(writing=False) as work:
        assert list(work.audit.recent(100)) == before


# --- erasure -------------------------------------------------------------------------------------


def test_an_erased_patient_has_no_calendar(world: World) -> None:
    world.booked()
    made = address(world, HERS)
    world.desk.cancel(appointment=A1, by=THE_DOCTOR, now=world.now)
    world.work()
    world.desk.erase_patient(patient=ANN.id, by=SUPPORT, now=world.now)
    assert read(world, made) == LinkDead()
    assert isinstance(world.desk.make_feed(owner=HERS, by=SUPPORT, now=world.now), NotFound)
    with world.store.open_work(writing=False) as work:
        assert all(feed.revoked_at == world.now for feed in work.feeds.of(HERS))


def test_an_offer_from_the_waiting_list_is_in_nobodys_calendar_but_the_practitioners(
    world: World,
) -> None:
    world.booked(patient=BOB)
    world.desk.join_waiting_list(
        id=WaitingId("w1"), practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO, patient=ANN,
        before=world.now + timedelta(days=20), now=world.now,
    )  # fmt: skip
    world.desk.cancel(appointment=A1, by=THE_DOCTOR, now=world.now)
    world.work(2)
    with world.store.open_work(writing=False) as work:
        assert [one.state for one in work.appointments.of_patient(ANN.id)] == [
            "awaiting-confirmation"
        ]
    assert events(world, HERS) == ()
    standing = {one.standing for one in events(world, THE_DOCTOR)}
    assert standing == {Standing.CANCELLED, Standing.TENTATIVE}
