"""Bad input: the value and its bound are named, the exit code is 2, and nothing is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from command_line import ANN, ANN_WRITES, BY_VIDEO, EXAMPLES, MONDAY, THURSDAY, Clinic, run
from teleconsult_cli.exit_codes import Exit

DUPONT = ("--practitioner", "dupont")
BOOK = ("book", "--id", "b1", *BY_VIDEO)
REACHED = ("--phone", "+32475000009", "--email", "zoe@example.org")
FREE = "2027-03-04T11:00"
YEARS = "in the years 1970 to 2199"
LONG = "x" * 100_000
FILES = (
    "clinic.sqlite3",
    "sandbox/cards.sqlite3",
    "sandbox/phone.sqlite3",
    "sandbox/clock.sqlite3",
)


def rows(home: Path) -> dict[str, list[str]]:
    """Everything that is written in the clinic's file and the sandbox's."""
    found: dict[str, list[str]] = {}
    for name in FILES:
        with closing(sqlite3.connect(home / name)) as database:
            found[name] = list(database.iterdump())
    return found


@pytest.fixture(scope="module")
def booked(prepared: Path) -> Clinic:
    """One clinic for all: nothing here may change it."""
    home = prepared.parent / "for-bad-input"
    assert run("--home", home, "init", EXAMPLES / "clinic.toml").code == 0
    clinic = Clinic(home)
    clinic.done("clock", "set", "--back", MONDAY)
    clinic.booked()
    return clinic


def named(name: str) -> tuple[str, ...]:
    return (*BOOK, "--patient", "zoe", "--name", name, *REACHED, FREE)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((*BOOK, *ANN, *ANN_WRITES, "--zone", "Mars/Base", FREE), ("Mars/Base", "zone")),
        ((*BOOK, *ANN, *ANN_WRITES, "2027-03-28T02:30"), ("2027-03-28T02:30", "Europe/Brussels")),
        ((*BOOK, *ANN, *ANN_WRITES, "0001-01-01T00:00"), ("0001-01-01", YEARS)),
        ((*BOOK, *ANN, *ANN_WRITES, "9999-12-31T23:59-14:00"), ("9999-12-31", YEARS)),
        ((*BOOK, *ANN, *ANN_WRITES, "--phone", "0475", FREE), ("'0475'", "a phone number")),
        ((*BOOK, *ANN, *ANN_WRITES, "--email", "ann", FREE), ("'ann'", "email")),
        (named(LONG), ("100002 characters", "at most 200 characters")),
        (named("Zoé\x07"), ("\\x07", "no control characters")),
        (named("Zoé \u202eeoz"), ("\\u202e", "no control characters")),
        (named(" "), ("name", "at least one character")),
        (("cancel", "a1", "--fee", "1.234"), ("'1.234'", "at most 2 decimals in EUR")),
        (("complete", "a1", "--amount=-1.00"), ("'-1.00'", "0.00 or more")),
        (("complete", "a1", "--amount", "10.00 USD"), ("'10.00 USD'", "in EUR")),
        (("complete", "a1", "--amount", "1e3"), ("'1e3'", "such as 40.00")),
        (("complete", "a1", "--amount", "４０.００"), ("'４０.００'", "such as 40.00")),
        (("complete", "a1", "--amount", "10,00"), ("'10,00'", "such as 40.00")),
        (("slots", *DUPONT, "--visit", "consultation", "--from", "9999-12-31"), (YEARS,)),
        (("agenda", *DUPONT, "--from", "0001-01-01"), (YEARS,)),
        (("clock", "set", "9999-12-31T23:59"), (YEARS,)),
        (("clock", "forward", "999999w"), ("'999999w'", "at most 36525d")),
        (("reconcile", "--since", "999999w"), ("'999999w'", "at most 36525d")),
        (
            ("unavailability", "add", *DUPONT, "--mode", "both", THURSDAY, THURSDAY),
            ("after the start",),
        ),
        (("profile", "dupont\udcff"), ("\\udcff", "UTF-8 text")),
    ],
    ids=lambda value: "" if isinstance(value, tuple) and len(str(value)) > 200 else None,
)
def test_it_names_value_and_bound_and_writes_nothing(
    booked: Clinic, words: tuple[str, ...], told: tuple[str, ...]
) -> None:
    before = rows(booked.home)
    answer = booked(*words)
    assert (answer.code, answer.out) == (Exit.USAGE, "")
    for part in told:
        assert part in answer.err
    assert len(answer.err) < 500
    assert rows(booked.home) == before


def test_the_clock_never_leaves_the_calendar(clinic: Clinic) -> None:
    clinic.done("clock", "forward", "36525d")
    answer = clinic("clock", "forward", "36525d")
    assert answer.code == Exit.USAGE
    assert "'2227-" in answer.err
    assert clinic.done("clock", "show").startswith("2127-")


def test_a_name_nobody_has_is_not_repeated_in_full(booked: Clinic) -> None:
    answer = booked("profile", LONG)
    assert answer.code == Exit.REFUSED
    assert "(100000 characters)" in answer.err
    assert len(answer.err) < 500


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:2027", "ends inside VEVENT"),
        ("no calendar at all", "BEGIN:VCALENDAR is expected"),
        ("", "the file is empty"),
    ],
    ids=["truncated", "something else", "empty"],
)
def test_a_calendar_that_is_none_or_not_whole_imports_nothing(
    booked: Clinic, tmp_path: Path, text: str, told: str
) -> None:
    calendar = tmp_path / "odd.ics"
    calendar.write_text(text)
    before = rows(booked.home)
    answer = booked("unavailability", "import", *DUPONT, "--mode", "both", calendar)
    assert answer.code == Exit.USAGE
    assert told in answer.err
    assert rows(booked.home) == before


def test_a_broken_rule_keeps_nothing_out_but_its_own_event(clinic: Clinic, tmp_path: Path) -> None:
    one = "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTART:20270304T1{0}0000Z\r\nDTEND:20270304T1{0}3000Z\r\n"
    events = one.format(0) + "END:VEVENT\r\n" + one.format(1) + "RRULE:FREQ=OFTEN\r\nEND:VEVENT\r\n"
    calendar = tmp_path / "rules.ics"
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
    calendar.write_text(head + events + "END:VCALENDAR\r\n")
    asked = ("unavailability", "import", *DUPONT, "--mode", "video", calendar)
    before = rows(clinic.home)
    answer = clinic(*asked)
    assert answer.code == Exit.USAGE
    assert "OFTEN" in answer.err
    assert rows(clinic.home) == before
    assert len(clinic(*asked, "--skip-problems", "--json").json["kept"]) == 1
