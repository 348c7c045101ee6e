"""Whatever stands in a name, a letter has our headers, one recipient and parts that can be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.email.post_office import Clerk
from adapters.email.reading import parsed, read_letter, write_event
from teleconsult_core.gateways import Accepted, Event, Invitation, Letter, Method, NotDelivered
from teleconsult_email import SmtpLetters, SmtpSettings
from teleconsult_email.addresses import on_its_way
from teleconsult_email.writing import LONGEST_SUBJECT, many_lines, one_line, written

NOW = datetime(2027, 3, 1, 8, 30, tzinfo=UTC)
ZOE = "zoe@patient.example"
HEADERS = {
    "Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip

NASTY = [
    "Zoë\r\nBcc: all@evil.example",
    "Zoë\rBcc: all@evil.example",
    "Zoë\nBcc: all@evil.example\n\n<script>alert(1)</script>",
    "Zoë\u2028Bcc: all@evil.example\u2029\x85\x0b\x0c\x1c\x1d\x1e",
    "\u202egnirts\u202c \u2066isolated\u2069",
    "nul\x00nul \ud800 \x7f",
    "{{7*7}} {% include 'x' %} ${jndi:x} %s %(x)s <b>&amp;</b>",
    "=?utf-8?b?DQpCY2M6IGFsbEBldmlsLmV4YW1wbGU=?=",
    "=?utf-8?q?=0D=0ABcc:_all=40evil.example?=",
    "\r\n.\r\nMAIL FROM:<a@evil.example>\r\n",
    "From the beginning\n>From\n--===============\n",
    "",
]
LONG = ["a" * 100_000, "Ж" * 100_000, "a b" * 33_000, "\r\n" * 50_000]
WORDS = (
    st.text()
    | st.text(st.sampled_from('\r\n\x00\u2028\u202e=?._,;:<>@"\\ aé-'))
    | st.sampled_from(NASTY)
)


def sent_by(sender_name: str = "") -> SmtpSettings:
    return SmtpSettings("mail.example", "clinic@clinic.example", sender_name=sender_name)


def as_bytes(letter: Letter, by: SmtpSettings | None = None) -> bytes:
    return written(
        letter,
        settings=by or sent_by(),
        ref="r@clinic.example",
        to=ZOE,
        now=NOW,
        events=write_event,
    )


def event(words: str, method: Method = Method.REQUEST) -> Event:
    invitation = Invitation(method, "a-1@clinic.example", 1, NOW)
    end = NOW + timedelta(minutes=20)
    return Event(invitation, NOW, end, "Europe/Brussels", words, words, words, words)


def check(content: bytes) -> None:
    """Ours alone, and nothing in it that a server or a reader could take for something else."""
    message = parsed(content)
    assert set(message.keys()) <= HEADERS
    assert len(message.keys()) == len(set(message.keys()))
    assert [one.addr_spec for one in message["To"].addresses] == [ZOE]
    assert [one.addr_spec for one in message["From"].addresses] == ["clinic@clinic.example"]
    assert content.isascii()
    assert content.endswith(b"\r\n")
    assert b"\x00" not in content
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


@settings(max_examples=100, deadline=None)
@given(subject=WORDS, text=WORDS, html=WORDS, about=st.none() | WORDS)
def test_no_words_become_more_than_words(
    subject: str, text: str, html: str, about: str | None
) -> None:
    letter = Letter(subject, text, html, event(about) if about is not None else None)
    content = as_bytes(letter)
    check(content)
    arrived = read_letter(content)
    assert arrived.subject == one_line(subject)[:LONGEST_SUBJECT].rstrip()
    assert arrived.text == many_lines(text).removesuffix("\n")
    assert arrived.html == many_lines(html).removesuffix("\n")


@pytest.mark.parametrize("words", [*NASTY, *LONG], ids=range(len(NASTY + LONG)))
def test_nasty_words_in_every_field(words: str) -> None:
    check(as_bytes(Letter(words, words, words, event(words, Method.CANCEL))))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100).filter(str.isprintable))
@example("Zoë, Dr <all@evil.example>")
@example('"Zoë" \\')
@example("Zoe, Dr <all@evil.example>")
@example("=?utf-8?q?=0ABcc=3A?=")
@example("Ж" * 100)
def test_no_sender_name_becomes_an_address(name: str) -> None:
    content = as_bytes(Letter("Hello", "hello"), sent_by(name))
    check(content)
    shown = parsed(content)["From"].addresses[0].display_name
    assert "".join(shown.split()) == "".join(name.split()) or "=?" in name


NO_ADDRESSES = [
    "", "@", "zoe", "zoe@", "@patient.example", "a@b@c.example", "zoe @patient.example",
    "zoe@patient.example, all@evil.example", "zoe@patient.example;all@evil.example",
    "zoe@patient.example\r\nBcc: all@evil.example",
    "zoe@patient.example\r\nRCPT TO:<all@evil.example>",
    "zoe\r\n@patient.example", "zoe@patient.example\n", "zoe@patient.example\x00",
    "zoe\u2028@patient.example", "\u202ezoe@patient.example", "zoe@patient.example> SIZE=1",
    "<zoe@patient.example>", "Zoe <zoe@patient.example>", '"zoe smith"@patient.example',
    "zoe@[127.0.0.1]", ".zoe@patient.example", "zoe.@patient.example", "zo..e@patient.example",
    "zoe@patient..example", "zoe@-patient.example", "zoe@patient。example", "zoe@patient．example",
    "zoe@" + "a" * 64 + ".example", "z" * 65 + "@patient.example",
    "zoe@" + ".".join(["a" * 60] * 5), "zoe@patient.example" + " " * 400, "a" * 100_000,
    "zoe@xn--é", "\ud800@patient.example",
]  # fmt: skip


@pytest.mark.parametrize("address", NO_ADDRESSES, ids=range(len(NO_ADDRESSES)))
def test_what_is_not_one_address_gets_nothing(
    letters: SmtpLetters, clerk: Clerk, address: str
) -> None:
    answer = letters.send(key="k-1", to=address, letter=Letter("Hello", "hello"))
    assert answer == NotDelivered("not an address")
    assert not clerk.sessions


@pytest.mark.parametrize(
    ("address", "travels"),
    [
        (ZOE, ZOE),
        ("Zoe.Smith+x@Patient.Example", "Zoe.Smith+x@patient.example"),
        ("{{7*7}}@patient.example", "{{7*7}}@patient.example"),
        ("%s'!#$&*/=?^`|~@patient.example", "%s'!#$&*/=?^`|~@patient.example"),
        ("zoe@straße.example", "zoe@xn--strae-oqa.example"),
        ("zoe@CAFÉ.example", "zoe@xn--caf-dma.example"),
        ("zoe@cafe\u0301.example", "zoe@xn--caf-dma.example"),
        ("zoe@почта.example", "zoe@xn--80a1acny.example"),
    ],
)
def test_one_address_arrives_as_it_travels(
    letters: SmtpLetters, clerk: Clerk, address: str, travels: str
) -> None:
    answer = letters.send(key="k-1", to=address, letter=Letter("Hello", "hello"))
    assert isinstance(answer, Accepted)
    (received,) = clerk.received
    assert received.recipients == (travels,)
    assert f"\r\nTo: {travels}\r\n".encode() in received.content


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[^@\s]{1,70}@[^@\s]{1,60}", fullmatch=True))
def test_an_address_that_travels_is_exactly_one(address: str) -> None:
    travels = on_its_way(address)
    if travels is not None:
        local, _, domain = travels.rpartition("@")
        assert address.startswith(f"{local}@")
        assert domain.isascii()
        assert travels.isprintable()
        assert not set(travels) & set(' <>,;:"()[]\\')
        assert len(travels.encode()) <= 254
        assert on_its_way(travels) == travels
