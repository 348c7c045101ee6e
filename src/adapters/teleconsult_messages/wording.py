"""The wording of messages: one small template per kind, in every language. May import the core.

The templates say in English, and in what order, what there is to say; a language's catalogue says
it in that language. A template (`reminder.txt`) holds the words of one message as blocks:
`subject`, `body`, `action` (the label of its one link) and `afterwards` of the letter, and `sms`
where it goes by SMS. `_letter.txt` sets them as a letter.

A host's own directory has the same layout: a file in `templates/` replaces ours of the same name,
a catalogue in `locale/xx/LC_MESSAGES/` replaces single messages or adds a language. Templates run
in Jinja's sandbox; a name is data and never a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import babel
from attrs import frozen

from teleconsult_core.gateways import ConsentTerms, Event, Facts, Letter, Wording
from teleconsult_core.messages import Kind
from teleconsult_core.ports import PortMisused
from teleconsult_messages.catalogues import SOURCE, Catalogues, Words
from teleconsult_messages.context import Context, consent_context, letter_context, sms_context
from teleconsult_messages.layout import one_line, set_in_paragraphs
from teleconsult_messages.page import page_context
from teleconsult_messages.speech import SPEECHES, Speech
from teleconsult_messages.templates import Templates

OURS = Path(__file__).parent

_CONSENT = "consent.txt"
_EVENT = "event.txt"
_SHARED = ("_greeting.txt", "_closing.txt", "_letter.txt", "_letter.html", "_sms.txt", _EVENT)
"""What a language must have words for beside those of a message."""


@frozen
class _Tongue:
    """A language as it was chosen: its words, and how it writes figures."""

    language: str
    words: Words
    speech: Speech


class JinjaWording:
    """Words by kind and language.

    A language that is unknown, or whose catalogue lacks a message of a kind, is replaced as a whole
    (words, dates and amounts) by the next of: the language without its region, `fallback`, French,
    English. `fallback` is the practice's first language. Raises `PortMisused` for a template that
    cannot be rendered, a catalogue that cannot be read, or a fact that a message cannot do without:
    a person must look, nothing half-said is sent.
    """

    def __init__(
        self,
        *,
        fallback: str = "fr",
        overrides: Path | None = None,
        speeches: Mapping[str, Speech] | None = None,
    ) -> None:
        homes = [overrides, OURS] if overrides else [OURS]
        self._fallback = fallback
        self._speeches = {**SPEECHES, **(speeches or {})}
        self._templates = Templates([home / "templates" for home in homes])
        self._catalogues = Catalogues([home / "locale" for home in reversed(homes)])

    def text(self, kind: Kind, facts: Facts, language: str) -> str:
        """The SMS of `kind`, in one line; the subject of its letter where it has no `sms` block."""
        tongue = self._tongue(_name(kind), language)
        return one_line(
            self._block(_name(kind), "sms", sms_context(kind, facts, tongue.speech), tongue)
        )

    def letter(self, kind: Kind, facts: Facts, language: str) -> Letter:
        tongue = self._tongue(_name(kind), language)
        context = letter_context(kind, facts, tongue.speech)
        words = one_line(self._block(_name(kind), "subject", context, tongue))
        subject = tongue.speech.set_spaces(words)
        said = {**self._said(_name(kind), context, tongue), "subject": subject}
        return Letter(
            subject=subject,
            text=self._plain(said, tongue),
            html=self._page(said, tongue),
            event=self._event(facts, context, tongue),
        )

    def consent(self, terms: ConsentTerms, language: str) -> str:
        """What the patient agrees to, word for word as it is shown and kept."""
        tongue = self._tongue(_CONSENT, language)
        words = self._block(_CONSENT, "words", consent_context(terms, tongue.speech), tongue)
        return set_in_paragraphs(words, width=0, spacing=tongue.speech.set_spaces).rstrip()

    def _event(self, facts: Facts, context: Context, tongue: _Tongue) -> Event | None:
        """What the letter puts into the patient's calendar, moves there or takes away."""
        if facts.invitation is None:
            return None
        spaced = tongue.speech.set_spaces
        description = self._block(_EVENT, "description", context, tongue)
        return facts.event(
            summary=spaced(one_line(self._block(_EVENT, "summary", context, tongue))),
            description=set_in_paragraphs(description, width=0, spacing=spaced).rstrip(),
            location=spaced(one_line(self._block(_EVENT, "location", context, tongue))),
        )

    def _plain(self, said: Context, tongue: _Tongue) -> str:
        words = self._render("_letter.txt", said, tongue)
        return set_in_paragraphs(words, spacing=tongue.speech.set_spaces)

    def _page(self, said: Context, tongue: _Tongue) -> str:
        return self._render("_letter.html", page_context(said, tongue.speech), tongue)

    def _said(self, name: str, context: Context, tongue: _Tongue) -> Context:
        """The context with the parts of the letter, each in its words, for a frame to set."""
        blocks = ("body", "action", "button", "afterwards")
        parts = {block: self._block(name, block, context, tongue).strip() for block in blocks}
        greeting = self._render("_greeting.txt", context, tongue).strip()
        closing = self._render("_closing.txt", context, tongue).strip()
        return {**context, **parts, "greeting": greeting, "closing": closing}

    def _tongue(self, name: str, wanted: str) -> _Tongue:
        asked = self._templates.ids(name).union(*map(self._templates.ids, _SHARED))
        for language in (wanted, wanted.partition("-")[0], self._fallback, "fr", SOURCE):
            words = self._catalogues.words(language)
            if words is not None and words.complete(asked):
                return _Tongue(language, words, self._speech(language))
        raise PortMisused(f"there are no words for {name}, not even in English")

    def _speech(self, language: str) -> Speech:
        if language in self._speeches:
            return self._speeches[language]
        try:
            babel.Locale.parse(language.replace("-", "_"))
        except (ValueError, babel.UnknownLocaleError) as wrong:
            raise PortMisused(f"give a Speech for {language!r}: {wrong}") from wrong
        return Speech(locale=language.replace("-", "_"))

    def _block(self, name: str, block: str, context: Context, tongue: _Tongue) -> str:
        said = {**context, "language": tongue.language}
        return self._templates.block(name, block, said, tongue.words.translations)

    def _render(self, name: str, context: Context, tongue: _Tongue) -> str:
        said = {**context, "language": tongue.language}
        return self._templates.render(name, said, tongue.words.translations)


def _name(kind: Kind) -> str:
    return f"{kind.value}.txt"


_: type[Wording] = JinjaWording
