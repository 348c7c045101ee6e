"""Letters as a telephone shows them: nothing cut off, nothing too small to read or to hit.

One browser session for all of them; skipped where there is no Chromium.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from browsers import PATIENCE, chromium
from letters_shown import LANGUAGES, SHOWN
from teleconsult_messages import JinjaWording

if TYPE_CHECKING:
    from playwright.sync_api import Page

WORDING = JinjaWording()
TELEPHONE = {"width": 360, "height": 740}
ENDLESS = "Wolfeschlegelsteinhausenbergerdorff" * 5

MEASURE = """() => {
  const shown = [...document.querySelectorAll('body *')].filter(
    one => one.getClientRects().length && [...one.childNodes].some(
      child => child.nodeType === Node.TEXT_NODE && child.textContent.trim()))
  return {
    width: Math.max(document.documentElement.scrollWidth,
      ...shown.map(one => one.getBoundingClientRect().right)),
    smallest: Math.min(...shown.map(one => parseFloat(getComputedStyle(one).fontSize))),
    heights: [...document.querySelectorAll('a.act, a.quiet')].map(
      one => one.getBoundingClientRect().height),
    ground: getComputedStyle(document.body).backgroundColor,
  }
}"""


@pytest.fixture(scope="module")
def telephone() -> Iterator[Page]:
    with chromium() as opened:
        context = opened.new_context(viewport=TELEPHONE, offline=True)
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def measured(page: Page, html: str) -> dict[str, Any]:
    page.set_content(html)
    found: dict[str, Any] = page.evaluate(MEASURE)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stripped", [False, True], ids=["styled", "style sheet stripped"])
def test_letters_are_readable_on_a_telephone(
    telephone: Page, language: str, stripped: bool
) -> None:
    for name, (kind, facts) in SHOWN.items():
        html = WORDING.letter(kind, facts, language).html
        if stripped:
            html = re.sub("<style>.*?</style>", "", html, flags=re.DOTALL)
        found = measured(telephone, html)
        assert found["width"] <= TELEPHONE["width"], name
        assert found["smallest"] >= 14, name
        assert len(found["heights"]) == bool(facts.link) + bool(facts.authorize_link), name
        assert all(height >= 44 for height in found["heights"]), name


def test_an_endless_name_is_broken_where_the_paper_ends(telephone: Page) -> None:
    for kind, facts in SHOWN.values():
        endless = evolve(facts, practitioner_name=ENDLESS, practice_name=ENDLESS)
        html = WORDING.letter(kind, endless, "nl").html
        assert measured(telephone, html)["width"] <= TELEPHONE["width"], kind


def test_the_paper_is_dark_in_the_dark(telephone: Page) -> None:
    kind, facts = SHOWN["booked"]
    html = WORDING.letter(kind, facts, "fr").html
    grounds = []
    for scheme in ("light", "dark"):
        telephone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        grounds.append(measured(telephone, html)["ground"])
    assert grounds == ["rgb(251, 250, 247)", "rgb(18, 25, 26)"]
