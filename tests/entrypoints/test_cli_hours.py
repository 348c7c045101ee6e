"""Opening hours on the command line, for the operator."""

from __future__ import annotations

import json

import pytest

from command_line import BY_VIDEO, Clinic
from teleconsult_cli.exit_codes import Exit

DUPONT = ("--practitioner", "dupont")


def test_a_row_more_and_a_row_less(clinic: Clinic) -> None:
    before = clinic.done("hours", "show", *DUPONT)
    assert "1  Mon, Tue, Thu, Fri 09:00–12:00 (in-person + video)" in before
    since = ("--mode", "video", "--since", "2027-04-01")
    added = clinic.done("hours", "add", *DUPONT, *since, "sat-sun", "18:00", "24:00")
    assert "4  Sat, Sun 18:00–00:00 (video), since 2027-04-01" in added
    assert clinic.done("hours", "remove", *DUPONT, "4") == before


def test_what_lies_outside_is_named_and_stays(clinic: Clinic) -> None:
    clinic.booked()
    told = clinic.done("hours", "remove", *DUPONT, "1")
    assert "a1, " in told
    assert "is outside: please move it" in told
    assert "a1, confirmed" in clinic.done("appointment", "a1")
    shown = json.loads(clinic.done("hours", "show", *DUPONT, "--json"))
    assert len(shown["outside"]) == 1


def test_a_day_that_differs_and_is_as_usual_again(clinic: Clinic) -> None:
    day = ("hours", "day", *DUPONT, "--mode", "video")
    assert "2027-03-05 closed (video)" in clinic.done(*day, "2027-03-05")
    refusal = clinic("why-not", *BY_VIDEO, "2027-03-05T10:00")
    assert refusal.code == Exit.REFUSED
    assert "closed at that time" in refusal.err
    assert clinic(*day, "2027-03-05", "09:00", "10:00").code == Exit.USAGE
    assert "2027-03-05" not in clinic.done(*day, "--as-usual", "2027-03-05")
    assert "2027-03-05 09:00–10:00 (video)" in clinic.done(*day, "2027-03-05", "09:00", "10:00")
    clinic.done("hours", "day", *DUPONT, "--mode", "both", "2027-03-08")
    told = clinic.done(*day, "--as-usual", "2027-03-08")
    assert "2027-03-08 closed (in-person)" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", *DUPONT, "--mode", "video", "someday", "09:00", "12:00"), "mon,wed or mon-fri"),
        (("add", *DUPONT, "--mode", "video", "fri-mon", "09:00", "12:00"), "at least one day"),
        (("add", *DUPONT, "--mode", "video", "sat", "late", "12:00"), "an hour such as 09:00"),
        (("add", *DUPONT, "--mode", "video", "sat", "12:00", "09:00"), "after 12:00"),
        (("remove", *DUPONT, "9"), "1 to 3"),
        (("day", *DUPONT, "--mode", "video", "--as-usual", "2027-03-05", "09:00"), "either"),
        (("day", *DUPONT, "--mode", "video", "2027-03-05", "09:00"), "both opens and closes"),
        (("show", "--practitioner", "nobody"), "nobody"),
    ],
)
def test_what_means_nothing_is_refused(clinic: Clinic, words: tuple[str, ...], told: str) -> None:
    answer = clinic("hours", *words)
    assert answer.code in {Exit.USAGE, Exit.REFUSED}
    assert told in answer.err
