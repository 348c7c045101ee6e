"""Letters by SMTP keep the port's contract, and answer what a mail server answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.email.post_office import Clerk, PostOffice
from adapters.email.reading import parsed, read_letter, write_event
from teleconsult_core.gateways import Accepted, Letter, Letters, NotDelivered
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.testing.contracts.gateways import LettersContract
from teleconsult_email import SmtpLetters, ref_of

ZOE = "zoe@patient.example"
HELLO = Letter("Hello", "Good morning")


class TestSmtpLetters(LettersContract):
    remembers_keys = False

    @pytest.fixture(autouse=True)
    def an_office(self, office: PostOffice) -> Iterator[None]:
        self.office, self.opened = office, SmtpLetters(office.settings(), write_event)
        yield
        self.opened.close()

    def open_letters(self) -> Letters:
        return self.opened

    def arrived(self) -> Sequence[tuple[str, Letter]]:
        received = self.office.clerk.received
        return [(", ".join(one.recipients), read_letter(one.content)) for one in received]

    def refuse(self, address: str) -> None:
        self.office.clerk.refused.add(address)

    def fail_next(self) -> None:
        self.office.clerk.says("RCPT", "450 4.2.1 come back later")


def send(letters: Letters, key: str = "k-1") -> Accepted | NotDelivered:
    return letters.send(key=key, to=ZOE, letter=HELLO)


def test_the_headers_say_who_writes_to_whom_and_that_it_is_a_machine(office: PostOffice) -> None:
    settings = office.settings(
        sender_name="Cabinet Zoë, Dr (Bruxelles)",
        reply_to="desk@clinic.example",
        bounces_to="bounces@clinic.example",
    )
    letters = SmtpLetters(settings, write_event)
    answer = send(letters)
    letters.close()
    (received,) = office.clerk.received
    message = parsed(received.content)
    assert received.sender == "bounces@clinic.example"
    assert message["From"].addresses[0].display_name == "Cabinet Zoë, Dr (Bruxelles)"
    assert message["From"].addresses[0].addr_spec == "clinic@clinic.example"
    assert [one.addr_spec for one in message["To"].addresses] == [ZOE]
    assert message["Reply-To"] == "desk@clinic.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert answer == Accepted(ref_of("k-1", "clinic.example"))
    assert message["Message-ID"] == f"<{ref_of('k-1', 'clinic.example')}>"
    assert set(message.keys()) == {
        "Message-ID", "Date", "From", "To", "Reply-To", "Subject", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip


def test_a_repetition_is_the_same_letter_to_the_reader(letters: SmtpLetters, clerk: Clerk) -> None:
    for _ in range(2):
        send(letters)
    first, second = (parsed(one.content)["Message-ID"] for one in clerk.received)
    assert first == second


def test_one_connection_carries_many_letters(letters: SmtpLetters, clerk: Clerk) -> None:
    for number in range(5):
        send(letters, f"k-{number}")
    assert len(clerk.received) == 5
    assert len(clerk.sessions) == 1


def test_several_threads_send_at_once(letters: SmtpLetters, clerk: Clerk) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: send(letters, f"k-{number}"), range(40)))
    assert answers == [Accepted(ref_of(f"k-{number}", "clinic.example")) for number in range(40)]
    refs = {parsed(one.content)["Message-ID"].strip("<>") for one in clerk.received}
    assert refs == {answer.ref for answer in answers if isinstance(answer, Accepted)}


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("MAIL", "421 4.3.2 going down"),
        ("MAIL", "451 4.7.1 too many letters"),
        ("RCPT", "450 4.2.1 greylisted"),
        ("RCPT", "452 4.2.2 over quota"),
        ("DATA", "451 4.3.0 out of disk"),
        ("DATA", "421 4.3.2 going down"),
    ],
)
def test_a_server_that_asks_for_patience_gets_it(
    letters: SmtpLetters, clerk: Clerk, verb: str, said: str
) -> None:
    clerk.says(verb, said)
    with pytest.raises(PortTrouble, match=said[:9].replace(".", r"\.")) as trouble:
        send(letters)
    assert not trouble.value.unknown
    assert isinstance(send(letters), Accepted)
    assert len(clerk.received) == 1


@pytest.mark.parametrize(
    ("verb", "said", "reason"),
    [
        ("MAIL", "552 5.3.4 too big", "the letter is too large (552 5.3.4)"),
        ("RCPT", f"550 5.1.1 <{ZOE}> unknown", "no such mailbox (550 5.1.1)"),
        ("RCPT", "553 never heard of", "refused (553)"),
        ("DATA", "550 5.7.1 spam", "the reader's mail server refuses it (550 5.7.1)"),
        ("DATA", "554 5.2.2 full", "the mailbox is full (554 5.2.2)"),
    ],
)
def test_what_will_never_be_taken_is_an_answer_without_the_address(
    letters: SmtpLetters, clerk: Clerk, verb: str, said: str, reason: str
) -> None:
    clerk.says(verb, said)
    assert send(letters) == NotDelivered(reason)
    assert isinstance(send(letters), Accepted)


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("MAIL", "550 5.7.1 this sender may not write"),
        ("MAIL", "553 5.1.8 sender's domain is unknown"),
        ("RCPT", "530 5.7.0 sign in first"),
        ("RCPT", "550 5.7.1 relaying denied"),
        ("DATA", "550 5.4.5 enough for today"),
        ("DATA", "550 5.7.60 not your sender"),
    ],
)
def test_a_refused_sender_is_for_somebody_to_mend(
    letters: SmtpLetters, clerk: Clerk, verb: str, said: str
) -> None:
    clerk.says(verb, said)
    with pytest.raises(PortMisused, match=said[:9].replace(".", r"\.")):
        send(letters)
    assert isinstance(send(letters), Accepted)


def test_check_says_how_the_server_is_reached(letters: SmtpLetters, office: PostOffice) -> None:
    assert letters.check() == f"127.0.0.1:{office.port} answers in the clear, not signed in"


def test_a_server_that_is_not_there_is_trouble(office: PostOffice) -> None:
    settings = office.settings()
    office.stop()
    letters = SmtpLetters(settings, write_event)
    for ask in (letters.check, lambda: send(letters)):
        with pytest.raises(PortTrouble, match="cannot be reached") as trouble:
            ask()
        assert not trouble.value.unknown


def test_a_server_that_was_restarted_between_two_letters_is_no_trouble(
    letters: SmtpLetters, office: PostOffice, clerk: Clerk
) -> None:
    send(letters, "k-1")
    office.stop()
    again = PostOffice(clerk, port=office.port)
    again.start()
    try:
        assert isinstance(send(letters, "k-2"), Accepted)
    finally:
        again.stop()
    assert len(clerk.received) == 2


def test_a_letter_without_a_key_is_a_bug_of_ours(letters: SmtpLetters, clerk: Clerk) -> None:
    with pytest.raises(PortMisused, match="needs a key"):
        send(letters, "")
    assert not clerk.sessions
