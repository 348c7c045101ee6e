"""Messages on the command line: looked at, tried, and sent again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Clinic
from teleconsult_core.messages import Kind

Refused = Callable[..., str]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_looked_at(clinic: Clinic, kind: Kind, language: str) -> None:
    seen = clinic.done("messages", "preview", kind.value, "--language", language)
    assert seen.startswith("Subject: ")
    assert "[as an SMS, " in seen


def test_a_letter_can_be_looked_at_in_a_browser(clinic: Clinic, tmp_path: Path) -> None:
    page = tmp_path / "letter.html"
    seen = clinic("messages", "preview", "booked", "--html", page, "--json").json
    assert page.read_text(encoding="utf-8") == seen["letter"]["html"]


def test_a_kind_that_is_none_is_told(clinic: Clinic) -> None:
    answer = clinic("messages", "preview", "bill")
    assert answer.code == 2
    assert "'bill' is not one of" in answer.err


def test_a_test_goes_to_the_one_who_tries(clinic: Clinic) -> None:
    told = clinic.done("messages", "send-test", "me@clinic.example", "--language", "nl")
    assert told.startswith("The gateway took it as ")
    clinic.done("messages", "send-test", "0475 55 01 01")
    inbox = clinic("messages", "--inbox", "--json").json
    assert [one["to"] for one in inbox["mails"]] == ["me@clinic.example"]
    assert [one["to"] for one in inbox["texts"]] == ["+32475550101"]
    assert clinic("messages", "--json").json == []  # nothing was planned for it


@pytest.mark.parametrize("to", ["bounce@clinic.example", "+32475550000"])
def test_what_the_gateway_does_not_take_is_told(clinic: Clinic, to: str) -> None:
    answer = clinic("messages", "send-test", to)
    assert (answer.code, answer.out[:11]) == (1, "Not taken: ")


def test_what_is_no_number_is_told(clinic: Clinic) -> None:
    answer = clinic("messages", "send-test", "12")
    assert answer.code == 2
    assert "12" in answer.err


def test_a_letter_is_sent_again(clinic: Clinic, refused: Refused) -> None:
    clinic.booked()
    id = "a1:0:booked:patient:email"
    assert refused("messages", "resend", id) == "not-resent"
    clinic.done("worker", "--once")
    assert refused("messages", "resend", id) == "too-early"
    clinic.done("clock", "forward", "1h")
    assert refused("messages", "resend", id, "--as", "patient:ann") == "not-yours"
    assert clinic.done("messages", "resend", id) == f"{id}:again-1 will be sent by the worker.\n"
    clinic.done("worker", "--once")
    mails = clinic("messages", "--inbox", "--json").json["mails"]
    assert [one["key"] for one in mails] == [id, f"{id}:again-1"]
    assert refused("messages", "resend", "nothing") == "not-found"
