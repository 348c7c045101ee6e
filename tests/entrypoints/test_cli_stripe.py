"""A clinic whose cards are held at Stripe: the same desk, the same words, another network.

Stripe is our double behind a loopback address, with the clinic's own sandbox as its books.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe
from attrs import frozen

from command_line import Clinic
from teleconsult_sandbox import Sandbox, Trouble, TroubleKind
from teleconsult_stripe_double import KEY, serving

SECRET, NEXT = "whsec_of_today", "whsec_of_tomorrow"


@frozen
class Network:
    """The other end: the double's books, and where its patients authenticate."""

    sandbox: Sandbox
    address: str

    @property
    def cards(self) -> list[tuple[int, int, int]]:
        """Held, captured and refunded of every hold, in cents."""
        books = self.sandbox.cards.books()
        return [(one.held.minor, one.captured.minor, one.refunded.minor) for one in books]


def keep(path: Path, words: str) -> None:
    path.write_text(words, encoding="utf-8")
    path.chmod(0o600)


@pytest.fixture
def at_stripe(clinic: Clinic) -> Iterator[Network]:
    sandbox = Sandbox.open(clinic.home / "sandbox")
    with serving(sandbox.cards) as address:
        configured(clinic, card_network="stripe", stripe_address=address, installation="brussels")
        keep(clinic.home / "stripe.key", KEY + "\n")
        keep(clinic.home / "stripe.webhook", f"{SECRET}\n{NEXT}\n")
        yield Network(sandbox, address)
    sandbox.close()


def configured(clinic: Clinic, **settings: str) -> None:
    lines = [f'{name} = "{value}"' for name, value in settings.items()]
    (clinic.home / "teleconsult.toml").write_text("\n".join(lines), encoding="utf-8")


# --- the life of a consultation ------------------------------------------------------------------


def test_from_the_booking_to_the_refund(clinic: Clinic, at_stripe: Network) -> None:
    assert "is confirmed" in clinic.booked(card="pm_card_visa")
    assert at_stripe.cards == [(30_00, 0, 0)]
    clinic.met()
    clinic.done("complete", "a1", "--amount", "20.00")
    clinic.done("worker", "--once")
    assert at_stripe.cards == [(0, 20_00, 0)]
    refund = ("refund", "a1", "--id", "r1", "--amount", "5.00", "--reason", "kindness")
    clinic.done(*refund, "--as", "support:eve")
    clinic.done("worker", "--once")
    assert at_stripe.cards == [(0, 20_00, 5_00)]
    assert clinic("reconcile", "--json").json["agrees"] is True
    found = clinic("doctor", "--json").json
    assert "stripe in test mode, 1 holds in 8 days" in json.dumps(found)


def test_a_card_of_another_brand_is_refused_by_name(clinic: Clinic, at_stripe: Network) -> None:
    with pytest.raises(AssertionError, match="unknown card"):
        clinic.booked()  # `visa-ok` is no card at Stripe
    with pytest.raises(AssertionError, match="Discover"):
        clinic.booked(card="pm_card_discover")
    with pytest.raises(AssertionError, match="card-declined"):
        clinic.booked(card="pm_card_visa_chargeDeclined")
    answer = clinic("card", "give", "a1", "--consent", "--card", "pm_card_discover")
    assert answer.code == 1, answer
    assert "Discover" in answer.err
    assert at_stripe.cards == [(0, 0, 0)]


def test_the_patient_is_sent_to_his_bank(clinic: Clinic, at_stripe: Network) -> None:
    words = clinic.booked(card="pm_card_authenticationRequired")
    assert f"{at_stripe.address}/challenge/pi_000001" in words
    (view,) = at_stripe.sandbox.cards.since(moment=at_stripe.sandbox.clock())
    at_stripe.sandbox.cards.authenticate(view.ref, True)
    assert "is confirmed" in clinic.done("card", "check", "a1")
    refused = clinic("card", "authenticate", "a1")
    assert "[nothing-to-do]" in refused.err


# --- news ----------------------------------------------------------------------------------------


def state(clinic: Clinic) -> str:
    return str(clinic("appointment", "a1", "--json").json["appointment"]["state"])


def signed(
    at_stripe: Network, secret: str = SECRET, late: int = 0, **changed: object
) -> tuple[str, str]:
    """The body of an event about the only hold, and its signature."""
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.amount_capturable_updated",
        "livemode": False,
        "data": {"object": {"id": "pi_000001", "object": "payment_intent"}},
        **changed,
    }
    body = json.dumps(event)
    at = int(at_stripe.sandbox.clock().timestamp()) - late
    header = stripe.WebhookSignature.generate_signature_header(body, secret, at)
    return body, header


@pytest.fixture
def waiting(clinic: Clinic, at_stripe: Network, tmp_path: Path) -> Path:
    """A booking whose patient has authenticated, and nobody has told us; where a body is put."""
    clinic.booked(card="pm_card_authenticationRequired")
    (view,) = at_stripe.sandbox.cards.since(moment=at_stripe.sandbox.clock())
    at_stripe.sandbox.cards.authenticate(view.ref, True)
    return tmp_path / "body.json"


@pytest.mark.parametrize("secret", [SECRET, NEXT])
def test_news_is_taken_in_once(
    clinic: Clinic, at_stripe: Network, waiting: Path, secret: str
) -> None:
    body, header = signed(at_stripe, secret)
    waiting.write_text(body)
    assert "1 taken in" in clinic.done("stripe", "webhook", "--signature", header, waiting)
    assert state(clinic) == "confirmed"
    assert "0 taken in" in clinic.done("stripe", "webhook", "--signature", header, waiting)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"secret": "whsec_of_yesterday"}, "no signature"),
        ({"late": 301}, "not within 5 minutes"),
        ({"late": -301}, "not within 5 minutes"),
        ({"livemode": True}, "about live money"),
        ({"data": {}}, "no event"),
        ({"id": 7}, "no event"),
    ],
)
def test_news_that_proves_nothing_is_refused(
    clinic: Clinic, at_stripe: Network, waiting: Path, how: dict[str, object], why: str
) -> None:
    body, header = signed(at_stripe, **how)  # type: ignore[arg-type] # by name
    waiting.write_text(body)
    answer = clinic("stripe", "webhook", "--signature", header, waiting)
    assert (answer.code, "[news-refused]" in answer.err) == (1, True)
    assert why in answer.err
    assert "whsec" not in answer.err


@pytest.mark.parametrize("header", ["", "t=,v1=", "t=x,v1=y", "nonsense", "v1=abc", "t=1"])
def test_a_signature_that_is_none_is_refused(
    clinic: Clinic, at_stripe: Network, waiting: Path, header: str
) -> None:
    waiting.write_text(signed(at_stripe)[0])
    answer = clinic("stripe", "webhook", "--signature", header, waiting)
    assert "[news-refused]" in answer.err


@pytest.mark.parametrize("body", [b"\xff\xfe", b"x" * 1_000_001], ids=["not UTF-8", "too long"])
def test_a_body_that_is_none_is_refused(
    clinic: Clinic, at_stripe: Network, waiting: Path, body: bytes
) -> None:
    waiting.write_bytes(body)
    answer = clinic("stripe", "webhook", "--signature", signed(at_stripe)[1], waiting)
    assert "[news-refused]" in answer.err


def test_news_about_nothing_of_ours_is_let_go(
    clinic: Clinic, at_stripe: Network, waiting: Path
) -> None:
    about = {"object": {"id": "cus_1", "object": "customer"}}
    body, header = signed(at_stripe, data=about, type="customer.created")
    waiting.write_text(body)
    assert "0 taken in" in clinic.done("stripe", "webhook", "--signature", header, waiting)


def test_news_is_kept_while_stripe_cannot_be_asked(
    clinic: Clinic, at_stripe: Network, waiting: Path
) -> None:
    body, header = signed(at_stripe)
    waiting.write_text(body)
    at_stripe.sandbox.cards.trouble.plan(Trouble("look", TroubleKind.BUSY))
    assert "0 taken in" in clinic.done("stripe", "webhook", "--signature", header, waiting)
    assert state(clinic) == "reserved"
    clinic.done("worker", "--once")
    assert state(clinic) == "confirmed"


def test_news_that_never_came_is_asked_for(
    clinic: Clinic, at_stripe: Network, waiting: Path
) -> None:
    assert "2 pieces of news, 2 of them new" in clinic.done("stripe", "events")
    assert state(clinic) == "confirmed"
    assert "2 pieces of news, 0 of them new" in clinic.done("stripe", "events")


# --- what is configured wrongly ------------------------------------------------------------------


def refused_to_start(clinic: Clinic) -> str:
    answer = clinic("doctor")
    assert answer.code != 0
    assert KEY not in answer.out + answer.err
    return answer.out + answer.err


def test_a_key_that_is_missing_or_for_everybody_to_read(clinic: Clinic, at_stripe: Network) -> None:
    (clinic.home / "stripe.key").chmod(0o644)
    assert "chmod 600" in refused_to_start(clinic)
    (clinic.home / "stripe.key").unlink()
    assert "stripe.key cannot be read" in refused_to_start(clinic)


def test_a_key_of_the_other_mode(clinic: Clinic, at_stripe: Network) -> None:
    configured(clinic, card_network="stripe", installation="brussels", stripe_mode="live")
    assert "a test key of Stripe, and the clinic is in live mode" in refused_to_start(clinic)


def test_a_key_that_stripe_does_not_know(clinic: Clinic, at_stripe: Network) -> None:
    keep(clinic.home / "stripe.key", "sk_test_unknown")
    told = refused_to_start(clinic)
    assert "refuses the secret key" in told
    assert "sk_test_unknown" not in told


def test_an_installation_without_a_name(clinic: Clinic, at_stripe: Network) -> None:
    configured(clinic, card_network="stripe", stripe_address=at_stripe.address)
    assert 'installation = "our-clinic"' in refused_to_start(clinic)


@pytest.mark.parametrize(
    "setting",
    [
        {"card_network": "paypal"},
        {"stripe_mode": "play"},
        {"stripe_address": "https://api.stripe.example"},
        {"installation": "Our Clinic"},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_settings_out_of_bounds(clinic: Clinic, setting: dict[str, str]) -> None:
    configured(clinic, **setting)
    assert next(iter(setting)) in refused_to_start(clinic)


def test_without_stripe_there_are_no_events_to_ask_for(clinic: Clinic) -> None:
    answer = clinic("stripe", "events")
    assert (answer.code, "card_network" in answer.err) == (78, True)


def test_where_money_is_real_the_clock_is_too(clinic: Clinic) -> None:
    keep(clinic.home / "stripe.key", "sk_live_never_used")
    configured(clinic, card_network="stripe", installation="brussels", stripe_mode="live")
    for words in (("forward", "1h"), ("set", "2030-01-01T09:00")):
        assert "[nothing-to-do]" in clinic("clock", *words).err
