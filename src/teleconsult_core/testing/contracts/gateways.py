"""The contracts of the gateways for texts and e-mails.

    class TestAcmeTexts(TextsContract):
        def open_texts(self) -> Texts:
            self.acme = AcmeInMemory()
            return AcmeTexts(self.acme)

        def arrived(self) -> Sequence[tuple[str, str]]:     # what cannot be offered is skipped
            return [(sms.to, sms.body) for sms in self.acme.sent]

A gateway that cannot recognise a key says so with `remembers_keys = False`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

import pytest

from teleconsult_core.gateways import (
    Accepted,
    Event,
    Invitation,
    Letter,
    Letters,
    Method,
    NotDelivered,
    Texts,
)
from teleconsult_core.ports import PortTrouble

_MORNING = datetime(2027, 3, 1, 8, 30, tzinfo=UTC)
_WORDS = (
    "Rappel : Dr Zoë D'Hondt à 14:30",
    "Herinnering {{7*7}} <b>%s</b> \"'\\",
    "Привет, 你好 👋\nhttps://clinic.example/l/join/abc_DEF-123?x=1&y=2",
)


class TextsContract:
    good_number = "+32475550101"
    refused_number = "+32475550999"
    """A number to which the gateway for tests never delivers."""

    remembers_keys = True

    def open_texts(self) -> Texts:
        """A gateway for tests; called once a test."""
        raise NotImplementedError

    def arrived(self) -> Sequence[tuple[str, str]]:
        """What arrived: to which number, and the words."""
        pytest.skip("nobody can see what arrived")

    def refuse(self, number: str) -> None:
        """From now on the gateway refuses `number`; needs nothing where it always does."""

    def fail_next(self) -> None:
        """The next message is not taken, for now."""
        pytest.skip("the gateway cannot be told to fail")

    @cached_property
    def texts(self) -> Texts:
        return self.open_texts()

    @pytest.mark.parametrize("words", _WORDS)
    def test_a_text_arrives_as_it_was_written(self, words: str) -> None:
        answer = self.texts.send(key="k-1", to=self.good_number, text=words)
        assert isinstance(answer, Accepted)
        assert answer.ref
        assert list(self.arrived()) == [(self.good_number, words)]

    def test_the_same_key_arrives_once(self) -> None:
        if not self.remembers_keys:
            pytest.skip("this gateway does not know a key again")
        for _ in range(2):
            answer = self.texts.send(key="k-1", to=self.good_number, text="once")
            assert isinstance(answer, Accepted)
        assert len(self.arrived()) == 1

    def test_another_key_is_another_text(self) -> None:
        for key in ("k-1", "k-2"):
            self.texts.send(key=key, to=self.good_number, text="the same words")
        assert len(self.arrived()) == 2

    def test_a_refused_number_is_an_answer_with_a_reason(self) -> None:
        texts = self.texts
        self.refuse(self.refused_number)
        answer = texts.send(key="k-1", to=self.refused_number, text="hello")
        assert isinstance(answer, NotDelivered)
        assert answer.reason

    def test_after_trouble_the_same_key_may_be_sent_again(self) -> None:
        texts = self.texts
        self.fail_next()
        with pytest.raises(PortTrouble):
            texts.send(key="k-1", to=self.good_number, text="hello")
        assert isinstance(texts.send(key="k-1", to=self.good_number, text="hello"), Accepted)
        assert list(self.arrived()) == [(self.good_number, "hello")]


class LettersContract:
    good_address = "zoe@patient.example"
    refused_address = "nobody@patient.example"
    """An address to which the gateway for tests never delivers."""

    remembers_keys = True

    def open_letters(self) -> Letters:
        """A gateway for tests; called once a test."""
        raise NotImplementedError

    def arrived(self) -> Sequence[tuple[str, Letter]]:
        """What arrived: to which address, and the letter."""
        pytest.skip("nobody can see what arrived")

    def refuse(self, address: str) -> None:
        """From now on the gateway refuses `address`; needs nothing where it always does."""

    def fail_next(self) -> None:
        """The next letter is not taken, for now."""
        pytest.skip("the gateway cannot be told to fail")

    @cached_property
    def letters(self) -> Letters:
        return self.open_letters()

    @pytest.mark.parametrize("words", _WORDS)
    @pytest.mark.parametrize(
        "html", ["", "<p>Rappel : <a href='https://x.example'>à 14:30</a></p>"]
    )
    def test_a_letter_arrives_as_it_was_written(self, words: str, html: str) -> None:
        letter = Letter(subject="Rendez-vous confirmé, Zoë", text=words, html=html)
        answer = self.letters.send(key="k-1", to=self.good_address, letter=letter)
        assert isinstance(answer, Accepted)
        assert answer.ref
        assert list(self.arrived()) == [(self.good_address, letter)]

    @pytest.mark.parametrize("method", Method)
    def test_an_event_arrives_with_its_letter(self, method: Method) -> None:
        event = Event(
            Invitation(method, "a-1@clinic.example", 2, _MORNING, confirmed=False),
            start=_MORNING + timedelta(days=1),
            end=_MORNING + timedelta(days=1, minutes=20),
            zone="Europe/Brussels",
            summary="Consultation vidéo, Dr Zoë; D'Hondt",
            description="Une ligne,\net une autre\\",
            location="Rue de l'Église 1, 1000 Bruxelles",
            url="https://clinic.example/l/account/abc_DEF-123",
        )
        letter = Letter(subject="Rendez-vous", text="Bonjour", event=event)
        answer = self.letters.send(key="k-1", to=self.good_address, letter=letter)
        assert isinstance(answer, Accepted)
        assert list(self.arrived()) == [(self.good_address, letter)]

    def test_the_same_key_arrives_once(self) -> None:
        if not self.remembers_keys:
            pytest.skip("this gateway does not know a key again")
        for _ in range(2):
            self.letters.send(key="k-1", to=self.good_address, letter=Letter("Once", "once"))
        assert len(self.arrived()) == 1

    def test_another_key_is_another_letter(self) -> None:
        for key in ("k-1", "k-2"):
            self.letters.send(key=key, to=self.good_address, letter=Letter("Twice", "twice"))
        assert len(self.arrived()) == 2

    def test_a_refused_address_is_an_answer_with_a_reason(self) -> None:
        letters = self.letters
        self.refuse(self.refused_address)
        answer = letters.send(key="k-1", to=self.refused_address, letter=Letter("Hi", "hi"))
        assert isinstance(answer, NotDelivered)
        assert answer.reason

    def test_after_trouble_the_same_key_may_be_sent_again(self) -> None:
        letters, letter = self.letters, Letter("Hi", "hi")
        self.fail_next()
        with pytest.raises(PortTrouble):
            letters.send(key="k-1", to=self.good_address, letter=letter)
        assert isinstance(letters.send(key="k-1", to=self.good_address, letter=letter), Accepted)
        assert list(self.arrived()) == [(self.good_address, letter)]
