"""Letters go only to whom the certificate names, and only after signing in."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import pytest
import trustme
from attrs import evolve

from adapters.email.post_office import PASSWORD, USER, Clerk, PostOffice
from adapters.email.reading import write_event
from teleconsult_core.gateways import Accepted, Letter, NotDelivered
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_email import Security, SmtpLetters, SmtpSettings

ZOE = "zoe@patient.example"
Open = Callable[..., PostOffice]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """What our side believes: the system's way, with one authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def open_office(clerk: Clerk, authority: trustme.CA) -> Iterator[Open]:
    opened: list[PostOffice] = []

    def start(security: Security, name: str = "127.0.0.1") -> PostOffice:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        how = (
            {"tls_context": context, "require_starttls": True, "auth_required": True}
            if security is Security.STARTTLS
            else {"ssl_context": context, "auth_require_tls": False}
        )
        opened.append(PostOffice(clerk, **how))
        opened[-1].start()
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def signed_in(office: PostOffice, security: Security, password: str = PASSWORD) -> SmtpSettings:
    return office.settings(security=security, user=USER, password=password)


def sent(settings: SmtpSettings, context: ssl.SSLContext | None) -> Accepted | NotDelivered:
    letters = SmtpLetters(settings, write_event, tls_context=context)
    try:
        return letters.send(key="k-1", to=ZOE, letter=Letter("Hello", "Good morning"))
    finally:
        letters.close()


ENCRYPTED = pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])


@ENCRYPTED
def test_a_letter_goes_encrypted_and_signed_in(
    open_office: Open, trusting: ssl.SSLContext, clerk: Clerk, security: Security
) -> None:
    office = open_office(security)
    settings = signed_in(office, security)
    assert isinstance(sent(settings, trusting), Accepted)
    assert len(clerk.received) == 1
    letters = SmtpLetters(settings, write_event, tls_context=trusting)
    assert letters.check() == f"127.0.0.1:{office.port} answers over TLSv1.3, signed in"
    letters.close()


@ENCRYPTED
def test_whom_nobody_vouches_for_gets_neither_letter_nor_password(
    open_office: Open, clerk: Clerk, security: Security
) -> None:
    settings = signed_in(open_office(security), security)
    with pytest.raises(PortMisused, match="is not who it says"):
        sent(settings, None)
    assert not clerk.received


@ENCRYPTED
def test_another_hosts_certificate_is_none(
    open_office: Open, trusting: ssl.SSLContext, clerk: Clerk, security: Security
) -> None:
    settings = signed_in(open_office(security, "mail.elsewhere.example"), security)
    with pytest.raises(PortMisused, match="is not who it says"):
        sent(settings, trusting)
    assert not clerk.received


@ENCRYPTED
def test_a_wrong_password_is_for_somebody_to_mend(
    open_office: Open, trusting: ssl.SSLContext, security: Security
) -> None:
    settings = signed_in(open_office(security), security, "not this one")
    with pytest.raises(PortMisused, match=r"\(535 5\.7\.8\)") as misused:
        sent(settings, trusting)
    assert "not this one" not in str(misused.value)


def test_nothing_goes_in_the_clear_where_encryption_was_asked_for(
    office: PostOffice, clerk: Clerk
) -> None:
    with pytest.raises(PortMisused, match="lacks the encryption"):
        sent(office.settings(security=Security.STARTTLS), None)
    with pytest.raises(PortMisused, match="speaks no TLS"):
        sent(office.settings(security=Security.TLS), None)
    assert not clerk.received


def test_a_server_that_wants_encryption_or_a_sign_in_first_says_so(
    open_office: Open, trusting: ssl.SSLContext
) -> None:
    office = open_office(Security.STARTTLS)
    with pytest.raises(PortMisused, match="530"):
        sent(office.settings(), trusting)
    with pytest.raises(PortMisused, match="530"):
        sent(office.settings(security=Security.STARTTLS), trusting)


def test_a_sign_in_that_nobody_offers_is_for_somebody_to_mend(office: PostOffice) -> None:
    settings = evolve(office.settings(), user=USER, password=PASSWORD)
    with pytest.raises(PortMisused, match="lacks the encryption or the sign-in"):
        sent(settings, None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"host": "mail.example", "security": Security.NONE}, "on this machine"),
        ({"host": ""}, "name"),
        ({"host": "mail\r\n.example"}, "name"),
        ({"port": 0}, "port"),
        ({"user": "somebody"}, "come together"),
        ({"user": "somebody", "password": "pässword"}, "ASCII"),
        ({"sender": ""}, "sender"),
        ({"sender": "a@b.example, c@d.example"}, "sender"),
        ({"sender": "zoë@b.example"}, "sender"),
        ({"bounces_to": "no address"}, "bounces"),
        ({"reply_to": "a@b.example\r\nBcc: x@y.example"}, "answers"),
        ({"sender_name": "Zoë\r\nBcc: x@y.example"}, "one line"),
        ({"sender_name": "n" * 101}, "100"),
        ({"budget": 0.0}, "time"),
    ],
)
def test_settings_that_can_never_work_are_refused_when_written(
    fields: dict[str, object], words: str
) -> None:
    others: dict[str, object] = {"host": "mail.example", "sender": "clinic@clinic.example"}
    with pytest.raises(PortMisused, match=words):
        SmtpSettings(**{**others, **fields})  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.3.2.1", "::1"])
def test_a_server_on_this_machine_may_be_spoken_to_in_the_clear(host: str) -> None:
    assert SmtpSettings(host, "a@b.example", Security.NONE).host == host


def test_a_password_is_not_shown() -> None:
    settings = SmtpSettings("mail.example", "a@b.example", user="u", password="secret")
    assert "secret" not in repr(settings)


def test_trouble_is_told_from_misuse(office: PostOffice) -> None:
    settings = office.settings(security=Security.TLS)
    office.close()
    with pytest.raises(PortTrouble):
        sent(settings, None)
