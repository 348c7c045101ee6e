"""Take every page of the site: on a phone and wide, light and dark, in each language.

    python docs/page_pictures.py FOLDER                 # every picture, and sheets of them
    python docs/page_pictures.py FOLDER fr practice     # one language, one tour
    python docs/page_pictures.py                        # the few sheets in docs/gallery

The pages are those of `tests/walks.py`, which the examinations of accessibility look at too.
Needs Chromium, as the tests do (`tests/browsers.py`), and Pillow.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browsers import CALLING, chromium  # noqa: E402  # the folder must be on the path first
from calls import PEERS  # noqa: E402  # as above
from walks import TOURS, Stage, Tour, clinic_for  # noqa: E402  # as above

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

GALLERY = ROOT / "docs" / "gallery"
LANGUAGES = {"fr": "fr-BE", "nl": "nl-BE", "en": "en-GB"}
WIDTHS = {360: 740, 1280: 860}
SCHEMES = ("light", "dark")
SHEET = 1560
"""How wide a sheet is, in pixels; it is about as high."""
GAP = 12
GROUND = "#8d918c"
SHOWN = {
    "patient-fr.png": (
        *("fr", 360, "light"),
        ("booking: practitioners", "booking: profile", "booking: question", "booking: check"),
        ("booking: card", "booking: booked"),
    ),
    "patient-nl-dark.png": (
        *("nl", 360, "dark"),
        ("entered: to confirm", "changing: other times", "changing: move", "changing: waits"),
        ("afterwards: over, with a receipt", "account: appointments"),
    ),
    "practice-fr.png": (
        *("fr", 1280, "light"),
        ("practice: day", "practice: week", "practice: decide"),
        ("demonstration: payments", "demonstration: figures", "practice: preview"),
    ),
    "support-en-dark.png": (
        *("en", 1280, "dark"),
        ("support: found", "support: appointment", "support: check"),
        ("operator: set aside, and retention counted",),
    ),
    "room-fr.png": (
        *("fr", 360, "light"),
        ("room: waiting", "room: call, the patient's side", "room: call, the practitioner's side"),
        ("room: left", "room: sure to end", "refusing: devices denied"),
    ),
}
"""The sheets that the repository keeps."""


def take(folder: Path, languages: Iterable[str], tours: Iterable[Tour]) -> None:
    """Every page of `tours`, four times in each language."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium(*CALLING) as browser:
        for tour in tours:
            for language in languages:
                _walk(browser, folder, tour, language)


def sheets(folder: Path, languages: Iterable[str], tours: Iterable[Tour]) -> None:
    for tour in tours:
        for language in languages:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    taken = sorted(folder.glob(f"{tour.name}-*.{language}.{width}.{scheme}.png"))
                    for at, sheet in enumerate(_sheets(taken, width)):
                        sheet.save(
                            folder / f"sheet-{tour.name}-{at}.{language}.{width}.{scheme}.png"
                        )


def keep() -> None:
    """The gallery's own sheets; of a long page the beginning."""
    for name, (language, width, scheme, *rows) in SHOWN.items():
        folder = Path(tempfile.mkdtemp())
        stops = [stop.split(": ") for row in rows for stop in row]
        take(folder, [language], [tour for tour in TOURS if tour.name in dict(stops)])
        taken = [
            next(folder.glob(f"{tour}-[0-9][0-9]-{_slug(stop)}.{language}.{width}.{scheme}.png"))
            for tour, stop in stops
        ]
        sheet = next(iter(_sheets(taken, width, tallest=760)))
        few = sheet.quantize(192, kmeans=1, dither=Image.Dither.NONE)
        few.save(GALLERY / name, optimize=True)
        shutil.rmtree(folder)


def _walk(browser: Browser, folder: Path, tour: Tour, language: str) -> None:
    with clinic_for(tour) as (app, flask, address):

        def fresh() -> Page:
            context = browser.new_context(base_url=address, locale=LANGUAGES[language])
            context.add_init_script(PEERS)
            return context.new_page()

        stage = Stage(app, flask, fresh(), fresh)
        for at, (name, page) in enumerate(tour.walk(stage)):
            stem = f"{tour.name}-{at:02}-{_slug(name)}.{language}"
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                    page.screenshot(path=folder / f"{stem}.{width}.{scheme}.png", full_page=True)
        for context in browser.contexts:
            context.close()


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _sheets(taken: list[Path], width: int, tallest: int = SHEET) -> Iterable[Image.Image]:
    """The pictures side by side in rows, as many sheets as they fill."""
    columns = 6 if width == min(WIDTHS) else 3
    each = (SHEET - GAP) // columns - GAP
    small = [_fitted(Image.open(path).convert("RGB"), each, tallest) for path in taken]
    rows = [small[at : at + columns] for at in range(0, len(small), columns)]
    while rows:
        filled: list[list[Image.Image]] = []
        while rows and (not filled or _height([*filled, rows[0]]) <= SHEET):
            filled.append(rows.pop(0))
        sheet = Image.new("RGB", (SHEET, _height(filled)), GROUND)
        top = GAP
        for row in filled:
            for column, picture in enumerate(row):
                sheet.paste(picture, (GAP + column * (each + GAP), top))
            top += max(picture.height for picture in row) + GAP
        yield sheet


def _height(rows: list[list[Image.Image]]) -> int:
    return GAP + sum(max(picture.height for picture in row) + GAP for row in rows)


def _fitted(picture: Image.Image, width: int, tallest: int) -> Image.Image:
    """Narrower; of a very long page its beginning."""
    height = round(picture.height * width / picture.width)
    fitted = picture.resize((width, height), Image.Resampling.LANCZOS)
    return fitted.crop((0, 0, width, min(height, tallest - 2 * GAP)))


if __name__ == "__main__":
    where, *wanted = sys.argv[1:] or [""]
    if not where:
        keep()
    else:
        spoken = [one for one in LANGUAGES if one in wanted] or list(LANGUAGES)
        asked = [one for one in TOURS if one.name in wanted] or list(TOURS)
        take(Path(where), spoken, asked)
        sheets(Path(where), spoken, asked)
