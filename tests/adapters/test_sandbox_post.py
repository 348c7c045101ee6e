"""The sandbox's phone and mailbox: what was sent is there, once."""

from __future__ import annotations

from datetime import datetime

import pytest

from teleconsult_core.gateways import Accepted, Letter, NotDelivered
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_sandbox import Sandbox, Trouble, TroubleKind

ANN, BOB = "+32475550101", "+32475550102"
LETTER = Letter("Your consultation", "Dear Ann, see you at 14:20.", "<p>Dear Ann</p>")


def outage() -> Trouble:
    return Trouble("send", TroubleKind.BUSY, times=None)


def test_a_text_arrives_as_it_was_sent(sandbox: Sandbox, noon: datetime) -> None:
    sent = sandbox.phone.send(key="m1", to=ANN, text="À tout à l'heure")
    (text,) = sandbox.phone.messages()
    assert sent == Accepted(text.ref)
    assert (text.key, text.to, text.text, text.at) == ("m1", ANN, "À tout à l'heure", noon)


def test_texts_are_read_by_number(sandbox: Sandbox) -> None:
    sandbox.phone.send(key="m1", to=ANN, text="one")
    sandbox.phone.send(key="m2", to=BOB, text="two")
    sandbox.phone.send(key="m3", to=ANN, text="three")
    assert [text.text for text in sandbox.phone.messages(ANN)] == ["one", "three"]
    assert len(sandbox.phone.messages()) == 3


def test_a_text_sent_twice_arrives_once_under_the_first_name(sandbox: Sandbox) -> None:
    first = sandbox.phone.send(key="m1", to=ANN, text="one")
    assert sandbox.phone.send(key="m1", to=ANN, text="one, in other words") == first
    assert [text.text for text in sandbox.phone.messages()] == ["one"]


@pytest.mark.parametrize("to", ["+32475550000", "+3221234000", "0475550101", "+32475", ""])
def test_a_number_that_does_not_exist_receives_nothing(sandbox: Sandbox, to: str) -> None:
    assert isinstance(sandbox.phone.send(key="m1", to=to, text="one"), NotDelivered)
    assert sandbox.phone.messages() == ()


@pytest.mark.parametrize(("key", "text"), [("", "one"), ("m1", "")])
def test_a_text_has_a_key_and_words(sandbox: Sandbox, key: str, text: str) -> None:
    with pytest.raises(PortMisused):
        sandbox.phone.send(key=key, to=ANN, text=text)


def test_no_text_arrives_during_an_outage(sandbox: Sandbox) -> None:
    sandbox.phone.trouble.plan(outage())
    for _ in range(2):
        with pytest.raises(PortTrouble) as caught:
            sandbox.phone.send(key="m1", to=ANN, text="one")
        assert not caught.value.unknown
    assert sandbox.phone.messages() == ()
    sandbox.phone.trouble.lift()
    assert isinstance(sandbox.phone.send(key="m1", to=ANN, text="one"), Accepted)


def test_a_text_whose_answer_was_lost_has_arrived_and_arrives_once(sandbox: Sandbox) -> None:
    sandbox.phone.trouble.plan(Trouble("send", TroubleKind.ANSWER_LOST))
    with pytest.raises(PortTrouble) as caught:
        sandbox.phone.send(key="m1", to=ANN, text="one")
    assert caught.value.unknown
    assert sandbox.phone.send(key="m1", to=ANN, text="one") == Accepted("text_000001")
    assert len(sandbox.phone.messages()) == 1


def test_a_letter_arrives_as_it_was_sent(sandbox: Sandbox, noon: datetime) -> None:
    sent = sandbox.mailbox.send(key="m1", to="ann@example.org", letter=LETTER)
    (mail,) = sandbox.mailbox.messages()
    assert sent == Accepted(mail.ref)
    assert (mail.key, mail.to, mail.letter, mail.at) == ("m1", "ann@example.org", LETTER, noon)


def test_letters_are_read_by_address(sandbox: Sandbox) -> None:
    sandbox.mailbox.send(key="m1", to="ann@example.org", letter=LETTER)
    sandbox.mailbox.send(key="m2", to="bob@example.org", letter=LETTER)
    assert [mail.key for mail in sandbox.mailbox.messages("bob@example.org")] == ["m2"]


def test_a_letter_sent_twice_arrives_once_under_the_first_name(sandbox: Sandbox) -> None:
    first = sandbox.mailbox.send(key="m1", to="ann@example.org", letter=LETTER)
    assert sandbox.mailbox.send(key="m1", to="ann@example.org", letter=LETTER) == first
    assert len(sandbox.mailbox.messages()) == 1


@pytest.mark.parametrize("to", ["bounce@example.org", "Bounce@example.org", "ann", "a b@c", ""])
def test_an_address_that_does_not_exist_receives_nothing(sandbox: Sandbox, to: str) -> None:
    assert isinstance(sandbox.mailbox.send(key="m1", to=to, letter=LETTER), NotDelivered)
    assert sandbox.mailbox.messages() == ()


@pytest.mark.parametrize(
    ("key", "letter"),
    [
        ("", LETTER),
        ("m1", Letter("Subject", "")),
        ("m1", Letter("", "Words")),
        ("m1", Letter("Subject\r\nBcc: all@example.org", "Words")),
        ("m1", Letter("Subject\n", "Words")),
    ],
)
def test_a_letter_that_a_server_would_garble_is_a_mistake(
    sandbox: Sandbox, key: str, letter: Letter
) -> None:
    with pytest.raises(PortMisused):
        sandbox.mailbox.send(key=key, to="ann@example.org", letter=letter)


def test_no_letter_arrives_during_an_outage(sandbox: Sandbox) -> None:
    sandbox.mailbox.trouble.plan(outage())
    with pytest.raises(PortTrouble):
        sandbox.mailbox.send(key="m1", to="ann@example.org", letter=LETTER)
    assert sandbox.mailbox.messages() == ()
