"""One message of every kind, as the gallery shows it: the facts of a believable practice.

A file in `tests/adapters/messages/gallery/fr/` for each; `python docs/gallery.py` writes them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import evolve

from teleconsult_core.gateways import ConsentTerms, Facts, Invitation, Letter, Method
from teleconsult_core.messages import Kind, To
from teleconsult_core.money import Money
from teleconsult_core.slots import Mode
from teleconsult_core.sms import segments
from teleconsult_messages import JinjaWording

LANGUAGES = ("fr", "nl", "en")

TOKEN = "q7Jm2Xv0bT9sKc4LwYh1NfRz8EoGdUa6iP3xVtB5kMe"  # 43 characters, as ours are
HOST = "video.cabinet-exemple.be"
START = datetime(2027, 12, 22, 13, 20, tzinfo=UTC)
"""A Wednesday late in the year: its short form is the longest there is."""


def link(purpose: str) -> str:
    return f"https://{HOST}/l/{purpose}/{TOKEN}"


AT_THE_START = Facts(
    patient_name="Nora El Amrani",
    practitioner_name="Dr François Maître",
    practice_name="Cabinet du Parc",
    practice_phone="+3225550101",
    practice_address="Avenue du Parc 12\n1060 Bruxelles",
    zone="Europe/Brussels",
    mode=Mode.VIDEO,
    start=START,
    end=START + timedelta(minutes=20),
    fee=Money(4500, "EUR"),
)
IN_PERSON = evolve(AT_THE_START, mode=Mode.IN_PERSON, fee=None)
TO_PRACTITIONER = evolve(AT_THE_START, to=To.PRACTITIONER)
TO_PRACTICE = evolve(AT_THE_START, to=To.PRACTICE)
_CHARGED = Money(4500, "EUR")
_INVITED = Invitation(Method.REQUEST, f"9d3f@{HOST}", 0, START - timedelta(days=3))
_CANCELLED = evolve(_INVITED, method=Method.CANCEL, sequence=1, confirmed=False)
_ALLOWANCE = evolve(
    TO_PRACTITIONER, patient_name="", mode=None, start=None, end=None, fee=None, about="3/40"
)

SHOWN: dict[str, tuple[Kind, Facts]] = {
    "booked": (Kind.BOOKED, evolve(AT_THE_START, link=link("account"), invitation=_INVITED)),
    "booked-in-person": (
        Kind.BOOKED,
        evolve(IN_PERSON, link=link("account"), invitation=_INVITED),
    ),
    "please-confirm": (
        Kind.PLEASE_CONFIRM,
        evolve(
            AT_THE_START,
            link=link("confirm"),
            deadline=START - timedelta(days=1),
            invitation=evolve(_INVITED, confirmed=False),
        ),
    ),
    "waiting-offer": (
        Kind.WAITING_OFFER,
        evolve(AT_THE_START, link=link("confirm"), deadline=START - timedelta(days=1)),
    ),
    "reminder": (Kind.REMINDER, evolve(AT_THE_START, link=link("join"))),
    "reminder-in-person": (Kind.REMINDER, IN_PERSON),
    "reminder-elsewhere": (Kind.REMINDER, evolve(AT_THE_START, link=link("join"), zone_shown=True)),
    "last-reminder": (Kind.LAST_REMINDER, evolve(AT_THE_START, link=link("join"))),
    "last-reminder-authorize": (
        Kind.LAST_REMINDER,
        evolve(AT_THE_START, link=link("join"), authorize_link=link("authorize")),
    ),
    "practitioner-link": (Kind.PRACTITIONER_LINK, evolve(TO_PRACTITIONER, link=link("join"))),
    "authorize": (Kind.AUTHORIZE, evolve(AT_THE_START, link=link("authorize"))),
    "card-declined": (
        Kind.CARD_DECLINED,
        evolve(AT_THE_START, amount=_CHARGED, link=link("authorize")),
    ),
    "lapsed": (Kind.LAPSED, evolve(AT_THE_START, invitation=_CANCELLED)),
    "cancelled": (Kind.CANCELLED, evolve(AT_THE_START, invitation=_CANCELLED)),
    "cancelled-late": (
        Kind.CANCELLED,
        evolve(AT_THE_START, amount=Money(1000, "EUR"), invitation=_CANCELLED),
    ),
    "cancelled-practitioner": (Kind.CANCELLED, TO_PRACTITIONER),
    "moved": (Kind.MOVED, evolve(AT_THE_START, link=link("account"), invitation=_INVITED)),
    "practitioner-absent": (Kind.PRACTITIONER_ABSENT, TO_PRACTITIONER),
    "decide": (
        Kind.DECIDE,
        evolve(TO_PRACTITIONER, link=link("decide"), about="lapse-1"),
    ),
    "charged": (Kind.CHARGED, evolve(AT_THE_START, amount=_CHARGED, link=link("account"))),
    "nothing-charged": (Kind.NOTHING_CHARGED, evolve(AT_THE_START, link=link("account"))),
    "no-show-charged": (
        Kind.NO_SHOW_CHARGED,
        evolve(AT_THE_START, amount=Money(2000, "EUR"), link=link("account")),
    ),
    "refunded": (Kind.REFUNDED, evolve(AT_THE_START, amount=_CHARGED, link=link("account"))),
    "rate": (Kind.RATE, evolve(AT_THE_START, link=link("rate"))),
    "unbilled": (Kind.UNBILLED, evolve(TO_PRACTITIONER, link=link("decide"))),
    "charge-failed": (Kind.CHARGE_FAILED, evolve(TO_PRACTITIONER, amount=_CHARGED)),
    "disputed": (Kind.DISPUTED, evolve(TO_PRACTICE, amount=_CHARGED)),
    "allowance-low": (Kind.ALLOWANCE_LOW, _ALLOWANCE),
    "allowance-used": (Kind.ALLOWANCE_USED, evolve(_ALLOWANCE, about="0/40")),
    "link-again": (Kind.LINK_AGAIN, evolve(AT_THE_START, link=link("join"))),
    "sign-in": (
        Kind.SIGN_IN,
        evolve(
            AT_THE_START,
            mode=None,
            start=None,
            end=None,
            fee=None,
            link=f"https://{HOST}/account/{TOKEN}",
        ),
    ),
    "payment-stuck": (
        Kind.PAYMENT_STUCK,
        evolve(TO_PRACTICE, amount=_CHARGED, about="op-7f3a9c"),
    ),
    "charge-at-risk": (
        Kind.CHARGE_AT_RISK,
        evolve(TO_PRACTICE, amount=_CHARGED, about="op-7f3a9c"),
    ),
    "refund-came-back": (
        Kind.REFUND_CAME_BACK,
        evolve(TO_PRACTICE, amount=_CHARGED, about="op-7f3a9c"),
    ),
    "undelivered": (Kind.UNDELIVERED, evolve(TO_PRACTICE, about="sms patient")),
}
"""By the name of its file: what kind it is, and what it is told."""

TERMS = ConsentTerms(
    practitioner_name="Dr François Maître",
    practice_name="Cabinet du Parc",
    amount=Money(4500, "EUR"),
    start=START,
    zone="Europe/Brussels",
    cancel_until=START - timedelta(days=1),
    late_fee=Money(1000, "EUR"),
    no_show_cap=Money(2000, "EUR"),
    version="2027-01",
)
CONSENTS = {
    "consent": TERMS,
    "consent-free": evolve(TERMS, late_fee=Money(0, "EUR"), no_show_cap=Money(0, "EUR")),
    "consent-indemnity": evolve(TERMS, late_fee=Money(0, "EUR"), indemnity=True),
}

BY_SMS = frozenset(
    {
        Kind.PLEASE_CONFIRM,
        Kind.WAITING_OFFER,
        Kind.REMINDER,
        Kind.LAST_REMINDER,
        Kind.PRACTITIONER_LINK,
        Kind.AUTHORIZE,
        Kind.CANCELLED,
        Kind.MOVED,
        Kind.LINK_AGAIN,
    }
)
"""The kinds that go by SMS too; every kind goes by e-mail."""


def as_text(wording: JinjaWording, name: str, language: str) -> str:
    """The letter, its event and the text message, as the gallery keeps them."""
    kind, facts = SHOWN[name]
    letter = wording.letter(kind, facts, language)
    parts = [f"Subject: {letter.subject}\n\n{letter.text}", _event(letter)]
    if kind in BY_SMS:
        parts.append(f"-- SMS\n{wording.text(kind, facts, language)}\n")
    return "\n".join(part for part in parts if part)


NAMES = ("Dr Anne Peeters", "Dr François Maître", "Dr Anne-Sophie Vandenbroucke")
"""Of 15, 18 and 28 letters."""


def prices(wording: JinjaWording) -> str:
    """What every text message costs in segments, with links of 83 to 88 characters.

    The last two columns are for a reader abroad, to whom the zone must be named.
    """
    head = [
        "message",
        "language",
        *(f"{len(name)} letters" for name in NAMES),
        "18, abroad",
        "28, abroad",
    ]
    rows = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for name, (kind, facts) in SHOWN.items():
        if kind in BY_SMS:
            rows += [
                _prices(wording, name, evolve(facts, zone_shown=False), one) for one in LANGUAGES
            ]
    return "\n".join(rows) + "\n"


def _prices(wording: JinjaWording, name: str, facts: Facts, language: str) -> str:
    kind, abroad = SHOWN[name][0], evolve(facts, zone_shown=True)
    here = [evolve(facts, practitioner_name=one) for one in NAMES]
    away = [evolve(abroad, practitioner_name=one) for one in NAMES[1:]]
    texts = [wording.text(kind, told, language) for told in (*here, *away)]
    cells = [f"{segments(text)} ({len(text)})" for text in texts]
    return f"| {' | '.join([name, language, *cells])} |"


def _event(letter: Letter) -> str:
    if letter.event is None:
        return ""
    event = letter.event
    said = (event.invitation.method, event.summary, event.location, event.description)
    return "-- calendar\n" + "\n".join(said) + "\n"
