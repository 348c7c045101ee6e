"""Write the approved gallery of messages. Run it after changing words or looks, and read the diff.

python docs/gallery.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from letters_shown import CONSENTS, LANGUAGES, SHOWN, as_text, prices  # noqa: E402  it is beside the tests
from teleconsult_messages import JinjaWording  # noqa: E402  after it, as imports are sorted

GALLERY = ROOT / "tests" / "adapters" / "messages" / "gallery"


def approved() -> dict[Path, str]:
    """Every file of the gallery and what is in it."""
    wording = JinjaWording()
    files: dict[Path, str] = {}
    for language in LANGUAGES:
        for name, (kind, facts) in SHOWN.items():
            path = GALLERY / language / name
            files[path.with_suffix(".txt")] = as_text(wording, name, language)
            files[path.with_suffix(".html")] = wording.letter(kind, facts, language).html
        for name, terms in CONSENTS.items():
            files[GALLERY / language / f"{name}.txt"] = f"{wording.consent(terms, language)}\n"
    return {**files, GALLERY / "sms.md": prices(wording)}


def main() -> None:
    wanted = approved()
    for path in set(GALLERY.rglob("*.*")) - set(wanted):
        path.unlink()
    for path, said in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8", newline="\n")
    print(f"{len(wanted)} files in {GALLERY.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
