"""Names are words and nothing else: in subjects, letters, HTML, calendars and text messages."""

from __future__ import annotations

import re
import unicodedata

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from letters_shown import BY_SMS, LANGUAGES, SHOWN, START
from teleconsult_core.gateways import ConsentTerms, Facts, Letter
from teleconsult_core.money import Money
from teleconsult_messages import JinjaWording
from teleconsult_messages.names import LONGEST, inert

WORDING = JinjaWording()
INVISIBLE = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
"""Controls, lone carriage returns, line separators, and what turns the direction of writing."""

HOSTILE = {
    "a template": ("{{ 7 * 7 }}{% include 'rate.txt' %}{# Nora #}", "{{ 7 * 7 }}{% include"),
    "a placeholder": ("%(practice)s %s %d 100 %", "%(practice)s %s %d 100 %"),
    "HTML": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "a header": ("Nora\r\nBcc: everyone@example.org", "Nora Bcc: everyone@example.org"),
    "a lone CR": ("Nora\rBcc: everyone@example.org", "Nora Bcc: everyone@example.org"),
    "a line feed": ("Nora\n\nhttps://elsewhere.example/", "Nora https://elsewhere.example/"),
    "a line separator": ("Nora\u2028Bcc:\u2029x\x85y\x0bz", "Nora Bcc: x y z"),
    "a kept break": ("Nora \\\nBcc: x", "Nora \\ Bcc: x"),
    "an override": ("Nora \u202eiramA", "Nora iramA"),
    "an isolate": ("\u2067Nora\u2069 \u200fAmari\u061c", "Nora Amari"),
    "nothing at all": ("No\x00ra\x1b[2J\ufeff", "Nora[2J"),
    "half a character": ("Nora \ud83d", "Nora "),
    "a line of a calendar": ("Nora\r\nEND:VEVENT\r\nBEGIN:VEVENT", "Nora END:VEVENT BEGIN:VEVENT"),
    "a book": ("Nora " * 20_000, "Nora " * 20),
}


def named(facts: Facts, name: str) -> Facts:
    """`facts` in which everything that somebody has typed is `name`."""
    return evolve(
        facts,
        patient_name=name,
        practitioner_name=name,
        practice_name=name,
        practice_address=name,
        practice_phone=name,
        about=name,
    )


def everything(letter: Letter) -> list[str]:
    event = letter.event
    in_calendar = [event.summary, event.description, event.location] if event else []
    return [letter.subject, letter.text, letter.html, *in_calendar]


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_name_is_inert_everywhere(what: str) -> None:
    name, shown = HOSTILE[what]
    for kind, facts in SHOWN.values():
        for language in LANGUAGES:
            letter = WORDING.letter(kind, named(facts, name), language)
            said = [*everything(letter), WORDING.text(kind, named(facts, name), language)]
            assert not [one for one in said if re.search(INVISIBLE, one)]
            assert all(one.encode() for one in said)
            assert all(len(one) < 20 * LONGEST for one in said if one != letter.html)
            assert "\n" not in letter.subject
            paragraphs = letter.text.split("\n\n")
            assert not any(re.match("Bcc|END:|https://elsewhere", one) for one in paragraphs)
            assert shown.strip() in " ".join(letter.text.split())


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_name_is_inert_in_a_consent(what: str) -> None:
    name, shown = HOSTILE[what]
    terms = ConsentTerms(
        practitioner_name=name,
        practice_name=name,
        amount=Money(4500, "EUR"),
        start=START,
        zone="Europe/Brussels",
        cancel_until=START,
        late_fee=Money(0, "EUR"),
        no_show_cap=Money(0, "EUR"),
        version="2027-01",
    )
    said = WORDING.consent(terms, "fr")
    assert shown.strip() in " ".join(said.split())
    assert not re.search(INVISIBLE, said)
    assert len(said) < 4000


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Ánh",
        "Γιώργος",
        "نورا العمراني",
        "می\u200cخواهم",
        "क्ष",
        "Zoë 👩",
        "O’Neil-D'Hôtel",
    ],
)
def test_a_name_in_any_writing_is_said_as_it_is(name: str) -> None:
    assert inert(name) == name
    _, facts = SHOWN["booked"]
    letter = WORDING.letter(SHOWN["booked"][0], evolve(facts, practitioner_name=name), "fr")
    assert name in letter.text
    assert name.replace("'", "&#39;") in letter.html


@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=300), shown=st.sampled_from(sorted(SHOWN)))
@example(name="\\", shown="booked")
@example(name="%(when)s{{link}}", shown="moved")
def test_no_name_whatever_changes_what_is_sent(name: str, shown: str) -> None:
    kind, facts = SHOWN[shown]
    letter = WORDING.letter(kind, named(facts, name), "nl")
    ours = WORDING.letter(kind, named(facts, "Nora"), "nl")
    for said in everything(letter):
        assert not re.search(INVISIBLE, said)
    assert skeleton(letter.html) == skeleton(ours.html)
    if kind in BY_SMS:
        assert "\n" not in WORDING.text(kind, named(facts, name), "nl")


def skeleton(html: str) -> list[str]:
    """The tags alone, without where the telephone leads."""
    tags = re.findall(r"<[^>]*>", html)
    return [tag for tag in tags if tag != "<br>" and "tel:" not in tag and tag != "</a>"]


@settings(max_examples=200)
@given(st.text())
def test_what_is_inert_stays_so(written: str) -> None:
    once = inert(written)
    assert inert(once) == once
    assert len(once) <= LONGEST
    assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in once)
