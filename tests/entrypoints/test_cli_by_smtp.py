"""A clinic whose letters go by SMTP: the same words, a real server, real calendar parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest

from adapters.email.post_office import PASSWORD, USER, Clerk, PostOffice
from adapters.email.reading import parsed
from command_line import Clinic

Refused = Callable[..., str]


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


@pytest.fixture
def office(clerk: Clerk) -> Iterator[PostOffice]:
    opened = PostOffice(clerk, auth_require_tls=False)
    opened.start()
    yield opened
    opened.close()


@pytest.fixture
def by_smtp(clinic: Clinic, office: PostOffice) -> Clinic:
    configure(clinic, office)
    return clinic


def configure(clinic: Clinic, office: PostOffice, **more: str) -> None:
    settings = {
        "mail_gateway": "smtp", "smtp_host": "127.0.0.1", "smtp_port": str(office.port),
        "smtp_security": "none", "mail_from": "rdv@clinic.example", "mail_from_name": "Cabinet",
    }  # fmt: skip
    lines = [f'{name} = "{value}"' for name, value in (settings | more).items()]
    (clinic.home / "teleconsult.toml").write_text("\n".join(lines), encoding="utf-8")


def to_ann(clerk: Clerk) -> list[EmailMessage]:
    hers = [one for one in clerk.received if one.recipients == ("ann@example.org",)]
    return [parsed(one.content) for one in hers]


def calendar_in(letter: EmailMessage) -> icalendar.Calendar | None:
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            return icalendar.Calendar.from_ical(part.get_content())
    return None


def test_booked_moved_and_cancelled_by_mail(by_smtp: Clinic, clerk: Clerk) -> None:
    by_smtp.booked()
    by_smtp.done("worker", "--once")
    by_smtp.done("move", "a1", "2027-03-05T10:20")
    by_smtp.done("worker", "--once")
    by_smtp.done("cancel", "a1")
    by_smtp.done("worker", "--once")
    found = [(letter, calendar_in(letter)) for letter in to_ann(clerk)]
    events = [(letter, one) for letter, one in found if one is not None]
    assert [one["METHOD"] for _, one in events] == ["REQUEST", "REQUEST", "CANCEL"]
    inside = [one.walk("VEVENT")[0] for _, one in events]
    assert [one["SEQUENCE"] for one in inside] == [0, 1, 2]
    assert len({one["UID"] for one in inside}) == 1
    assert {one["ORGANIZER"] for one in inside} == {"mailto:rdv@clinic.example"}
    assert {one["ATTENDEE"] for one in inside} == {"mailto:ann@example.org"}
    assert len({letter["Message-ID"] for letter in to_ann(clerk)}) == len(to_ann(clerk))
    for letter in to_ann(clerk):
        assert letter["Auto-Submitted"] == "auto-generated"
        assert {part.get_content_type() for part in letter.walk()} >= {"text/plain", "text/html"}


def test_a_server_that_is_away_keeps_the_letter_and_nothing_else(
    by_smtp: Clinic, office: PostOffice, clerk: Clerk
) -> None:
    by_smtp.booked()
    office.close()
    told = by_smtp("worker", "--once", "--json").json[0]
    assert told["messages"]["waiting"] > 0
    again = PostOffice(clerk, auth_require_tls=False)
    again.start()
    configure(by_smtp, again)
    by_smtp.done("clock", "forward", "2h")
    by_smtp.done("worker", "--once")
    again.close()
    assert len(to_ann(clerk)) == 1


def report_about(letter: EmailMessage) -> bytes:
    """As a mail server writes it when there is no such mailbox (RFC 3464)."""
    return f"""From: MAILER-DAEMON@mail.example\r
To: rdv@clinic.example\r
Subject: Undelivered Mail Returned to Sender\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mail.example\r
\r
Final-Recipient: rfc822; ann@example.org\r
Action: failed\r
Status: 5.1.1\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {letter["Message-ID"]}\r
\r
--b--\r
""".encode()


def test_a_letter_that_comes_back_is_noted_and_the_practice_is_told(
    by_smtp: Clinic, clerk: Clerk, tmp_path: Path
) -> None:
    by_smtp.booked()
    by_smtp.done("worker", "--once")
    (letter,) = to_ann(clerk)
    report = tmp_path / "report.eml"
    report.write_bytes(report_about(letter))
    for _ in range(2):
        assert "a1:0:booked:patient:email: failed" in by_smtp.done("messages", "bounce", report)
    listed = by_smtp("messages", "--appointment", "a1", "--json").json
    assert [one["delivery"] for one in listed if one["kind"] == "booked"] == ["failed"]
    assert "ann@example.org" not in str(listed)
    by_smtp.done("worker", "--once")
    assert len([one for one in listed_kinds(by_smtp) if one == "undelivered"]) == 1


def listed_kinds(clinic: Clinic) -> list[str]:
    return [one["kind"] for one in clinic("messages", "--json").json]


def test_what_is_no_report_of_ours_is_passed_over(
    by_smtp: Clinic, clerk: Clerk, tmp_path: Path
) -> None:
    strange = tmp_path / "strange.eml"
    strange.write_bytes(b"From: someone@example.org\r\n\r\nThank you!\r\n")
    assert by_smtp.done("messages", "bounce", strange).startswith("Passed over: no report")
    by_smtp.booked()
    by_smtp.done("worker", "--once")
    (letter,) = to_ann(clerk)
    letter.replace_header("Message-ID", f"<{'0' * 32}.teleconsult@clinic.example>")
    strange.write_bytes(report_about(letter))
    assert "Passed over: about a letter that is not known" in by_smtp.done(
        "messages", "bounce", strange
    )


def test_doctor_asks_the_server(by_smtp: Clinic, office: PostOffice) -> None:
    def letters() -> dict[str, object]:
        checks = by_smtp("doctor", "--json").json
        (found,) = [one for one in checks if one["name"] == "letters"]
        return dict(found)

    assert letters()["fine"]
    assert "127.0.0.1" in str(letters()["found"])
    office.close()
    assert not letters()["fine"]


def test_a_password_lies_in_a_file_of_its_own(
    by_smtp: Clinic, office: PostOffice, clerk: Clerk
) -> None:
    configure(by_smtp, office, smtp_user=USER)
    missing = by_smtp("messages", "send-test", "me@clinic.example")
    assert missing.code == 78
    assert "smtp.password" in missing.err
    secret = by_smtp.home / "smtp.password"
    secret.write_text("wrong horse\n", encoding="utf-8")
    open_to_all = by_smtp("messages", "send-test", "me@clinic.example")
    assert (open_to_all.code, "chmod 600" in open_to_all.err) == (78, True)
    secret.chmod(0o600)
    wrong = by_smtp("messages", "send-test", "me@clinic.example")
    assert wrong.code == 78
    assert "wrong horse" not in wrong.err
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    assert "The gateway took it" in by_smtp.done("messages", "send-test", "me@clinic.example")
    assert [one.recipients for one in clerk.received] == [("me@clinic.example",)]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("smtp_port", "0", "from 1 to 65535"),
        ("smtp_port", "five", "from 1 to 65535"),
        ("smtp_security", "ssl", "one of starttls, tls, none"),
        ("mail_from", "a@b, c@d", "an e-mail address"),
        ("mail_from", "", "sender"),
        ("smtp_host", "", "name"),
        ("smtp_host", "mail.example", "without encryption"),
        ("mail_gateway", "pigeon", "one of sandbox, smtp"),
    ],
)
def test_a_wrong_setting_is_told_before_anything_is_sent(
    by_smtp: Clinic, office: PostOffice, name: str, value: str, told: str
) -> None:
    configure(by_smtp, office, **{name: value})
    answer = by_smtp("messages", "send-test", "me@clinic.example")
    assert answer.code == 78
    assert told in answer.err
