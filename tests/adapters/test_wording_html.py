"""The HTML of a letter: the same words, readable anywhere, one thing asked, nothing loaded."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from attrs import Factory, define, evolve

from letters_shown import LANGUAGES, SHOWN, link
from teleconsult_core.gateways import Letter
from teleconsult_core.messages import Kind
from teleconsult_messages import JinjaWording

WORDING = JinjaWording()
PAPER, INK = "#fbfaf7", "#1d2a2c"
WITHOUT_END = {"meta", "br"}


@define
class Element:
    tag: str
    attributes: dict[str, str]
    words: str = ""


@define
class Page(HTMLParser):
    """Every element of a letter in order, with its own words."""

    elements: list[Element] = Factory(list)
    open: list[Element] = Factory(list)

    def __attrs_post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in WITHOUT_END:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].words += data

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]


def parsed(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert not page.open
    return page


def plainly(text: str) -> str:
    return " ".join(text.split())


def letter(name: str, language: str) -> Letter:
    kind, facts = SHOWN[name]
    return WORDING.letter(kind, facts, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHOWN)
def test_it_says_what_the_plain_text_says(name: str, language: str) -> None:
    said = letter(name, language)
    page = parsed(said.html)
    shown = plainly(" ".join(one.words for one in page.elements if one.tag not in {"style"}))
    for paragraph in said.text.strip().split("\n\n"):
        for line in re.split(r"\n(?=https://)|(?<=\w)\n(?=T[eé]l)", paragraph):
            assert plainly(line).rstrip(": ") in shown
    assert page.all("h1")[0].words == said.subject == page.all("title")[0].words
    assert page.all("html")[0].attributes == {"lang": language, "dir": "ltr"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHOWN)
def test_it_asks_for_one_thing_and_shows_where_it_leads(name: str, language: str) -> None:
    _, facts = SHOWN[name]
    links = parsed(letter(name, language).html).all("a")
    filled = [one for one in links if one.attributes["class"] == "act"]
    asked = facts.authorize_link or facts.link
    assert [one.attributes["href"] for one in filled] == ([asked] if asked else [])
    assert not any(one.words.endswith(":") for one in filled)
    for wanted in filter(None, (facts.link, facts.authorize_link)):
        assert wanted in [one.words for one in links if one.attributes["href"] == wanted]
    assert links[-1].attributes["href"] == "tel:+3225550101"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHOWN)
def test_it_loads_nothing_and_runs_nothing(name: str, language: str) -> None:
    html = letter(name, language).html
    page = parsed(html)
    assert {one.tag for one in page.elements} <= {
        *("html", "head", "meta", "title", "style", "body"),
        *("div", "table", "tr", "td", "p", "h1", "a", "br"),
    }
    assert len(html) < 20_000  # some clients cut off a letter at 102 kB
    assert not re.search(r"url\(|@import|src=|javascript:|\bon\w+=", html)
    hosts = {"/".join(one.attributes["href"].split("/")[:3]) for one in page.all("a")}
    assert hosts <= {link("x").split("/l/")[0], "tel:+3225550101"}


def test_the_last_reminder_asks_for_the_card_first_and_quietly_for_the_rest() -> None:
    links = parsed(letter("last-reminder-authorize", "fr").html).all("a")
    assert [(one.attributes["class"], one.words) for one in links if one.words[:4] != "http"] == [
        ("act", "Autoriser à nouveau"),
        ("quiet", "Puis entrer dans la salle d’attente"),
        ("link", "Téléphone\u00a0: +32 2 555 01 01"),
    ]


def test_a_client_that_shows_a_line_of_the_letter_shows_what_it_is_about() -> None:
    page = parsed(letter("booked", "en").html)
    hidden = [one for one in page.all("div") if "display:none" in one.attributes["style"]]
    assert [one.words for one in hidden] == [
        "Your video consultation with Dr François Maître is confirmed for "
        "Wednesday 22 December 2027 at 14:20."
    ]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</td></table><h1>Payez ici",
        "{{ 7 * 7 }}{% raw %}",
        "&lt;b&gt;",
        "' style='display:none",
    ],
)
@pytest.mark.parametrize("kind", Kind)
def test_no_name_changes_what_the_letter_is_made_of(name: str, kind: Kind) -> None:
    shown, facts = next((one, told) for one, (own, told) in SHOWN.items() if own is kind)
    hostile = evolve(
        facts,
        patient_name=name if facts.patient_name else "",
        practitioner_name=name,
        practice_name=name,
        practice_address=name,
    )
    ours, theirs = (
        parsed(WORDING.letter(kind, told, "en").html).elements for told in (facts, hostile)
    )
    assert [(one.tag, one.attributes) for one in theirs] == [
        (one.tag, one.attributes) for one in ours
    ], shown
    assert name in " ".join(one.words for one in theirs)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, section 1.4.3)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def rules(html: str) -> dict[str, dict[str, str]]:
    """Class by class, what the style sheet says of colours in the dark."""
    sheet = html.split("@media (prefers-color-scheme: dark) {")[1].split("</style>", maxsplit=1)[0]
    found: dict[str, dict[str, str]] = {}
    for selectors, said in re.findall(r"([.\w, ]+) \{([^}]*)\}", sheet):
        colours = dict(re.findall(r"([\w-]+): (#\w{6}) !important", said))
        for selector in selectors.split(","):
            found.setdefault(selector.strip().rpartition(".")[2], {}).update(colours)
    return found


@pytest.mark.parametrize("name", SHOWN)
def test_every_colour_is_readable_in_the_light_and_in_the_dark(name: str) -> None:
    html = letter(name, "fr").html
    dark = rules(html)
    inks: dict[str, str] = {}
    for element in parsed(html).elements:
        style = element.attributes.get("style", "")
        said = dict(re.findall(r"(?<![\w-])(color|background-color):(#\w{6})", style))
        if "color" not in said:
            continue
        night: dict[str, str] = {}
        for one in element.attributes.get("class", "").split():
            night |= dark.get(one, {})
        assert "color" in night, f"{element} has no colour for the dark"
        inks[said["color"]] = night["color"]
        light = said.get("background-color", PAPER)
        assert contrast(said["color"], light) >= 4.5
        assert (
            contrast(
                night["color"], night.get("background-color", dark["paper"]["background-color"])
            )
            >= 4.5
        )
    assert INK in inks
