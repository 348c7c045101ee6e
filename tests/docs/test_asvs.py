"""`docs/security/asvs.md` names every requirement of level 1 once, and only tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "security" / "asvs.md").read_text(encoding="utf-8")
LEVEL_1 = (
    "1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 5.2.1-2 "
    "5.3.1-2 6.1.1 6.2.1-8 6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-3 9.2.1 "
    "10.4.1-5 11.3.1-2 11.4.1 12.1.1 12.2.1-2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1"
)
"""Numbers of the standard's 5.0.0; 1.2.1-5 is 1.2.1 to 1.2.5."""


def numbers() -> list[str]:
    found = []
    for one in LEVEL_1.split():
        first, _, last = one.partition("-")
        section, _, begin = first.rpartition(".")
        found += [f"V{section}.{n}" for n in range(int(begin), int(last or begin) + 1)]
    return found


def test_every_requirement_of_level_1_is_there_once() -> None:
    assert len(numbers()) == 70
    assert re.findall(r"^\| (V[\d.]+) \|", TABLE, re.MULTILINE) == numbers()


def test_every_line_has_a_test_or_a_reason() -> None:
    for line in TABLE.splitlines():
        if not line.startswith("| V"):
            continue
        _, number, words, test, _ = line.split("|")
        named = re.findall(r"`([^`]+)`", test)
        assert len(words.strip()) > 15, number
        for one in named:
            path, _, name = one.partition("::")
            assert (ROOT / path).exists(), one
            if name:
                assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), one
        if not named:
            assert re.search(r"Not there|FALLS SHORT|Whoever serves|CI installs", words), number
