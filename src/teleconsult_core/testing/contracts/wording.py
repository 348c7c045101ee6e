"""The contract of the words of messages.

class TestAcmeWording(WordingContract):
    languages = ("fr", "de")

    def open_wording(self) -> Wording:
        return AcmeWording()
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cached_property

import pytest
from attrs import evolve

from teleconsult_core.gateways import ConsentTerms, Facts, Invitation, Method, Wording
from teleconsult_core.messages import Kind, To
from teleconsult_core.money import Money
from teleconsult_core.slots import Mode

SUMMER = datetime(2030, 7, 9, 12, 35, tzinfo=UTC)
WINTER = datetime(2030, 1, 9, 12, 35, tzinfo=UTC)
LINK = "https://clinic.example/l/join/abc_DEF-123"
AGAIN = "https://clinic.example/l/authorize/xyz_789"

ON_SMS = frozenset(
    {
        Kind.PLEASE_CONFIRM,
        Kind.WAITING_OFFER,
        Kind.REMINDER,
        Kind.LAST_REMINDER,
        Kind.PRACTITIONER_LINK,
        Kind.AUTHORIZE,
        Kind.MOVED,
        Kind.CANCELLED,
        Kind.LINK_AGAIN,
    }
)
"""The kinds that go by SMS too; every kind goes by e-mail."""

TO_PRACTITIONER = frozenset(
    {
        Kind.PRACTITIONER_LINK,
        Kind.PRACTITIONER_ABSENT,
        Kind.DECIDE,
        Kind.UNBILLED,
        Kind.CHARGE_FAILED,
        Kind.ALLOWANCE_LOW,
        Kind.ALLOWANCE_USED,
    }
)
TO_PRACTICE = frozenset({Kind.DISPUTED})

LEADING = frozenset(Kind) - {
    Kind.LAPSED,
    Kind.CANCELLED,
    Kind.PRACTITIONER_ABSENT,
    Kind.CHARGE_FAILED,
    Kind.DISPUTED,
    Kind.ALLOWANCE_LOW,
    Kind.ALLOWANCE_USED,
}
"""The kinds that lead somewhere: their facts carry a link."""

COMING = frozenset(
    {
        Kind.BOOKED,
        Kind.PLEASE_CONFIRM,
        Kind.WAITING_OFFER,
        Kind.REMINDER,
        Kind.LAST_REMINDER,
        Kind.PRACTITIONER_LINK,
        Kind.MOVED,
    }
)
"""The kinds that say when the consultation is (S5)."""

WITH_AMOUNT = frozenset({Kind.CHARGED, Kind.NO_SHOW_CHARGED, Kind.REFUNDED})

IN_CALENDARS: dict[Kind, Method] = {
    Kind.PLEASE_CONFIRM: Method.REQUEST,
    Kind.BOOKED: Method.REQUEST,
    Kind.MOVED: Method.REQUEST,
    Kind.LAPSED: Method.CANCEL,
    Kind.CANCELLED: Method.CANCEL,
}
"""The kinds that change what stands in the patient's calendar."""

_HEALTH = re.compile(
    r"diagnos|sympt[oô]m|\bmaladie|\bziekte|\bdisease|\billness|\bsyndrom|\bdouleur|\bklacht(en)?\b",
    re.IGNORECASE,
)
HOSTILE = ("{{7*7}}", "{% raw %}", "%(name)s {0}", "<b>Ana</b>", 'O\'Neil "& Co"', "\\n \\0")


def reader(kind: Kind) -> To:
    if kind in TO_PRACTICE:
        return To.PRACTICE
    return To.PRACTITIONER if kind in TO_PRACTITIONER else To.PATIENT


TO_PATIENT = tuple(one for one in Kind if reader(one) is To.PATIENT)


def facts(kind: Kind, *, start: datetime = SUMMER) -> Facts:
    """Everything a message of `kind` is told when it is composed."""
    warns = kind in {Kind.ALLOWANCE_LOW, Kind.ALLOWANCE_USED}
    return Facts(
        patient_name="" if warns else "Zoe Dhondt",
        practitioner_name="Dr Anne Peeters",
        practice_name="Cabinet du Parc",
        practice_phone="+3225550100",
        practice_address="Avenue du Parc 1\n1000 Bruxelles",
        zone="Europe/Brussels",
        mode=None if warns else Mode.VIDEO,
        start=None if warns else start,
        end=None if warns else start + timedelta(minutes=20),
        deadline=start - timedelta(hours=1) if kind is Kind.PLEASE_CONFIRM else None,
        fee=None if warns else Money(45_00, "EUR"),
        amount=Money(31_50, "EUR"),
        link=LINK if kind in LEADING else "",
        about="17/100" if warns else "1",
        to=reader(kind),
    )


def invitation(kind: Kind, *, confirmed: bool) -> Invitation:
    """What a letter of `kind` does to the patient's calendar."""
    return Invitation(
        method=IN_CALENDARS[kind],
        uid="9d3f@clinic.example",
        sequence=1,
        stamp=SUMMER - timedelta(days=3),
        confirmed=confirmed,
    )


class WordingContract:
    languages: tuple[str, ...] = ("fr", "nl", "en")

    def open_wording(self) -> Wording:
        raise NotImplementedError

    @cached_property
    def wording(self) -> Wording:
        return self.open_wording()

    def said(self, kind: Kind, told: Facts) -> list[str]:
        """The words of `kind` in every language, on every channel that it goes by.

        How they are broken into lines, and where a space may not break, is the adapter's own.
        """
        words = []
        for language in (*self.languages, "xx"):
            letter = self.wording.letter(kind, told, language)
            words.append(f"{letter.subject}\n{letter.text}")
            if kind in ON_SMS:
                words.append(self.wording.text(kind, told, language))
        return [" ".join(one.split()) for one in words]

    def pages(self, kind: Kind, told: Facts) -> list[str]:
        """The letters of `kind` that have an HTML part."""
        letters = (self.wording.letter(kind, told, language) for language in self.languages)
        return [letter.html for letter in letters if letter.html]

    @pytest.mark.parametrize("kind", Kind)
    def test_nobody_is_met_with_silence(self, kind: Kind) -> None:
        for language in (*self.languages, "xx", "pt-BR"):
            letter = self.wording.letter(kind, facts(kind), language)
            assert letter.text.strip()
            assert letter.subject.strip()
            assert len(letter.subject.splitlines()) == 1
            if kind in ON_SMS:
                assert self.wording.text(kind, facts(kind), language).strip()

    @pytest.mark.parametrize("kind", Kind)
    def test_nothing_is_left_to_fill_in(self, kind: Kind) -> None:
        for words in (*self.said(kind, facts(kind)), *self.pages(kind, facts(kind))):
            assert not re.search(r"\{\{|\{%|\bNone\b|Kind\.|To\.P", words)

    @pytest.mark.parametrize("kind", [one for one in TO_PATIENT if one is not Kind.SIGN_IN])
    def test_a_patient_is_told_whom_it_is_about(self, kind: Kind) -> None:
        for words in self.said(kind, facts(kind)):
            assert "Dr Anne Peeters" in words

    @pytest.mark.parametrize("kind", sorted(LEADING))
    def test_the_link_is_there_whole(self, kind: Kind) -> None:
        for words in (*self.said(kind, facts(kind)), *self.pages(kind, facts(kind))):
            assert LINK in words

    def test_the_last_reminder_asks_for_the_card_again(self) -> None:
        told = evolve(facts(Kind.LAST_REMINDER), authorize_link=AGAIN)
        for words in (*self.said(Kind.LAST_REMINDER, told), *self.pages(Kind.LAST_REMINDER, told)):
            assert AGAIN in words

    @pytest.mark.parametrize("kind", sorted(COMING))
    @pytest.mark.parametrize(("start", "hour"), [(SUMMER, 14), (WINTER, 13)])
    def test_the_time_is_the_practices_own(self, kind: Kind, start: datetime, hour: int) -> None:
        shown = re.compile(rf"(?<!\d){hour} ?[:h.u] ?35|(?<!\d){hour - 12}:35.?p", re.IGNORECASE)
        for words in self.said(kind, facts(kind, start=start)):
            assert shown.search(words)

    @pytest.mark.parametrize("kind", sorted(COMING - {Kind.PRACTITIONER_LINK}))
    def test_the_zone_is_named_where_the_readers_may_differ(self, kind: Kind) -> None:
        plain = self.said(kind, facts(kind))
        named = self.said(kind, evolve(facts(kind), zone_shown=True))
        assert all(len(more) > len(less) for more, less in zip(named, plain, strict=True))

    @pytest.mark.parametrize("kind", sorted(WITH_AMOUNT))
    def test_an_amount_is_told_to_the_cent(self, kind: Kind) -> None:
        for words in self.said(kind, facts(kind)):
            assert re.search(r"31[.,]50", words)

    @pytest.mark.parametrize("kind", Kind)
    def test_nothing_is_said_about_health(self, kind: Kind) -> None:
        for words in self.said(kind, facts(kind)):
            assert not _HEALTH.search(words)

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_name_is_only_a_name(self, name: str) -> None:
        for kind in Kind:
            told = evolve(facts(kind), practitioner_name=name, patient_name=name)
            if reader(kind) is To.PATIENT:
                assert all(name in words for words in self.said(kind, told))
            assert not any("<b>Ana</b>" in page for page in self.pages(kind, told))

    def test_a_cancellation_says_other_words_to_the_practitioner(self) -> None:
        told = facts(Kind.CANCELLED)
        for language in self.languages:
            patient, practitioner = (
                self.wording.letter(Kind.CANCELLED, evolve(told, to=to), language).text
                for to in (To.PATIENT, To.PRACTITIONER)
            )
            assert patient != practitioner

    @pytest.mark.parametrize("kind", sorted(IN_CALENDARS))
    @pytest.mark.parametrize("confirmed", [True, False])
    def test_an_invitation_becomes_an_event(self, kind: Kind, confirmed: bool) -> None:
        asked = invitation(kind, confirmed=confirmed)
        told = evolve(facts(kind), invitation=asked)
        for language in (*self.languages, "xx"):
            event = self.wording.letter(kind, told, language).event
            assert event is not None
            assert event.invitation == asked
            assert (event.start, event.end, event.zone) == (told.start, told.end, told.zone)
            said = f"{event.url} {event.summary} {event.description} {event.location}"
            assert "/l/" not in said
            assert "Dr Anne Peeters" in event.summary
            assert len(event.summary.splitlines()) == 1
            assert len(event.location.splitlines()) < 2
            assert not _HEALTH.search(f"{event.summary} {event.description} {event.location}")

    @pytest.mark.parametrize("kind", Kind)
    def test_a_letter_without_an_invitation_carries_no_event(self, kind: Kind) -> None:
        for language in self.languages:
            assert self.wording.letter(kind, facts(kind), language).event is None

    def test_a_consent_states_every_figure(self) -> None:
        terms = ConsentTerms(
            practitioner_name="Dr Anne Peeters",
            practice_name="Cabinet du Parc",
            amount=Money(45_00, "EUR"),
            start=SUMMER,
            zone="Europe/Brussels",
            cancel_until=SUMMER - timedelta(days=1),
            late_fee=Money(11_25, "EUR"),
            no_show_cap=Money(22_50, "EUR"),
            version="2027-01",
        )
        for language in (*self.languages, "xx"):
            words = self.wording.consent(terms, language)
            assert len(words) <= 4000
            words = " ".join(words.split())
            assert "Dr Anne Peeters" in words
            for figure in (r"45[.,]00", r"11[.,]25", r"22[.,]50"):
                assert re.search(figure, words)
