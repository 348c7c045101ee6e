"""A clinic whose text messages go through BulkSMS: the double of the adapter's tests behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.sms.bulksms_double import SECRET, TOKEN, BulkSmsDouble, told
from command_line import Clinic

Refused = Callable[..., str]
NUMBER = "+32475123456"


@pytest.fixture
def double() -> Iterator[BulkSmsDouble]:
    opened = BulkSmsDouble()
    yield opened
    opened.close()


@pytest.fixture
def by_sms(clinic: Clinic, double: BulkSmsDouble) -> Clinic:
    configure(clinic, sms_gateway="bulksms", sms_address=double.address, sms_sender="Rivoli")
    keep(clinic.home / "bulksms.secret", f"{TOKEN}\n{SECRET}\n")
    return clinic


def configure(clinic: Clinic, **settings: str) -> None:
    lines = [f'{name} = "{value}"' for name, value in settings.items()]
    (clinic.home / "teleconsult.toml").write_text("\n".join(lines), encoding="utf-8")


def keep(path: Path, words: str) -> None:
    path.write_text(words, encoding="utf-8")
    path.chmod(0o600)


def reminded(clinic: Clinic) -> None:
    clinic.booked()
    clinic.at("2027-03-03T10:20")
    clinic.done("worker", "--once")


def post(clinic: Clinic, tmp_path: Path, receipts: object) -> Path:
    body = tmp_path / "receipts.json"
    body.write_text(json.dumps(receipts), encoding="utf-8")
    return body


def test_a_reminder_goes_and_its_receipt_is_noted(
    by_sms: Clinic, double: BulkSmsDouble, tmp_path: Path
) -> None:
    reminded(by_sms)
    (taken,) = [one for one in double.books.taken if one.to == NUMBER]
    assert (taken.sender, "/l/join/" in taken.body) == ("Rivoli", True)
    body = post(by_sms, tmp_path, [told(taken, 1, "DELIVERED")])
    for _ in range(2):
        assert by_sms.done("messages", "receipts", body) == "1 noted, 0 unknown.\n"
    sms = [one for one in by_sms("messages", "--json").json if one["channel"] == "sms"]
    assert [one["delivery"] for one in sms if one["kind"] == "reminder"] == ["delivered"]
    assert "delivered" in by_sms.done("messages", "--appointment", "a1")
    assert "delivered: reminder by sms" in by_sms.done("appointment", "a1")


def test_what_did_not_arrive_is_told_to_the_practice(
    by_sms: Clinic, double: BulkSmsDouble, tmp_path: Path
) -> None:
    reminded(by_sms)
    (taken,) = [one for one in double.books.taken if one.to == NUMBER]
    by_sms.done(
        "messages", "receipts", post(by_sms, tmp_path, [told(taken, 1, "FAILED", "EXPIRED")])
    )
    by_sms.done("worker", "--once")
    kinds = [one["kind"] for one in by_sms("messages", "--json").json]
    assert kinds.count("undelivered") == 1


def test_receipts_of_what_nobody_knows_are_to_be_brought_again(
    by_sms: Clinic, double: BulkSmsDouble, tmp_path: Path
) -> None:
    reminded(by_sms)
    (taken,) = [one for one in double.books.taken if one.to == NUMBER]
    strange = told(taken, 1, "DELIVERED") | {"userSuppliedId": "somebody-elses"}
    answer = by_sms("messages", "receipts", post(by_sms, tmp_path, [strange]))
    assert (answer.code, answer.out) == (75, "0 noted, 1 unknown.\n")
    answer = by_sms("messages", "receipts", post(by_sms, tmp_path, {"not": "a list"}))
    assert (answer.code, "not a list" in answer.err) == (2, True)
    assert (
        by_sms.done("messages", "receipts", post(by_sms, tmp_path, [])) == "0 noted, 0 unknown.\n"
    )


def test_a_gateway_in_trouble_gets_it_once_all_the_same(
    by_sms: Clinic, double: BulkSmsDouble
) -> None:
    by_sms.booked()
    by_sms.at("2027-03-03T10:20")
    double.books.tricks.extend(["500 after", "drop after"])
    for _ in range(4):
        by_sms("worker", "--once")
        by_sms.done("clock", "forward", "10m")
    assert len([one for one in double.books.taken if one.to == NUMBER]) == 1


def test_numbers_that_may_not_be_written_to_are_refused(by_sms: Clinic) -> None:
    told_so = by_sms("messages", "send-test", "+3290012345")
    assert (told_so.code, "premium" in told_so.out) == (1, True)
    assert "The gateway took it" in by_sms.done("messages", "send-test", "0475 55 01 01")


def test_doctor_asks_for_the_credit(by_sms: Clinic, double: BulkSmsDouble) -> None:
    def check() -> dict[str, object]:
        checks = by_sms("doctor", "--json").json
        (found,) = [one for one in checks if one["name"] == "text messages"]
        return dict(found)

    assert "100 credits" in str(check()["found"])
    double.books.credit = 0
    assert (check()["fine"], "credit" in str(check()["found"])) == (False, True)


@pytest.mark.parametrize(
    ("settings", "secret", "words"),
    [
        ({"sms_gateway": "bulksms"}, "only-one-line", "token"),
        ({"sms_gateway": "bulksms", "sms_countries": "BE, XX"}, f"{TOKEN}\n{SECRET}", "XX"),
        ({"sms_gateway": "bulksms", "sms_sender": "a name too long"}, f"{TOKEN}\n{SECRET}", "11"),
        ({"sms_gateway": "bulksms", "sms_address": "https://x.example"}, "", "this machine"),
        ({"sms_gateway": "apprise"}, "nonsense", "Apprise"),
        ({"sms_gateway": "pigeon"}, "", "one of sandbox, bulksms, apprise"),
    ],
)
def test_wrong_settings_are_told(
    clinic: Clinic, settings: dict[str, str], secret: str, words: str
) -> None:
    configure(clinic, **settings)
    keep(clinic.home / f"{settings['sms_gateway']}.secret", secret)
    answer = clinic("messages", "send-test", "+32475550101")
    assert answer.code == 78
    assert words in answer.err
    assert not secret or secret not in answer.err
