"""Who works here, on the command line: let in, listed, shut out, let in again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from command_line import Clinic
from teleconsult_cli.exit_codes import Exit

PASSWORD = "correct horse battery"


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\nnot this line\n", encoding="utf-8")
    return path


def add(clinic: Clinic, password: object, *more: str, id: str = "sofie") -> str:
    who = more or ("--role", "support", "--email", f"{id}@example.org")
    return clinic.done("staff", "add", id, *who, "--password-file", password)


def test_somebody_is_let_in_listed_shut_out_and_let_in_again(
    clinic: Clinic, password: Path
) -> None:
    said = add(clinic, password)
    assert "otpauth://totp/" in said
    assert "sofie%40example.org" in said
    told = json.loads(clinic.done("staff", "list", "--json"))
    assert told == [
        {
            "id": "sofie",
            "role": "support",
            "practitioner": None,
            "email": "sofie@example.org",
            "active": True,
        }
    ]
    clinic.done("staff", "disable", "sofie")
    assert json.loads(clinic.done("staff", "list", "--json"))[0]["active"] is False
    again = clinic.done("staff", "reset", "sofie", "--password-file", password)
    assert "otpauth://totp/" in again
    assert again.split("secret=")[1] != said.split("secret=")[1]
    assert json.loads(clinic.done("staff", "list", "--json"))[0]["active"] is True
    log = clinic.done("audit")
    assert all(word in log for word in ("add staff", "disable staff", "reset staff"))


def test_no_secret_is_kept_readable_or_said_again(clinic: Clinic, password: Path) -> None:
    said = json.loads(clinic.done(
        "staff", "add", "dr", "--role", "practitioner", "--practitioner", "dupont",
        "--email", "dr@example.org", "--password-file", password, "--json",
    ))  # fmt: skip
    assert said["authenticator"].startswith("otpauth://totp/")
    secret = said["authenticator"].split("secret=")[1].split("&")[0]
    for words in (("list",), ("list", "--json"), ("disable", "dr", "--json")):
        shown = clinic.done("staff", *words)
        assert secret not in shown
        assert "argon2" not in shown
    for path in clinic.home.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path


def test_a_password_comes_by_a_descriptor_too(clinic: Clinic) -> None:
    end, start = os.pipe()
    os.write(start, f"{PASSWORD}\n".encode())
    os.close(start)
    try:
        add(clinic, f"/dev/fd/{end}")
    finally:
        os.close(end)


def test_a_password_is_long_enough_and_never_guessed_at(clinic: Clinic, tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("secret", encoding="utf-8")
    who = ("staff", "add", "x", "--role", "support", "--email", "x@example.org")
    answer = clinic(*who, "--password-file", short)
    assert answer.code == Exit.USAGE
    assert "12 to 256 characters" in answer.err
    assert "secret" not in answer.err.replace("secrets", "")
    assert clinic(*who, "--password-file", tmp_path / "nothing").code == Exit.USAGE
    nobody_there = clinic(*who)
    assert nobody_there.code == Exit.USAGE
    assert "--password-file" in nobody_there.err
    assert clinic("staff", "add", "x", "--role", "patient", "--email", "x@y").code == Exit.USAGE


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Password1234", "hard to guess"),
        ("azertyuiop12", "hard to guess"),
        ("aaaaaaaaaaaaaaaa", "hard to guess"),
        ("123456789012", "hard to guess"),
        ("blue RIVOLI candle", "without 'rivoli'"),
        ("sophisticated claire", "without 'claire'"),
        ("le dossier de Dupont", "without 'dupont'"),
        ("my.teleconsult.2027", "without 'teleconsult'"),
    ],
)
def test_a_password_that_is_tried_first_is_refused_and_the_mend_named(
    clinic: Clinic, tmp_path: Path, password: Path, typed: str, told: str
) -> None:
    easy = tmp_path / "easy"
    easy.write_text(typed, encoding="utf-8")
    who = ("--role", "practitioner", "--practitioner", "dupont", "--email", "claire@example.org")
    answer = clinic("staff", "add", "doctor", *who, "--password-file", easy)
    assert answer.code == Exit.USAGE
    assert told in answer.err
    assert typed not in answer.err
    clinic.done("staff", "add", "doctor", *who, "--password-file", password)
    again = clinic("staff", "reset", "doctor", "--password-file", easy)
    assert (again.code, told in again.err) == (Exit.USAGE, True)


def test_what_the_clinic_refuses(clinic: Clinic, password: Path) -> None:
    add(clinic, password)
    typed = ("--password-file", password)
    for words, code in (
        (("add", "sofie", "--role", "support", "--email", "s@example.org", *typed), "staff-known"),
        (
            ("add", "dr", "--role", "practitioner", "--practitioner", "nobody",
             "--email", "dr@example.org", *typed),
            "not-found",
        ),
        (("disable", "nobody"), "not-found"),
        (("reset", "nobody", *typed), "not-found"),
    ):  # fmt: skip
        answer = clinic("staff", *words, "--json")
        assert (answer.code, answer.json["code"]) == (1, code)
    without = clinic("staff", "add", "d", "--role", "practitioner", "--email", "d@x.be", *typed)
    assert without.code == Exit.USAGE
