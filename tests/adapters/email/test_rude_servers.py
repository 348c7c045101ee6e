"""Servers that drop, fall silent, dribble or talk nonsense: nobody waits for ever, and what is not
known is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from adapters.email.reading import write_event
from adapters.email.rude_server import (
    Act,
    RudeServer,
    Visit,
    dribbles,
    drops,
    falls_silent,
    floods,
    hesitates,
    says,
    stops_reading,
)
from teleconsult_core.gateways import Accepted, Letter, NotDelivered
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_email import Security, SmtpLetters, ref_of

ZOE = "zoe@patient.example"
BEFORE_THE_DOT = ("banner", "EHLO", "MAIL", "RCPT", "DATA")
PATIENCE = 60.0
NO_SMTP = says(b"\xff\xfe\x00 what?\r\n")


@contextmanager
def letters_to(server: RudeServer, **times: float) -> Iterator[SmtpLetters]:
    letters = SmtpLetters(server.settings(**times), write_event)
    try:
        yield letters
    finally:
        letters.close()


def send(letters: SmtpLetters, text: str = "Good morning") -> Accepted | NotDelivered:
    return letters.send(key="k-1", to=ZOE, letter=Letter("Hello", text))


def trouble_of(letters: SmtpLetters, text: str = "Good morning") -> PortTrouble:
    with pytest.raises(PortTrouble) as trouble:
        send(letters, text)
    return trouble.value


@pytest.mark.parametrize("verb", BEFORE_THE_DOT)
@pytest.mark.parametrize("act", [drops, NO_SMTP, floods], ids=["drops", "no SMTP", "floods"])
def test_before_the_final_dot_nothing_was_handed_over(verb: str, act: Act) -> None:
    with RudeServer({verb: act}, {}) as server, letters_to(server) as letters:
        assert not trouble_of(letters).unknown
        assert isinstance(send(letters), Accepted)


@pytest.mark.parametrize("act", [drops, NO_SMTP, floods], ids=["drops", "no SMTP", "floods"])
def test_after_the_final_dot_nobody_knows(act: Act) -> None:
    with RudeServer({"dot": act}, {}) as server, letters_to(server) as letters:
        assert trouble_of(letters).unknown
        assert isinstance(send(letters), Accepted)


def test_silence_after_the_final_dot_leaves_it_unknown() -> None:
    with (
        RudeServer({"dot": falls_silent}) as server,
        letters_to(server, read_timeout=0.5) as letters,
    ):
        until = monotonic() + PATIENCE
        unknown = [trouble_of(letters).unknown]
        while "dot" not in server.heard and monotonic() < until:  # a slow machine stopped before it
            unknown.append(trouble_of(letters).unknown)
    assert "dot" in server.heard
    assert any(unknown)


@pytest.mark.parametrize("verb", [*BEFORE_THE_DOT, "dot"])
@pytest.mark.parametrize("act", [falls_silent, dribbles])
def test_a_server_that_never_comes_to_an_end_is_given_up(verb: str, act: Act) -> None:
    with RudeServer({verb: act}) as server, letters_to(server, budget=0.25) as letters:
        trouble_of(letters)  # that it comes back at all is the point: the server never ends


def test_a_server_that_stops_reading_is_given_up() -> None:
    text = "Good morning\n" * 1_000_000  # more than any buffer between us
    with RudeServer({"DATA": stops_reading}) as server, letters_to(server, budget=1.0) as letters:
        assert not trouble_of(letters, text).unknown


def test_a_server_that_hesitates_is_waited_for() -> None:
    with RudeServer({"banner": hesitates}) as server, letters_to(server) as letters:
        assert isinstance(send(letters), Accepted)


@pytest.mark.parametrize(
    "act", [drops, says(b"421 idle too long\r\n"), NO_SMTP], ids=["drops", "421", "no SMTP"]
)
def test_an_idle_connection_that_the_server_gave_up_is_replaced(act: Act) -> None:
    with RudeServer({"RSET": act}, {}) as server, letters_to(server) as letters:
        for _ in range(3):
            assert isinstance(send(letters), Accepted)
    assert server.heard.count("banner") == 2


@pytest.mark.parametrize(
    ("banner", "misused"),
    [
        (b"421 4.3.2 too busy\r\n", False),
        (b"450 4.7.1 too fast\r\n", False),
        (b"554 5.7.1 you are on a list\r\n", True),
    ],
)
def test_a_server_that_does_not_let_us_in(banner: bytes, misused: bool) -> None:
    expected = PortMisused if misused else PortTrouble
    with RudeServer({"banner": says(banner)}) as server, letters_to(server) as letters:
        with pytest.raises(expected, match=banner[:9].decode().replace(".", r"\.")):
            send(letters)
        with pytest.raises(expected):
            letters.check()


@pytest.mark.parametrize("act", [drops, falls_silent, dribbles, says(b"\x16\x03\x03\x00\x02ab")])
def test_a_server_that_breaks_off_or_garbles_the_encryption_is_trouble(act: Act) -> None:
    with RudeServer({"banner": act}) as server:
        hidden = server.settings(security=Security.TLS, host="localhost", budget=0.25)
        letters = SmtpLetters(hidden, write_event)
        with pytest.raises((PortTrouble, PortMisused)) as refused:
            send(letters)
        letters.close()
    assert not getattr(refused.value, "unknown", False)


def test_a_connection_that_was_long_idle_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teleconsult_email.wire._KEPT_IDLE", -1.0)
    with RudeServer({"RSET": falls_silent}) as server, letters_to(server) as letters:
        for _ in range(2):
            assert isinstance(send(letters), Accepted)
    assert server.heard.count("banner") == 2
    assert server.heard.count("QUIT") == 2


def test_check_says_what_the_server_says() -> None:
    with (
        RudeServer({"NOOP": says(b"451 4.3.0 not now\r\n")}) as server,
        letters_to(server) as letters,
        pytest.raises(PortTrouble, match=r"451 4\.3\.0"),
    ):
        letters.check()


def test_a_letter_in_hand_is_finished_when_the_letters_are_closed() -> None:
    letters: list[SmtpLetters] = []

    def closes(visit: Visit) -> bool:
        letters[0].close()
        return says(b"250 fine\r\n")(visit)

    with RudeServer({"RCPT": closes}) as server:
        letters.append(SmtpLetters(server.settings(), write_event))
        assert isinstance(send(letters[0]), Accepted)
    assert server.heard.count("QUIT") == 1


def test_a_sign_in_that_is_garbled_is_trouble() -> None:
    offer = says(b"250-here\r\n250 AUTH CRAM-MD5\r\n")
    with RudeServer({"EHLO": offer, "AUTH": says(b"334 abc\r\n")}) as server:
        letters = SmtpLetters(server.settings(user="u", password="secret"), write_event)
        assert "sign-in with no SMTP" in str(trouble_of(letters))
        letters.close()


def test_a_refusal_that_repeats_the_address_is_told_without_it() -> None:
    refusal = says(f"451 4.7.0 <{ZOE}> is written to too often\r\n".encode())
    with RudeServer({"RCPT": refusal}) as server, letters_to(server) as letters:
        assert ZOE not in str(trouble_of(letters))


def test_letters_that_come_back_shall_name_ours_and_show_only_headers() -> None:
    with RudeServer({}) as server, letters_to(server) as letters:
        assert isinstance(send(letters), Accepted)
    said = b"".join(server.lines).decode().lower()  # the verbs are written as Python likes
    assert f" ret=hdrs envid={ref_of('k-1', 'clinic.example')}\r\n" in said
    assert f"rcpt to:<{ZOE}> notify=failure,delay\r\n" in said


def test_lines_of_dots_arrive_as_they_were() -> None:
    with RudeServer({}) as server, letters_to(server) as letters:
        assert isinstance(send(letters, ".\n..\n.x\n\nend"), Accepted)
    content = next(line for line in server.lines if line.startswith(b"Message-ID"))
    assert content.endswith(b"\r\n\r\n..\r\n...\r\n..x\r\n\r\nend\r\n")
