"""`teleconsult accounts`: a month as a table, checked, with an exit code that says whether."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from command_line import Clinic


@pytest.fixture
def charged(clinic: Clinic) -> Clinic:
    clinic.booked()
    clinic.met()
    clinic.done("complete", "a1", "--amount", "30.00")
    clinic.done("worker", "--once")
    return clinic


EXPORT = ("accounts", "export", "--month", "2027-03")


def test_a_month_on_stdout_and_its_sums_beside_it(charged: Clinic) -> None:
    answer = charged(*EXPORT)
    assert answer.code == 0
    assert answer.out == (
        "number,issued,kind,issuer,amount,currency,corrects\r\n"
        "dupont-2027-00001,2027-03-04,receipt,Dr Claire Dupont SRL,30.00,EUR,\r\n"
    )
    assert answer.err == (
        "2027-03: 1 document.\n"
        "30.00 EUR taken, 0.00 EUR returned, 0.00 EUR lost to disputes.\n"
        "Documents and ledger agree.\n"
    )


def test_a_month_in_a_file_for_its_owner_alone(charged: Clinic, tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    told = charged.done(*EXPORT, "--patients", "--excel", "--to", path)
    assert str(path) in told
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().startswith(b"\xef\xbb\xbfnumber;")
    assert path.read_text("utf-8-sig").endswith(";30,00;EUR;;Ann Peeters\n")
    assert charged(*EXPORT, "--to", tmp_path / "no" / "x.csv").code == 2


def test_a_difference_is_told_and_ends_with_one(charged: Clinic) -> None:
    with closing(sqlite3.connect(charged.home / "clinic.sqlite3")) as database, database:
        database.execute("UPDATE receipts SET amount_minor = 3100")
    answer = charged(*EXPORT)
    assert answer.code == 1
    assert "a1:hold:1: documents say 31.00 EUR taken, the ledger says 30.00 EUR." in answer.err
    assert answer.err.endswith("Documents and ledger differ.\n")
    assert charged(*EXPORT, "--json").json["differences"][0]["documents"] == 3100


def test_as_json_it_names_no_patient_either_unless_asked(charged: Clinic) -> None:
    plain, with_names = charged(*EXPORT, "--json"), charged(*EXPORT, "--patients", "--json")
    assert "Ann Peeters" not in plain.out
    assert plain.json["documents"][0]["amount"] == "30.00"
    assert with_names.json["documents"][0]["patient"] == "Ann Peeters"


def test_another_month_and_another_practitioner_have_nothing(charged: Clinic) -> None:
    for words in (
        ("accounts", "export", "--month", "2027-04"),
        (*EXPORT, "--practitioner", "claes"),
    ):
        assert charged.done(*words) == "number,issued,kind,issuer,amount,currency,corrects\r\n"
    assert charged(*EXPORT, "--practitioner", "nobody").code == 1
    assert charged(*EXPORT, "--as", "practitioner:claes").code == 1


@pytest.mark.parametrize(
    "month", ["march", "2027-13", "2027-3", "2027-03-01", "0001-01", "٢٠٢٧-٠٣"]
)
def test_a_month_must_be_one(clinic: Clinic, month: str) -> None:
    answer = clinic("accounts", "export", "--month", month)
    assert answer.code == 2
    assert month in answer.err
