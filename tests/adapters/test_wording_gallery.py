"""Every message is as it was approved, in every language: text, HTML, calendar, SMS, its price."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from letters_shown import BY_SMS, LANGUAGES, SHOWN
from teleconsult_core.messages import Kind
from teleconsult_core.sms import segments
from teleconsult_messages import JinjaWording

WORDING = JinjaWording()
ROOT = Path(__file__).parents[2]
APPROVED: dict[Path, str] = runpy.run_path(str(ROOT / "docs" / "gallery.py"))["approved"]()
GALLERY = ROOT / "tests" / "adapters" / "messages" / "gallery"


@pytest.mark.parametrize("path", APPROVED, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_message_is_as_it_was_approved(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == APPROVED[path], "run python docs/gallery.py"


def test_the_gallery_holds_nothing_else() -> None:
    assert set(GALLERY.rglob("*.*")) == set(APPROVED)
    assert {kind for kind, _ in SHOWN.values()} == set(Kind)


MORE_THAN_ONE_SEGMENT = {
    ("last-reminder-authorize", "fr"): 2,
    ("last-reminder-authorize", "nl"): 2,
    ("last-reminder-authorize", "en"): 2,
}
"""There are two links in it; every other text message is one segment (`sms.md` has them all)."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, (kind, _) in SHOWN.items() if kind in BY_SMS])
def test_a_text_message_is_one_segment(name: str, language: str) -> None:
    kind, facts = SHOWN[name]
    cost = segments(WORDING.text(kind, facts, language))
    assert cost == MORE_THAN_ONE_SEGMENT.get((name, language), 1)
