"""What the contract does not say: every answer of the gateway, and each message once."""

from __future__ import annotations

import pytest

from adapters.sms.bulksms_double import SECRET, TOKEN, Books, BulkSmsDouble, submit, told
from teleconsult_core.gateways import Accepted, NotDelivered
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.sms import segments
from teleconsult_sms import BulkSmsTexts, ref_of
from teleconsult_sms import bulksms as module

MOBILE = "+32475550101"


def send(texts: BulkSmsTexts, key: str = "a1:0:reminder:sms", text: str = "Rappel") -> object:
    return texts.send(key=key, to=MOBILE, text=text)


def test_what_is_accepted_is_called_as_its_receipts_will(texts: BulkSmsTexts, books: Books) -> None:
    assert send(texts) == Accepted(ref_of("a1:0:reminder:sms"))
    (taken,) = books.taken
    assert (taken.user_id, taken.sender) == (ref_of("a1:0:reminder:sms"), "Rivoli")
    assert len(taken.user_id) == 20


@pytest.mark.parametrize("trick", ["drop after", "500 after", "half", "nonsense"])
def test_what_may_have_gone_is_unknown_and_goes_once(
    texts: BulkSmsTexts, books: Books, trick: str
) -> None:
    books.tricks.append(trick)
    with pytest.raises(PortTrouble) as trouble:
        send(texts)
    assert trouble.value.unknown
    assert isinstance(send(texts), Accepted)
    assert len(books.taken) == 1


@pytest.mark.parametrize(("status", "unknown"), [("429", False), ("500", True), ("503", True)])
def test_trouble_of_the_gateway(
    texts: BulkSmsTexts, books: Books, status: str, unknown: bool
) -> None:
    books.tricks.append(status)
    with pytest.raises(PortTrouble) as trouble:
        send(texts)
    assert trouble.value.unknown == unknown


@pytest.mark.parametrize("status", ["301", "400", "401", "403", "404", "418"])
def test_what_a_person_must_mend(texts: BulkSmsTexts, books: Books, status: str) -> None:
    books.tricks.append(status)
    with pytest.raises(PortMisused) as misused:
        send(texts)
    assert SECRET not in str(misused.value)
    assert MOBILE not in str(misused.value)
    assert not books.taken


def test_a_connection_that_is_dropped_before_an_answer(texts: BulkSmsTexts, books: Books) -> None:
    books.tricks.append("drop")
    with pytest.raises(PortTrouble) as trouble:
        send(texts)
    assert trouble.value.unknown


def test_a_gateway_that_is_away(double: BulkSmsDouble) -> None:
    texts = BulkSmsTexts(TOKEN, SECRET, address=double.address)
    double.close()
    with pytest.raises(PortTrouble) as trouble:
        send(texts)
    assert not trouble.value.unknown
    texts.close()


def test_wrong_credentials(double: BulkSmsDouble) -> None:
    texts = BulkSmsTexts(TOKEN, "another", address=double.address)
    with pytest.raises(PortMisused, match="token"):
        send(texts)
    with pytest.raises(PortMisused, match="token"):
        texts.check()
    texts.close()


def test_two_messages_under_one_id_both_go(
    texts: BulkSmsTexts, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its ids have 31 bits: now and then two messages of half a day share one."""
    monkeypatch.setattr(module, "_deduplication_id", lambda key, attempt: 7 + attempt)
    first, second = send(texts, "k-1", "one"), send(texts, "k-2", "two")
    assert (first, second) == (Accepted(ref_of("k-1")), Accepted(ref_of("k-2")))
    assert [one.body for one in books.taken] == ["one", "two"]
    assert send(texts, "k-2", "two") == second
    assert len(books.taken) == 2


def test_a_number_it_cannot_reach_is_an_answer(texts: BulkSmsTexts, books: Books) -> None:
    books.unreachable.add(MOBILE)
    assert send(texts) == NotDelivered("no way to this number")


@pytest.mark.parametrize(
    ("text", "unicode"), [("Rappel à 14h30 {1} [x] €", False), ("Rappel ç", True), ("👋", True)]
)
def test_letters_arrive_as_they_are_and_plain_ones_cost_less(
    texts: BulkSmsTexts, books: Books, text: str, unicode: bool
) -> None:
    send(texts, text=text)
    assert (books.taken[0].body, books.taken[0].unicode) == (text, unicode)


@pytest.mark.parametrize("name", ["{F0#####}", "{fn}", "{sn##}"])
def test_a_name_is_not_filled_in_from_a_phone_book(
    texts: BulkSmsTexts, books: Books, name: str
) -> None:
    send(texts, text=f"Rappel {name}")
    assert books.taken[0].body == f"Rappel ({name[1:-1]})"


def test_a_text_without_end_is_not_sent(texts: BulkSmsTexts, books: Books) -> None:
    assert isinstance(send(texts, text="é" * 100_000), NotDelivered)
    assert segments("é" * 1530) == 10
    assert isinstance(send(texts, text="é" * 1530), Accepted)
    assert len(books.taken) == 1


def test_it_says_how_much_credit_is_left(texts: BulkSmsTexts, books: Books) -> None:
    assert texts.check() == "BulkSMS answers, 100 credits are left"
    books.credit = 0
    with pytest.raises(PortMisused, match="credit"):
        texts.check()


@pytest.mark.parametrize(
    ("token", "secret", "sender", "address"),
    [
        ("", SECRET, "", "https://a.example"),
        (TOKEN, "", "", "https://a.example"),
        (TOKEN, SECRET, "far too long a name", "https://a.example"),
        (TOKEN, SECRET, "a\r\nb", "https://a.example"),
        (TOKEN, SECRET, "", "http://a.example"),
    ],
)
def test_wrong_settings_are_told_at_once(
    token: str, secret: str, sender: str, address: str
) -> None:
    with pytest.raises(PortMisused):
        BulkSmsTexts(token, secret, sender=sender, address=address)


def test_the_double_is_strict() -> None:
    """What it does not know it refuses; else it would prove nothing."""
    entry = {"to": {"type": "INTERNATIONAL", "address": MOBILE}, "body": "x"}
    for query, entries in (
        ({"deduplication-id": f"{2**31}"}, [entry]),
        ({"deduplication-id": "1", "unheard-of": "1"}, [entry]),
        ({"deduplication-id": "1"}, [entry | {"unheard-of": 1}]),
        ({"deduplication-id": "1"}, [entry | {"userSuppliedId": "x" * 21}]),
        ({"deduplication-id": "1"}, [entry | {"to": {"type": "INTERNATIONAL", "address": "0475"}}]),
        ({"deduplication-id": "1"}, [entry, entry]),
    ):
        with pytest.raises(Exception):  # noqa: B017, PT011 # whichever: it is refused
            submit(Books(), query, entries)
    assert told(submit_one(entry), 0, "ACCEPTED")["to"] == MOBILE[1:]


def submit_one(entry: object) -> object:
    books = Books()
    submit(books, {"deduplication-id": "1"}, [entry])
    return books.taken[0]
