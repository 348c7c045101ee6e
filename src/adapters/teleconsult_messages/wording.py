"""The wording of messages: one small template per kind and language. May import the core, Jinja2.

A template (`fr/reminder.txt`) holds the words of one message as blocks: `subject`, `body` and
`action` (the label of its one link) of the letter, and `sms` where it goes by SMS. It extends the
frame it is rendered in, so the same file gives the subject, the letter and the text message:
`_subject.txt`, `_letter.txt`, `_sms.txt`. What the languages share is in the frames; what the
messages of one language share is in its `_greeting.txt`, `_closing.txt` and the like.

A host's own directory, laid out the same way, is searched first: one file there replaces one
message, a new folder there is a new language. Templates run in Jinja's sandbox; a name is data
and never a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from teleconsult_core.gateways import ConsentTerms, Facts, Letter, Wording
from teleconsult_core.messages import Kind
from teleconsult_core.ports import PortMisused
from teleconsult_messages.context import consent_context, letter_context, sms_context
from teleconsult_messages.layout import one_line, set_in_paragraphs
from teleconsult_messages.plain import plain
from teleconsult_messages.speech import SPEECHES, Speech

_OURS = Path(__file__).parent / "templates"

_SHARED = ("_greeting.txt", "_closing.txt")
"""What a language must have beside the words of a message."""


class JinjaWording:
    """Words by kind and language.

    A language that is unknown, or lacks a template, is replaced as a whole (words, dates and
    amounts) by the next of: the language without its region, `fallback`, French. `fallback` is
    the practice's first language. Raises `PortMisused` for a template that cannot be rendered or
    a fact that a message cannot do without: a person must look, nothing half-said is sent.
    """

    def __init__(
        self,
        *,
        fallback: str = "fr",
        overrides: Path | None = None,
        speeches: Mapping[str, Speech] | None = None,
    ) -> None:
        self._fallback = fallback
        self._speeches = {**SPEECHES, **(speeches or {})}
        self._templates = _environment([overrides, _OURS] if overrides else [_OURS])

    def text(self, kind: Kind, facts: Facts, language: str) -> str:
        """The SMS of `kind`, in one line; the subject of its letter where it has no `sms` block."""
        chosen, speech = self._language(f"{kind.value}.txt", language)
        context = sms_context(kind, facts, speech)
        return one_line(self._render(f"{kind.value}.txt", chosen, "_sms.txt", context))

    def letter(self, kind: Kind, facts: Facts, language: str) -> Letter:
        name = f"{kind.value}.txt"
        chosen, speech = self._language(name, language)
        context = letter_context(kind, facts, speech)
        subject = one_line(self._render(name, chosen, "_subject.txt", context))
        words = self._render(name, chosen, "_letter.txt", context)
        text = set_in_paragraphs(words, spacing=speech.set_spaces)
        return Letter(subject=speech.set_spaces(subject), text=text)

    def consent(self, terms: ConsentTerms, language: str) -> str:
        """What the patient agrees to, word for word as it is shown and kept."""
        chosen, speech = self._language("consent.txt", language)
        words = self._render("consent.txt", chosen, "_consent.txt", consent_context(terms, speech))
        return set_in_paragraphs(words, width=0, spacing=speech.set_spaces).rstrip()

    def _language(self, name: str, wanted: str) -> tuple[str, Speech]:
        for language in (wanted, wanted.partition("-")[0], self._fallback, "fr"):
            if all(self._has(f"{language}/{part}") for part in (name, *_SHARED)):
                return language, self._speeches.get(language) or Speech(locale=language)
        raise PortMisused(f"there is no template {name}, not even in French")

    def _has(self, path: str) -> bool:
        try:
            self._templates.get_template(path)
        except jinja2.TemplateNotFound:
            return False
        except jinja2.TemplateError as wrong:
            raise PortMisused(f"{path}: {wrong}") from wrong
        return True

    def _render(self, name: str, language: str, frame: str, context: Mapping[str, object]) -> str:
        path = f"{language}/{name}"
        try:
            template = self._templates.get_template(path)
            return template.render(context, language=language, frame=frame)
        except jinja2.TemplateError as wrong:
            raise PortMisused(f"{path}: {wrong}") from wrong


def _environment(directories: list[Path]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(directories),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = plain
    return environment


_: type[Wording] = JinjaWording
