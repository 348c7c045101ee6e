"""The clinic's file: what it gives, and errors that name line, field, value and bound."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from clinic_files import SMALL, changed, problems, read
from command_line import EXAMPLES
from teleconsult_core.ids import VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.policies import NoShowAllowed, NoShowForbidden, NoShowIndemnity, Policies
from teleconsult_core.slots import BOTH, Mode
from teleconsult_wiring import ClinicFileError, read_clinic


def test_a_small_clinic(tmp_path: Path) -> None:
    clinic = read(tmp_path, SMALL)
    assert clinic.practice.policies.grace == timedelta(minutes=12)
    assert clinic.practice.policies.no_show == NoShowAllowed(Money(3000, "EUR"))
    assert clinic.practice.policies.reservation == Policies().reservation
    (visit,) = clinic.visit_types
    assert visit.id == VisitTypeId("dupont:consultation")
    assert visit.offers[Mode.VIDEO].fee == Money(4500, "EUR")
    (schedule,) = clinic.schedules
    (hours,) = schedule.hours
    assert (hours.weekdays, hours.opens, hours.modes) == (frozenset({1, 2}), time(9), BOTH)
    assert (hours.valid_from, hours.valid_until) == (date(2027, 1, 1), None)
    (exception,) = schedule.exceptions
    assert (exception.day, exception.opens) == (date(2027, 5, 14), None)


def test_a_clinic_in_another_currency_says_its_smallest_charge(tmp_path: Path) -> None:
    swiss = changed('country = "BE"', 'country = "CH"\ncurrency = "CHF"')
    (missing,) = problems(tmp_path, swiss)
    assert missing.startswith("line 10: policies.minimum_charge is missing")
    clinic = read(tmp_path, swiss.replace("[policies]", '[policies]\nminimum_charge = "0.50"'))
    assert clinic.practice.policies.minimum_charge == Money(50, "CHF")
    assert clinic.practice.policies.late_cancellation_cap == Money(0, "CHF")
    assert clinic.visit_types[0].offers[Mode.VIDEO].fee == Money(4500, "CHF")


def test_the_example_clinic_says_what_its_readme_says() -> None:
    clinic = read_clinic(EXAMPLES / "clinic.toml")
    people = {one.id: one for one in clinic.practitioners}
    assert list(people) == ["dupont", "janssens", "elamrani", "lemaire", "claes"]
    assert isinstance(clinic.practice.policies.no_show, NoShowIndemnity)
    assert isinstance(people[clinic.practitioners[4].id].no_show, NoShowForbidden)


def test_the_examples_policies_are_the_defaults() -> None:
    """The file says of each key that it is the default; only what is a choice differs."""
    clinic, default = read_clinic(EXAMPLES / "clinic.toml"), Policies()
    chosen = {"no_show", "late_cancellation_cap", "consent_version"}
    for name in Policies.__attrs_attrs__:  # type: ignore[attr-defined] # attrs writes it
        if name.name not in chosen:
            assert getattr(clinic.practice.policies, name.name) == getattr(default, name.name)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"Europe/Brussels"', '"Mars/Base"', "line 5: practice.zone is 'Mars/Base'"),
        ('phone = "+3225550100"', "phone = 25550100", "line 6: practice.phone is 25550100"),
        ("grace_minutes = 12", "grace_minutes = -1", "line 10: policies.grace_minutes is -1"),
        (
            'name = "Consultation"',
            'name = "Consultation"\nbuffer_minutes = 7',
            "line 25: practitioners.visit_types.buffer_minutes is 7",
        ),
        (
            'country = "BE"',
            'country = "BE"\ncurrency = "XYZ"',
            "line 5: practice.currency is 'XYZ': one of CHF",
        ),
        ("grace_minutes = 12", "grace_minutes = true", "line 10: policies.grace_minutes is True"),
        (
            "grace_minutes",
            "grace_minuets",
            "line 10: policies.grace_minuets is not a key of this table: "
            "did you mean 'grace_minutes'?",
        ),
        ('"30.00"', "30.0", "line 11: policies.no_show.cap is 30.0: a text in quotes"),
        (
            '"30.00"',
            '"30.005"',
            "line 11: policies.no_show.cap is '30.005': at most 2 decimals in EUR",
        ),
        (
            'kind = "allowed"',
            'kind = "maybe"',
            "line 11: policies.no_show.kind is 'maybe': one of allowed, forbidden, indemnity",
        ),
        (
            "grace_minutes = 12",
            'paid_to = "me"',
            "line 10: policies.paid_to is 'me': one of clinic, practitioner",
        ),
        (
            "grace_minutes = 12",
            'platform_fee = { percent = "101" }',
            'line 10: policies.platform_fee.percent is \'101\': from "0" to "100"',
        ),
        (
            "grace_minutes = 12",
            'platform_fee = { fixed = "-1" }',
            "line 10: policies.platform_fee.fixed is '-1'",
        ),
        (
            "grace_minutes = 12",
            "transfer_days = [7, 30]",
            "line 10: policies.transfer_days is [7, 30]: from 15 to 30",
        ),
        ('name = "Dr Claire Dupont"\n', "", "line 13: practitioners.name is missing"),
        ("minutes = 20", "minutes = 7", "line 25: practitioners.visit_types.video.minutes is 7"),
        ('fee = "45.00"', 'fee = "a lot"', "line 25: practitioners.visit_types.video.fee is 'a l"),
        (
            'video = { minutes = 20, fee = "45.00" }',
            "",
            "line 22: practitioners.visit_types.video is missing",
        ),
        ('"tue"', '"tues"', "line 28: practitioners.hours.days is 'tues': days out of mon, tue"),
        ('"09:00"', '"9 am"', "line 29: practitioners.hours.from is '9 am': a time of day"),
        ('"12:00"', '"25:00"', "line 30: practitioners.hours.to is '25:00': a time of day"),
        (
            "valid_from = 2027-01-01",
            "valid_from = 2027-01-01\nvalid_until = 2026-12-31",
            "line 33: practitioners.hours.valid_until is 2026-12-31: not before valid_from",
        ),
        ('["mon", "tue"]', "[]", "line 28: practitioners.hours.days is []"),
        ('["video", "in-person"]', "[]", "line 31: practitioners.hours.modes is []"),
        ('"in-person"', '"phone"', "line 31: practitioners.hours.modes is 'phone': modes out of"),
        (
            "day = 2027-05-14",
            'day = "2027-05-14"',
            "line 35: practitioners.exceptions.day is '2027-05-14': a day such as",
        ),
        (
            "day = 2027-05-14",
            "day = 2027-05-14T10:00:00",
            "line 35: practitioners.exceptions.day is datetime",
        ),
    ],
)
def test_an_error_names_line_field_value_and_bound(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    (found,) = problems(tmp_path, changed(old, new))
    assert found.startswith(told)


def test_all_errors_are_told_at_once_by_line(tmp_path: Path) -> None:
    text = changed('"Europe/Brussels"', '"Mars"').replace("minutes = 20", "minutes = 7")
    found = problems(tmp_path, text.replace('"tue"', '"tues"'))
    assert [line.split(":")[0] for line in found] == ["line 5", "line 25", "line 28"]


def test_the_right_one_of_several_tables_is_named(tmp_path: Path) -> None:
    second = SMALL[SMALL.index("[[practitioners]]") :].replace('"dupont"', '"claes"', 1)
    (found,) = problems(tmp_path, SMALL + second.replace('"12:00"', '"noon"'))
    line = SMALL.count("\n") + second[: second.index("to = ")].count("\n") + 1
    assert found.startswith(f"line {line}: practitioners.hours.to is 'noon': a time of day")


def test_a_practitioner_named_twice(tmp_path: Path) -> None:
    second = SMALL[SMALL.index("[[practitioners]]") :]
    line = SMALL.count("\n") + 2
    told = f"line {line}: practitioners.id 'dupont' is used twice"
    assert problems(tmp_path, SMALL + second) == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[practice]\nid = "x\n', "line 2: file is not TOML"),
        ("[practice]\nid = 1\nid = 2\n", "line 3: file is not TOML"),
        (b'[practice]\nid = "\xff"\n', "line 2: file is not UTF-8 text"),
        ("", "line 1: practice is missing"),
        ("# " + "x" * 1_000_000, "line 1: file has 1000002 bytes: at most 1000000"),
    ],
)
def test_what_is_no_such_file_at_all(tmp_path: Path, text: str | bytes, told: str) -> None:
    assert any(line.startswith(told) for line in problems(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ClinicFileError, match="cannot be read: No such file"):
        read_clinic(tmp_path / "missing.toml")
    with pytest.raises(ClinicFileError, match="cannot be read: Is a directory"):
        read_clinic(tmp_path)
