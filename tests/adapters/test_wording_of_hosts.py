"""What a host may say otherwise: single messages, whole templates, a language of its own."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from babel.messages.pofile import read_po, write_po

from teleconsult_core.gateways import Facts
from teleconsult_core.messages import Kind
from teleconsult_core.money import Money
from teleconsult_core.ports import PortMisused
from teleconsult_core.slots import Mode
from teleconsult_messages import JinjaWording, Speech
from teleconsult_messages.words import main

START = datetime(2027, 3, 2, 13, 20, tzinfo=UTC)
LINK = "https://video.cabinet-exemple.be/l/join/q7Jm2Xv0bT9sKc4LwYh1NfRz8EoGdUa6iP3xVtB5kMe"
FACTS = Facts(
    patient_name="Nora El Amrani",
    practitioner_name="Dr Claire Lambrecht",
    practice_name="Cabinet du Parc",
    practice_phone="+3225550101",
    zone="Europe/Brussels",
    mode=Mode.VIDEO,
    start=START,
    end=START + timedelta(minutes=20),
    fee=Money(4500, "EUR"),
    amount=Money(4500, "EUR"),
    link=LINK,
)
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
CATALOGUE = "locale/{}/LC_MESSAGES/teleconsult.po"


def write(home: Path, path: str, words: str) -> None:
    file = home / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(words, encoding="utf-8")


def translate(home: Path, language: str, **words: str) -> None:
    """A catalogue of the host's with these words for ours, `_` as the sentence's first word."""
    entries = [f'\nmsgid "{OURS[name]}"\nmsgstr "{said}"\n' for name, said in words.items()]
    write(home, CATALOGUE.format(language), HEAD + "".join(entries))


OURS = {
    "subject": "Appointment confirmed: %(when)s",
    "rate": "Give my opinion:",
    "dear": "Dear %(reader)s,",
}


def test_a_host_says_one_message_in_its_own_words(tmp_path: Path) -> None:
    translate(tmp_path, "fr", subject="C’est noté : %(when)s", rate="")
    theirs, ours = JinjaWording(overrides=tmp_path), JinjaWording()
    said = theirs.letter(Kind.BOOKED, FACTS, "fr")
    assert said.subject.startswith("C’est noté\u00a0: mardi")
    assert said.text == ours.letter(Kind.BOOKED, FACTS, "fr").text
    assert theirs.letter(Kind.RATE, FACTS, "fr") == ours.letter(Kind.RATE, FACTS, "fr")
    assert theirs.letter(Kind.BOOKED, FACTS, "nl") == ours.letter(Kind.BOOKED, FACTS, "nl")


def test_a_host_says_our_english_otherwise(tmp_path: Path) -> None:
    translate(tmp_path, "en", dear="Hi %(reader)s,")
    theirs = JinjaWording(overrides=tmp_path)
    assert theirs.letter(Kind.BOOKED, FACTS, "en").text.startswith("Hi Nora El Amrani,\n")
    assert theirs.letter(Kind.BOOKED, FACTS, "en").subject.startswith("Appointment confirmed: Tue")


def test_a_host_replaces_one_message_and_keeps_the_others(tmp_path: Path) -> None:
    write(
        tmp_path,
        "templates/reminder.txt",
        "{% extends frame %}{% block subject %}À tout à l’heure{% endblock %}"
        "{% block body %}Le {{ when }}.{% endblock %}{% block sms %}{{ link }}{% endblock %}",
    )
    theirs, ours = JinjaWording(overrides=tmp_path), JinjaWording()
    assert theirs.letter(Kind.REMINDER, FACTS, "fr").subject == "À tout à l’heure"
    assert theirs.text(Kind.REMINDER, FACTS, "fr") == LINK
    assert theirs.letter(Kind.BOOKED, FACTS, "fr") == ours.letter(Kind.BOOKED, FACTS, "fr")


def test_a_host_sets_every_letter_in_its_own_frame(tmp_path: Path) -> None:
    write(tmp_path, "templates/_letter.txt", "{{ practice }}\n\n{{ body }}\n\n{{ link }}")
    said = JinjaWording(overrides=tmp_path).letter(Kind.RATE, FACTS, "en").text
    assert said.startswith("Cabinet du Parc\n\nYou saw Dr Claire Lambrecht on")
    assert said.endswith(f"\n\n{LINK}\n")


def test_a_host_adds_a_language_with_the_work_sheet_of_translators(tmp_path: Path) -> None:
    assert main([str(tmp_path), "de"]) == 1  # nothing is translated yet
    path = tmp_path / CATALOGUE.format("de")
    blank = path.read_text(encoding="utf-8")
    assert f'msgid "{OURS["subject"]}"\nmsgstr ""\n' in blank
    begun = JinjaWording(overrides=tmp_path)
    assert begun.letter(Kind.BOOKED, FACTS, "de") == begun.letter(Kind.BOOKED, FACTS, "fr")
    path.write_text(all_said(blank), encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    said = JinjaWording(overrides=tmp_path).letter(Kind.BOOKED, FACTS, "de")
    assert said.subject == "Termin bestätigt: Dienstag 2 März 2027, 14:20"
    german = Speech(locale="de", day="EEEE, d. MMMM y", hour="HH:mm 'Uhr'", at="{day} um {hour}")
    spoken = JinjaWording(overrides=tmp_path, speeches={"de": german})
    assert spoken.letter(Kind.BOOKED, FACTS, "de").subject == (
        "Termin bestätigt: Dienstag, 2. März 2027 um 14:20 Uhr"
    )
    assert spoken.letter(Kind.BOOKED, FACTS, "de-AT") == spoken.letter(Kind.BOOKED, FACTS, "de")


def all_said(catalogue: str) -> str:
    """Every entry translated: by itself, but for the subject of a confirmation."""
    read = read_po(io.BytesIO(catalogue.encode()))
    for message in read:
        if message.id and read.num_plurals == 2:
            message.string = message.id
        elif message.id:
            words = message.id if isinstance(message.id, str) else message.id[0]
            message.string = words if isinstance(message.id, str) else (words,) * read.num_plurals
    read[OURS["subject"]].string = "Termin bestätigt: %(when)s"
    written = io.BytesIO()
    write_po(written, read)
    return written.getvalue().decode()


def test_a_language_that_is_written_from_the_right_is_set_so(tmp_path: Path) -> None:
    main([str(tmp_path), "ar"])
    path = tmp_path / CATALOGUE.format("ar")
    path.write_text(all_said(path.read_text(encoding="utf-8")), encoding="utf-8")
    html = JinjaWording(overrides=tmp_path).letter(Kind.CHARGED, FACTS, "ar").html
    assert '<html lang="ar" dir="rtl">' in html
    assert 'align="right"' in html


def test_a_frame_of_a_host_escapes_names_like_ours(tmp_path: Path) -> None:
    write(tmp_path, "templates/_letter.html", "<h2>{{ practice }}</h2>{{ body[0] | join }}")
    facts = evolve(FACTS, practice_name="<b>A & B</b>", practitioner_name="<i>Ana</i>")
    html = JinjaWording(overrides=tmp_path).letter(Kind.RATE, facts, "en").html
    assert html.startswith("<h2>&lt;b&gt;A &amp; B&lt;/b&gt;</h2>You saw &lt;i&gt;Ana&lt;/i&gt; on")


def test_a_language_lacks_a_kind_as_a_whole(tmp_path: Path) -> None:
    """Half a letter in one language and half in another is never sent."""
    main([str(tmp_path), "de"])
    path = tmp_path / CATALOGUE.format("de")
    full = all_said(path.read_text(encoding="utf-8"))
    path.write_text(full.replace('msgstr "Give my opinion:"', 'msgstr ""'), encoding="utf-8")
    theirs = JinjaWording(overrides=tmp_path, fallback="nl")
    assert theirs.letter(Kind.BOOKED, FACTS, "de").subject.startswith("Termin")
    assert theirs.letter(Kind.RATE, FACTS, "de") == theirs.letter(Kind.RATE, FACTS, "nl")


def test_a_fuzzy_sentence_is_no_sentence(tmp_path: Path) -> None:
    fuzzy = f'\n#, fuzzy\nmsgid "{OURS["subject"]}"\nmsgstr "Peut-être : %(when)s"\n'
    write(tmp_path, CATALOGUE.format("fr"), HEAD + fuzzy)
    said = JinjaWording(overrides=tmp_path).letter(Kind.BOOKED, FACTS, "fr")
    assert said == JinjaWording().letter(Kind.BOOKED, FACTS, "fr")


@pytest.mark.parametrize("words", ["Confirmé : %(whom)s", "Confirmé à 100 %", "%(when)d"])
def test_a_sentence_that_cannot_be_filled_in_is_refused(tmp_path: Path, words: str) -> None:
    translate(tmp_path, "fr", subject=words)
    theirs = JinjaWording(overrides=tmp_path)
    with pytest.raises(PortMisused, match=r"teleconsult\.po: other placeholders"):
        theirs.letter(Kind.RATE, FACTS, "fr")


def test_a_catalogue_that_is_none_is_refused_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, CATALOGUE.format("fr"), "Bonjour")
    with pytest.raises(PortMisused, match=r"teleconsult\.po"):
        JinjaWording(overrides=tmp_path).letter(Kind.RATE, FACTS, "fr")


def test_a_number_chooses_its_plural(tmp_path: Path) -> None:
    write(
        tmp_path,
        "templates/allowance-low.txt",
        "{% extends frame %}{% block body %}{% trans left=left %}"
        "{{ left }} letter of {{ allowed }}{% pluralize %}{{ left }} letters of {{ allowed }}"
        "{% endtrans %}{% endblock %}",
    )
    theirs = JinjaWording(overrides=tmp_path)
    for about, said in (("1/40", "1 letter of 40"), ("3/40", "3 letters of 40")):
        letter = theirs.letter(Kind.ALLOWANCE_LOW, evolve(FACTS, about=about), "en")
        assert f"\n{said}\n" in letter.text


def test_a_broken_template_of_a_host_is_reported_by_its_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        "templates/rate.txt",
        "{% extends frame %}{% block body %}{{ diagnosis }}{% endblock %}",
    )
    write(tmp_path, "templates/moved.txt", "{% block body %}")
    write(tmp_path, "templates/lapsed.txt", "{% include 'lapsed.txt' %}")
    (tmp_path / "templates/refunded.txt").write_bytes(b"\xff\xfe")
    theirs = JinjaWording(overrides=tmp_path)
    for kind in (Kind.RATE, Kind.MOVED, Kind.LAPSED, Kind.REFUNDED):
        with pytest.raises(PortMisused, match=f"{kind.value}.txt"):
            theirs.letter(kind, FACTS, "fr")


def test_a_template_of_a_host_stays_in_its_sandbox(tmp_path: Path) -> None:
    write(
        tmp_path,
        "templates/rate.txt",
        "{% extends frame %}{% block body %}{{ link.__class__.__mro__ }}{% endblock %}",
    )
    with pytest.raises(PortMisused, match="unsafe"):
        JinjaWording(overrides=tmp_path).letter(Kind.RATE, FACTS, "fr")
