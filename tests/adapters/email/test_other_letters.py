"""Addresses whose part before the @ is not ASCII go where the server can, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.email.post_office import Clerk, PostOffice
from adapters.email.reading import write_event
from teleconsult_core.gateways import Accepted, Letter, NotDelivered
from teleconsult_email import SmtpLetters

HELLO = Letter("Hello", "Good morning")


@pytest.fixture
def learned(clerk: Clerk) -> Iterator[SmtpLetters]:
    """A server that says SMTPUTF8."""
    office = PostOffice(clerk, enable_SMTPUTF8=True)
    office.start()
    letters = SmtpLetters(office.settings(), write_event)
    yield letters
    letters.close()
    office.close()


def test_a_server_that_knows_such_letters_gets_them(learned: SmtpLetters, clerk: Clerk) -> None:
    assert isinstance(learned.send(key="k-1", to="zoë@café.example", letter=HELLO), Accepted)
    assert isinstance(learned.send(key="k-2", to="zoe@cafe.example", letter=HELLO), Accepted)
    first, second = clerk.received
    assert first.recipients == ("zoë@xn--caf-dma.example",)
    assert "\r\nTo: zoë@xn--caf-dma.example\r\n".encode() in first.content
    assert second.recipients == ("zoe@cafe.example",)


def test_one_that_does_not_is_not_asked(letters: SmtpLetters, clerk: Clerk) -> None:
    answer = letters.send(key="k-1", to="zoë@patient.example", letter=HELLO)
    assert isinstance(answer, NotDelivered)
    assert "before the @" in answer.reason
    assert not clerk.received
    assert isinstance(letters.send(key="k-2", to="zoe@patient.example", letter=HELLO), Accepted)
