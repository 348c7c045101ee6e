"""What comes back is read when it is about a letter of ours, and never trips whoever reads it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teleconsult_core.messages import Delivery
from teleconsult_email import Bounce, Fate, read_bounce, ref_of

REF = ref_of("m-1", "clinic.example")
ZOE = "zoe@patient.example"
AT = datetime(2027, 3, 1, 8, 30, tzinfo=UTC)
HEADERS = f"""\
Message-ID: <{REF}>
From: clinic@clinic.example
To: {ZOE}
Subject: Rendez-vous
"""
FAILED = f"""\
Final-Recipient: rfc822; {ZOE}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{ZOE}> unknown
Last-Attempt-Date: Mon, 1 Mar 2027 09:30:00 +0100
"""


def report(
    *readers: str,
    letter: str = "Reporting-MTA: dns; mx.example\n",
    enclosed: str = "",
    more: str = "",
) -> bytes:
    """As servers write it today; `enclosed` is the third part, with its Content-Type."""
    enclosed = enclosed or f"Content-Type: message/rfc822\n\n{HEADERS}\nBonjour\n"
    fields = "\n".join([letter, *readers])
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: bounces@clinic.example
Auto-Submitted: auto-replied
Date: Mon, 1 Mar 2027 08:45:00 +0000
{more}Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry: <{ZOE}> is unknown.

--b
Content-Type: message/delivery-status

{fields}
--b
{enclosed}
--b--
""".encode()


def test_a_letter_that_came_back() -> None:
    found = read_bounce(report(FAILED))
    assert found == Bounce(REF, Fate.FAILED, "5.1.1", "no such mailbox (5.1.1)", AT)
    assert found.delivery is Delivery.FAILED


def test_line_ends_of_the_net_or_of_a_file_say_the_same() -> None:
    assert read_bounce(report(FAILED).replace(b"\n", b"\r\n")) == read_bounce(report(FAILED))


@pytest.mark.parametrize(
    ("action", "status", "fate", "delivery"),
    [
        ("delayed", "4.4.1", Fate.DELAYED, Delivery.UNKNOWN),
        ("failed", "4.4.7", Fate.FAILED, Delivery.FAILED),
        ("FAILED", "5.2.2 (full)", Fate.FAILED, Delivery.FAILED),
        ("delivered", "2.0.0", Fate.DELIVERED, Delivery.DELIVERED),
        ("", "5.0.0", Fate.FAILED, Delivery.FAILED),
        ("", "4.2.2", Fate.DELAYED, Delivery.UNKNOWN),
    ],
)
def test_late_is_not_lost(action: str, status: str, fate: Fate, delivery: Delivery) -> None:
    line = f"Action: {action}\n" if action else ""
    found = read_bounce(report(f"Final-Recipient: rfc822; {ZOE}\n{line}Status: {status}\n"))
    assert found
    assert (found.fate, found.delivery, found.status) == (fate, delivery, status[:5])
    assert found.at == datetime(2027, 3, 1, 8, 45, tzinfo=UTC)


@pytest.mark.parametrize("action", ["relayed", "expanded", "", "sacked"])
def test_what_says_nothing_of_its_arrival_is_passed_over(action: str) -> None:
    assert read_bounce(report(f"Final-Recipient: rfc822; {ZOE}\nAction: {action}\n")) is None


def test_of_several_fates_the_gravest_counts() -> None:
    late = FAILED.replace("failed", "delayed").replace("5.1.1", "4.4.1")
    for readers in ([late, FAILED], [FAILED, late]):
        found = read_bounce(report(*readers))
        assert found
        assert found.fate is Fate.FAILED


@pytest.mark.parametrize(
    "parts",
    [
        {"enclosed": f"Content-Type: text/rfc822-headers\n\n{HEADERS}"},
        {"enclosed": "Content-Type: text/plain\n\n", "letter": f"Original-Envelope-Id: {REF}\n"},
        {"enclosed": "Content-Type: text/plain\n\n", "more": f"In-Reply-To: <{REF}>\n"},
        {"enclosed": "Content-Type: text/plain\n\n", "more": f"References: <a@b> <{REF}>\n"},
    ],
    ids=["headers only", "the envelope's name", "in reply to", "references"],
)
def test_our_letter_is_known_by_whatever_names_it(parts: dict[str, str]) -> None:
    found = read_bounce(report(FAILED, **parts))
    assert found
    assert found.ref == REF


BELOW = f"""\
From: MAILER-DAEMON@mx.example
To: bounces@clinic.example
Date: Mon, 1 Mar 2027 08:45:00 +0000
Subject: failure notice

Hello. I am the mail program at mx.example, and I give up.

<{ZOE}>:
192.0.2.1 said: 550 5.1.1 no such person

--- The letter follows.

Return-Path: <bounces@clinic.example>
{HEADERS}
Bonjour
"""
BESIDE = f"""\
From: postmaster@mx.example
X-Failed-Recipients: {ZOE}
Date: Mon, 1 Mar 2027 08:45:00 +0000
Subject: Mail delivery failed
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain

550 said the other side, <{ZOE}> is unknown.

--b
Content-Type: message/rfc822

{HEADERS}
Bonjour
--b--
"""


def test_an_older_server_says_it_in_its_own_words() -> None:
    at = datetime(2027, 3, 1, 8, 45, tzinfo=UTC)
    below, beside = read_bounce(BELOW.encode()), read_bounce(BESIDE.encode())
    assert below == Bounce(REF, Fate.FAILED, "5.1.1", "no such mailbox (550 5.1.1)", at)
    assert beside == Bounce(REF, Fate.FAILED, "", "refused (550)", at)


def test_an_older_server_that_still_tries_says_so_in_its_subject() -> None:
    warning = BELOW.replace("failure notice", "Warning: message delayed 24 hours")
    found = read_bounce(warning.encode())
    assert found
    assert found.fate is Fate.DELAYED


OTHERS = {
    "nothing": b"",
    "somebody writes": f"From: {ZOE}\nSubject: Re: Rendez-vous\n\nMerci !\n".encode(),
    "somebody quotes": f"From: {ZOE}\nSubject: Re\n\n> Message-ID: <{REF}>\n".encode(),
    "an absence": (
        f"From: {ZOE}\nAuto-Submitted: auto-replied\nIn-Reply-To: <{REF}>\n"
        "Subject: Out of office\n\nI am away. 550 5.1.1\n"
    ).encode(),
    "it was read": (
        f"From: {ZOE}\nIn-Reply-To: <{REF}>\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
        "--b\nContent-Type: message/disposition-notification\n\n"
        f"Original-Message-ID: <{REF}>\nDisposition: manual-action/MDN-sent; displayed\n\n--b--\n"
    ).encode(),
    "a stranger's letter came back": report(FAILED).replace(REF.encode(), b"abc@other.example"),
    "a stranger's, in old words": BELOW.replace(REF, "abc@other.example").encode(),
    "nobody is named": report(),
    "a postmaster asks": (
        f"From: postmaster@mx.example\nSubject: Your mail\n\nIs this yours?\n\n{HEADERS}\n"
    ).encode(),
}


@pytest.mark.parametrize("raw", OTHERS.values(), ids=OTHERS.keys())
def test_everything_else_is_passed_over(raw: bytes) -> None:
    assert read_bounce(raw) is None


SAMPLES = [report(FAILED), BELOW.encode(), BESIDE.encode(), *OTHERS.values()]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_garbage_trips_nobody_and_shows_nobodys_address(sample: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(start, min(len(sample), start + 200)))
    raw = sample[:start] + data.draw(st.binary(max_size=60)) + sample[end:]
    found = read_bounce(raw)
    assert found is None or (ZOE not in found.reason and len(found.reason) < 100)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_noise_is_no_report(raw: bytes) -> None:
    assert read_bounce(raw) is None


def test_parts_within_parts_within_parts_end_somewhere() -> None:
    deep = "".join(
        f'Content-Type: multipart/mixed; boundary="b{depth}"\n\n--b{depth}\n'
        for depth in range(3000)
    )
    assert read_bounce(deep.encode()) is None


@pytest.mark.parametrize("fold", ["", "\n ", "\r\n\t", "\r "])
def test_a_field_over_which_one_could_brood_for_minutes_is_passed_over(fold: str) -> None:
    endless = f'Content-Type: multipart/report; a="{(";" * 70 + fold) * 10_000}'
    assert read_bounce(endless.encode() + b"\n\n" + report(FAILED)) is None


def test_a_status_out_of_this_world_is_shown_as_it_is() -> None:
    found = read_bounce(report(FAILED.replace("5.1.1", "5.999.999")))
    assert found
    assert found.reason == "refused (5.999.999)"


def test_a_date_that_is_none_is_none() -> None:
    raw = report(FAILED.replace("Mon, 1 Mar 2027", "Mon, 99 Mar 2027"))
    assert read_bounce(raw.replace(b"Date: Mon, 1 Mar", b"Date: some day in")) is not None
