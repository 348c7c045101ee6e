"""Who may enter, when, and by which link (S2, S3, S18, S19)."""

from datetime import timedelta

import pytest

from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.links import Purpose, hash_token
from teleconsult_core.messages import Kind
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import LinkDead, NotFound, TooEarly, TooLate, WrongState
from teleconsult_core.use_cases.join import Joined
from world import ANN, BOB, DR, MONDAY, SUPPORT, THE_DOCTOR, THURSDAY_10, World, patient_of

A1 = AppointmentId("a1")


def token(text: str) -> str:
    return text.split("/l/join/")[1].split(maxsplit=1)[0].rstrip(".")


def reminded(world: World) -> str:
    """The join link's token as the patient's phone shows it an hour before."""
    world.booked()
    world.at(THURSDAY_10 - timedelta(hours=1))
    world.work()
    return token(world.texts.sent_to(ANN.phone)[-1])


def test_both_enter_and_a_third_is_refused(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10)
    for by in (THE_DOCTOR, patient_of(ANN)):
        assert isinstance(world.desk.join(appointment=A1, by=by, device="d", now=world.now), Joined)
    strangers = (
        patient_of(BOB),
        Actor(Role.PRACTITIONER, PractitionerId("other")),
        SUPPORT,
        Actor(Role.PATIENT, DR),
    )
    for stranger in strangers:
        refusal = world.desk.join(appointment=A1, by=stranger, device="x", now=world.now)
        assert refusal == NotFound(what="appointment", id=A1)


def test_the_same_person_coming_back_takes_his_own_place_again(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10)
    for device in ("phone", "phone", "tablet"):
        joined = world.desk.join(appointment=A1, by=patient_of(ANN), device=device, now=world.now)
        assert isinstance(joined, Joined)


def test_the_patient_enters_from_the_link_in_the_reminder(world: World) -> None:
    link = reminded(world)
    world.at(THURSDAY_10 - timedelta(minutes=10))
    joined = world.desk.join_by_link(token=link, device="phone", now=world.now)
    assert isinstance(joined, Joined)
    assert joined.role is Role.PATIENT


def test_the_practitioner_is_sent_his_link_ten_minutes_before(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 - timedelta(minutes=10))
    world.work()
    assert len(world.sent(Kind.PRACTITIONER_LINK)) == 2
    link = token(world.texts.sent_to("+32475550101")[-1])
    joined = world.desk.join_by_link(token=link, device="desk", now=world.now)
    assert joined.role is Role.PRACTITIONER


@pytest.mark.parametrize(
    ("minutes", "refusal"), [(-16, TooEarly), (80, TooLate)], ids=["before", "after"]
)
def test_the_link_works_only_around_the_appointment(
    world: World, minutes: int, refusal: type
) -> None:
    world.booked()
    world.at(THURSDAY_10 + timedelta(minutes=minutes))
    assert isinstance(
        world.desk.join(appointment=A1, by=patient_of(ANN), device="d", now=world.now), refusal
    )


def test_the_link_dies_with_a_move(world: World) -> None:
    link = reminded(world)
    world.desk.move(
        appointment=A1, start=THURSDAY_10 + timedelta(minutes=20), by=THE_DOCTOR, now=world.now
    )
    world.at(THURSDAY_10 + timedelta(minutes=10))
    assert isinstance(world.desk.join_by_link(token=link, device="d", now=world.now), LinkDead)


def test_nobody_enters_a_cancelled_appointment(world: World) -> None:
    link = reminded(world)
    world.desk.cancel(appointment=A1, by=THE_DOCTOR, now=world.now)
    world.at(THURSDAY_10)
    assert isinstance(world.desk.join_by_link(token=link, device="d", now=world.now), WrongState)


def test_a_link_opens_one_thing_and_a_guess_opens_nothing(world: World) -> None:
    link = reminded(world)
    for purpose in set(Purpose) - {Purpose.JOIN}:
        assert world.desk.open_link(token=link, purpose=purpose, now=world.now) == LinkDead()
    for guess in ("", "x" * 43, link[:-1], link.swapcase()):
        assert world.desk.open_link(token=guess, purpose=Purpose.JOIN, now=world.now) == LinkDead()


def test_only_the_hash_of_a_link_is_kept(world: World) -> None:
    link = reminded(world)
    with world.store.open_work(writing=False) as work:
        kept = [one for one in work.links.of(A1) if one.purpose is Purpose.JOIN]
    assert [one.token_hash for one in kept] == [hash_token(link)]
    assert link not in repr(kept)
    assert len(link) * 6 >= 128


def test_a_lost_link_goes_only_to_the_address_on_file_and_ends_the_old_one(world: World) -> None:
    old = reminded(world)
    before = len(world.texts.sent)
    world.desk.resend_link(appointment=A1, by=SUPPORT, now=world.now)
    world.work()
    new_texts = world.texts.sent[before:]
    assert [one.to for one in new_texts] == [ANN.phone]
    new = token(new_texts[0].content)
    world.at(THURSDAY_10)
    assert new != old
    assert isinstance(world.desk.join_by_link(token=old, device="d", now=world.now), LinkDead)
    assert isinstance(world.desk.join_by_link(token=new, device="d", now=world.now), Joined)


def test_opening_a_link_any_number_of_times_changes_nothing(world: World) -> None:
    link = reminded(world)
    before = (world.appointment(), world.messages(), world.holds())
    for _ in range(5):
        world.desk.open_link(token=link, purpose=Purpose.JOIN, now=world.now)
    assert (world.appointment(), world.messages(), world.holds()) == before


def test_support_may_ask_for_the_link_once_a_minute(world: World) -> None:
    world.booked()
    world.desk.resend_link(appointment=A1, by=SUPPORT, now=world.now)
    refusal = world.desk.resend_link(appointment=A1, by=SUPPORT, now=world.now)
    assert refusal == TooEarly(opens_at=MONDAY + timedelta(minutes=1), now=MONDAY)
