"""Draw what the letters look like, as contact sheets for the eye. Needs Chromium and playwright.

    python docs/gallery_pictures.py            # docs/gallery: every letter once
    python docs/gallery_pictures.py FOLDER     # every letter in every language and scheme, there

Six sheets at 360 px show every letter once, each sheet in another language, in the light or in the
dark; a seventh shows one letter on a wide screen.
"""

from __future__ import annotations

import html
import itertools
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import Browser  # noqa: E402  after them, as imports are sorted

from browsers import chromium  # noqa: E402  it is beside the tests
from letters_shown import LANGUAGES, SHOWN  # noqa: E402  the same
from teleconsult_messages import JinjaWording  # noqa: E402  the same

GAP = 12
PHONE, DESK = 360, 1280
"""Widths in CSS pixels."""

_FIT = """() => document.querySelectorAll('iframe').forEach(
    one => { one.style.height = one.contentDocument.documentElement.scrollHeight + 'px' })"""


def draw(folder: Path, *, whole: bool) -> None:
    """The sheets; `whole` puts every letter on each of them."""
    wording = JinjaWording()
    sheets = list(itertools.product(LANGUAGES, ("light", "dark")))
    with chromium() as opened:
        for at, (language, scheme) in enumerate(sheets):
            names = list(SHOWN) if whole else list(SHOWN)[at :: len(sheets)]
            letters = [wording.letter(*SHOWN[name], language).html for name in names]
            path = folder / f"{language}-{scheme}.png"
            _draw_sheet(opened, letters, path, columns=9 if whole else 3, scheme=scheme)
        letter = wording.letter(*SHOWN["last-reminder-authorize"], "fr").html
        _draw_sheet(opened, [letter], folder / "wide.png", columns=1, width=DESK)


def _draw_sheet(
    opened: Browser,
    letters: list[str],
    path: Path,
    *,
    columns: int,
    width: int = PHONE,
    scheme: str = "light",
) -> None:
    context = opened.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": columns * (width + GAP) + GAP, "height": 800},
        offline=True,
    )
    page = context.new_page()
    page.set_content(_sheet(letters, columns, width))
    page.evaluate(_FIT)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    context.close()


def _sheet(letters: list[str], columns: int, width: int) -> str:
    frames = "".join(
        f'<iframe srcdoc="{html.escape(one)}" style="border:0;width:{width}px"></iframe>'
        for one in letters
    )
    return (
        '<!doctype html><body style="margin:0;background:#888">'
        "<style>iframe { display: block; break-inside: avoid; margin-bottom: 12px }</style>"
        f'<div style="columns:{columns};column-gap:{GAP}px;padding:{GAP}px">{frames}</div></body>'
    )


if __name__ == "__main__":
    elsewhere = sys.argv[1:]
    draw(Path(elsewhere[0]) if elsewhere else ROOT / "docs" / "gallery", whole=bool(elsewhere))
