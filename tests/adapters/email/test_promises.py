"""What the desk promises of letters, kept by a real mail server and by rude ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from attrs import evolve

from adapters.email.post_office import Clerk, PostOffice
from adapters.email.reading import parsed, write_event
from adapters.email.rude_server import RudeServer, drops, falls_silent
from teleconsult_core.messages import Channel, Kind, MessageState
from teleconsult_email import SmtpLetters, SmtpSettings
from world import ANN, THURSDAY_10, World

HOUR = timedelta(hours=1)
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)")


@contextmanager
def writing_by(settings: SmtpSettings) -> Iterator[World]:
    """A clinic in memory whose letters go by SMTP."""
    world, letters = World(), SmtpLetters(settings, write_event)
    world.desk = evolve(world.desk, letters=letters)
    try:
        yield world
    finally:
        letters.close()


@pytest.mark.parametrize("lost", [0, 1, 3])
def test_a_letter_goes_once_and_once_more_for_each_answer_that_was_lost(lost: int) -> None:
    loses = [{"dot": drops}] * lost
    with RudeServer(*loses, {}) as server, writing_by(server.settings()) as world:
        world.booked()
        for _ in range(lost + 1):
            world.work(1)
            world.at(world.now + HOUR)
        (booked,) = world.messages(kind=Kind.BOOKED)
    handed_over = [found[1] for line in server.lines if (found := MESSAGE_ID.match(line))]
    assert booked.state is MessageState.SENT
    assert f"<{booked.ref}>".encode() in handed_over
    assert len(handed_over) == len(set(handed_over)) + lost


def test_a_silent_mail_server_keeps_no_text_message_back() -> None:
    rude = RudeServer({"banner": falls_silent})
    with rude as server, writing_by(server.settings(budget=0.1)) as world:
        world.booked()
        world.at(THURSDAY_10 - HOUR)
        world.work(1)
        found = world.messages()
    texts = [one.state for one in found if one.channel is Channel.SMS and one.due_at <= world.now]
    letters = {one.state for one in found if one.channel is Channel.EMAIL}
    assert MessageState.SENT in texts
    assert MessageState.SENT not in letters


def test_a_refused_address_is_given_up_at_once_and_the_practice_is_told(
    office: PostOffice, clerk: Clerk
) -> None:
    clerk.refused.add(ANN.email)
    with writing_by(office.settings()) as world:
        world.booked()
        world.work(3)
        (booked,) = world.messages(kind=Kind.BOOKED)
        (told,) = world.messages(kind=Kind.UNDELIVERED)
    assert told.state is MessageState.SENT
    assert (booked.state, booked.attempts) == (MessageState.PARKED, 1)
    assert booked.note == "no such mailbox (550 5.1.1)"
    assert "desk@example.org" in {one.recipients[0] for one in clerk.received}
    assert all(parsed(one.content) for one in clerk.received)
