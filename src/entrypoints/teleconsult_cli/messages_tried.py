"""Trying messages: what they look like, and whether the gateways take them."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from teleconsult_cli import typed
from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.exit_codes import Exit
from teleconsult_cli.messages import messages
from teleconsult_cli.sample import sample_facts
from teleconsult_core.gateways import Accepted, Facts, Letter
from teleconsult_core.messages import Kind
from teleconsult_core.sms import segments

_KIND = click.Choice([one.value for one in Kind])
_language = click.option("--language", metavar="CODE", help="The practice's first by default.")
_in_person = click.option("--in-person", is_flag=True, help="Of an appointment at the practice.")


@command(messages, "preview")
@click.argument("kind", type=_KIND, metavar="KIND")
@_language
@_in_person
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the HTML letter here."
)
def preview(
    at: AtHand, kind: str, language: str | None, in_person: bool, html: Path | None
) -> None:
    """A message of KIND as people would see it, about a consultation that never was."""
    facts, language = _sample(at, kind, in_person), language or at.practice.languages[0]
    letter = at.desk.wording.letter(Kind(kind), facts, language)
    text = at.desk.wording.text(Kind(kind), facts, language)
    if html is not None:
        html.write_text(letter.html, encoding="utf-8")
    words = [f"Subject: {letter.subject}", letter.text, _event(letter), _as_text(text)]
    seen = {"letter": letter, "text": text, "segments": segments(text)}
    at.screen.value(seen, "\n".join(part for part in words if part).rstrip())


def _event(letter: Letter) -> str:
    if letter.event is None:
        return ""
    asked = letter.event.invitation
    return f"[calendar, {asked.method.value}, sequence {asked.sequence}] {letter.event.summary}\n"


def _as_text(text: str) -> str:
    count = segments(text)
    return f"[as an SMS, {count} segment{'' if count == 1 else 's'}] {text}"


@command(messages, "send-test")
@click.argument("to")
@click.option("--kind", type=_KIND, default=Kind.REMINDER.value, show_default=True, metavar="KIND")
@_language
@_in_person
def send_test(at: AtHand, to: str, kind: str, language: str | None, in_person: bool) -> None:
    """Send a message about a consultation that never was TO an e-mail address or a phone number.

    Through the gateways as they are set; exit 1 when it is not taken.
    """
    facts, language = _sample(at, kind, in_person), language or at.practice.languages[0]
    key = f"test:{secrets.token_hex(8)}"
    if "@" in to:
        letter = at.desk.wording.letter(Kind(kind), facts, language)
        answer = at.desk.letters.send(key=key, to=to, letter=letter)
    else:
        text = at.desk.wording.text(Kind(kind), facts, language)
        answer = at.desk.texts.send(key=key, to=typed.phone(to, at.practice), text=text)
    if isinstance(answer, Accepted):
        at.screen.value({"taken": True, "ref": answer.ref}, f"The gateway took it as {answer.ref}.")
        return
    at.screen.value({"taken": False, "reason": answer.reason}, f"Not taken: {answer.reason}.")
    raise SystemExit(Exit.REFUSED)


def _sample(at: AtHand, kind: str, in_person: bool) -> Facts:
    with at.desk.open_work(writing=False) as work:
        practitioner = next(iter(work.clinic.practitioners()), None)
    name = practitioner.name if practitioner else at.practice.name
    return sample_facts(Kind(kind), at.practice, name, at.desk.site, at.now, video=not in_person)
