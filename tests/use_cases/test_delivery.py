"""What becomes of a message after its gateway took it, and sending it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teleconsult_core.messages import Channel, Delivery, Kind, Message, MessageState
from teleconsult_core.refusals import NotFound, NotResent, NotYours, TooEarly
from world import ANN, OPERATOR, SUPPORT, THE_DOCTOR, World, patient_of

HOUR = timedelta(hours=1)


def a_letter(world: World, kind: Kind = Kind.BOOKED) -> Message:
    (found,) = [one for one in world.sent(kind) if one.channel is Channel.EMAIL]
    return found


def booked(world: World) -> Message:
    world.booked()
    world.work(2)
    return a_letter(world)


def heard(world: World, ref: str, delivery: Delivery, why: str = "") -> Message | NotFound:
    return world.desk.note_delivery(
        ref=ref, delivery=delivery, why=why, at=world.now, now=world.now
    )


def test_what_was_taken_keeps_its_gateways_name(world: World) -> None:
    letter = booked(world)
    assert (letter.state, letter.delivery) == (MessageState.SENT, Delivery.UNKNOWN)
    assert letter.ref


def test_a_receipt_is_noted_and_hearing_it_again_changes_nothing(world: World) -> None:
    letter = booked(world)
    first = heard(world, letter.ref, Delivery.DELIVERED)
    world.at(world.now + HOUR)
    again = heard(world, letter.ref, Delivery.DELIVERED)
    assert first == again == a_letter(world)
    assert again.delivery_at == world.now - HOUR


def test_nothing_has_happened_later_than_now(world: World) -> None:
    letter = booked(world)
    found = world.desk.note_delivery(
        ref=letter.ref, delivery=Delivery.DELIVERED, at=world.now + HOUR, now=world.now
    )
    assert found.delivery_at == world.now


def test_what_came_back_is_told_to_the_practice_once(world: World) -> None:
    letter = booked(world)
    first = heard(world, letter.ref, Delivery.FAILED, "5.1.1 no such mailbox")
    world.at(world.now + HOUR)
    found = heard(world, letter.ref, Delivery.FAILED, "another reason")
    assert found == first
    assert (found.delivery, found.note) == (Delivery.FAILED, "5.1.1 no such mailbox")
    world.work(2)
    (told,) = world.sent(Kind.UNDELIVERED)
    assert told.appointment == letter.appointment


def test_what_came_back_too_late_to_matter_is_noted_and_told_to_nobody(world: World) -> None:
    letter = booked(world)
    world.at(letter.useful_until)
    assert heard(world, letter.ref, Delivery.FAILED, "late").delivery is Delivery.FAILED
    assert not world.messages(kind=Kind.UNDELIVERED)


@pytest.mark.parametrize("later", [Delivery.FAILED, Delivery.UNKNOWN])
def test_that_it_arrived_stands(world: World, later: Delivery) -> None:
    letter = booked(world)
    heard(world, letter.ref, Delivery.DELIVERED)
    assert heard(world, letter.ref, later, "lost").delivery is Delivery.DELIVERED
    assert not world.messages(kind=Kind.UNDELIVERED)


def test_it_may_arrive_after_all(world: World) -> None:
    letter = booked(world)
    heard(world, letter.ref, Delivery.FAILED, "mailbox full")
    found = heard(world, letter.ref, Delivery.DELIVERED)
    assert (found.delivery, found.note) == (Delivery.DELIVERED, "")


@pytest.mark.parametrize("ref", ["", "nobody's"])
def test_a_name_nobody_knows_is_refused(world: World, ref: str) -> None:
    booked(world)
    assert heard(world, ref, Delivery.FAILED) == NotFound(what="message", id=ref)


def test_a_message_is_sent_again_under_a_key_of_its_own(world: World) -> None:
    letter = booked(world)
    heard(world, letter.ref, Delivery.FAILED, "mailbox full")
    world.at(world.now + HOUR)
    again = world.desk.resend_message(message=letter.id, by=SUPPORT, now=world.now)
    assert (again.id, again.state) == (f"{letter.id}:again-1", MessageState.PLANNED)
    world.work(2)
    both = [one for one in world.sent(Kind.BOOKED) if one.channel is Channel.EMAIL]
    assert len(both) == 2
    assert both[0].ref != both[1].ref
    world.at(world.now + HOUR)
    third = world.desk.resend_message(message=again.id, by=OPERATOR, now=world.now)
    assert third.id == f"{letter.id}:again-2"


def test_it_is_not_sent_again_within_a_minute(world: World) -> None:
    letter = booked(world)
    world.at(world.now + HOUR)
    assert isinstance(
        world.desk.resend_message(message=letter.id, by=SUPPORT, now=world.now), Message
    )
    refusal = world.desk.resend_message(message=letter.id, by=SUPPORT, now=world.now)
    assert isinstance(refusal, TooEarly)


def test_only_what_was_sent_and_is_of_use_is_sent_again(world: World) -> None:
    letter = booked(world)
    (planned, *_) = [m for m in world.messages(kind=Kind.REMINDER) if m.channel is Channel.SMS]
    now = world.now + HOUR
    for message, state in ((planned, "planned"), (letter, "stale")):
        when = letter.useful_until if message is letter else now
        told = world.desk.resend_message(message=message.id, by=SUPPORT, now=when)
        assert told == NotResent(id=message.id, state=state)


def test_only_staff_sends_again(world: World) -> None:
    letter = booked(world)
    for actor in (THE_DOCTOR, patient_of(ANN)):
        told = world.desk.resend_message(message=letter.id, by=actor, now=world.now)
        assert isinstance(told, NotYours)
    unknown = world.desk.resend_message(message="nothing", by=SUPPORT, now=world.now)
    assert unknown == NotFound(what="message", id="nothing")


def test_what_is_sent_again_is_judged_again(world: World) -> None:
    letter = booked(world)
    world.at(world.now + HOUR)
    again = world.desk.resend_message(message=letter.id, by=SUPPORT, now=world.now)
    world.desk.cancel(appointment=letter.appointment, by=patient_of(ANN), now=world.now)
    world.work(2)
    (found,) = [one for one in world.messages(kind=Kind.BOOKED) if one.id == again.id]
    assert found.state is MessageState.DROPPED
