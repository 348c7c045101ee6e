"""Each colour of text has 4.5:1 on each ground it stands on, each telling border 3:1; computed."""

from __future__ import annotations

import re

import pytest

from page_words import PAGES

SHEET = (PAGES / "static" / "teleconsult.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "raised")
WASHES = ("accent-wash", "person-wash", "warn-wash", "bad-wash", "good-wash")
TEXTS = [
    *((text, ground) for text in ("ink", "soft", "accent", "bad", "warn") for ground in GROUNDS),
    *(("ink", wash) for wash in WASHES),
    *((f"{name}", f"{name}-wash") for name in ("accent", "person", "warn", "bad", "good")),
    # What waits, the first free time and a notice: small print and links on their own ground.
    ("soft", "accent-wash"),
    ("accent", "warn-wash"),
    ("video", "accent-wash"),
    ("accent-ink", "accent"),
    # Badges of the row that is now stand on paper.
    *((badge, "paper") for badge in ("video", "person", "good")),
]
BORDERS = [(edge, ground) for edge in ("edge", "soft", "accent", "bad") for ground in GROUNDS]


def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme; dark says only what differs."""
    light, dark = SHEET.split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", dark.split("*,", 1)[0]))
    return found


def contrast(one: str, other: str) -> float:
    """As WCAG 2 computes it."""
    darker, lighter = sorted((_light(one), _light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_reckoning_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_read_on_every_ground(scheme: str) -> None:
    colours = tokens(scheme)
    faint = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in TEXTS
        if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }
    assert not faint


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_border_that_tells_something_is_seen(scheme: str) -> None:
    colours = tokens(scheme)
    faint = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in BORDERS
        if contrast(colours[pair[0]], colours[pair[1]]) < 3
    }
    assert not faint


def test_both_schemes_have_every_colour() -> None:
    light, dark = tokens("light"), tokens("dark")
    assert set(light) == set(dark)
    assert not {name for name in light if light[name] == dark[name]}
