"""A post office of our own for each test, and letters that go there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.email.post_office import Clerk, PostOffice
from adapters.email.reading import write_event
from teleconsult_email import SmtpLetters


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


@pytest.fixture
def office(clerk: Clerk) -> Iterator[PostOffice]:
    opened = PostOffice(clerk)
    opened.start()
    yield opened
    opened.close()


@pytest.fixture
def letters(office: PostOffice) -> Iterator[SmtpLetters]:
    opened = SmtpLetters(office.settings(), write_event)
    yield opened
    opened.close()
