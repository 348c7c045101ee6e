"""`docs/security/asvs*.md` names each requirement of its level once, and only tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEVEL_1 = (
    "1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 5.2.1-2 "
    "5.3.1-2 6.1.1 6.2.1-8 6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-3 9.2.1 "
    "10.4.1-5 11.3.1-2 11.4.1 12.1.1 12.2.1-2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1"
)
"""Numbers of the standard's 5.0.0; 1.2.1-5 is 1.2.1 to 1.2.5."""
LEVEL_2 = (
    "1.1.1-2 1.2.6-9 1.3.3-11 1.4.1-3 1.5.2 2.1.2-3 2.2.3 2.3.2-4 2.4.1 3.3.2-4 3.4.3-6 "
    "3.5.4-5 3.7.1-2 4.1.2-3 4.2.1 4.3.1-2 4.4.2-4 5.1.1 5.2.3 5.4.1-3 6.1.2-3 6.2.9-12 "
    "6.3.3-4 6.4.3-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.3.1-2 7.4.3-5 7.5.1-2 7.6.1-2 8.1.2 "
    "8.2.3 8.4.1 9.2.2-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.6-11 10.5.1-5 10.6.1-2 10.7.1-3 "
    "11.1.1-2 11.2.1-3 11.3.3 11.4.2-4 11.5.1 11.6.1 12.1.2-3 12.3.1-4 13.1.1 13.2.1-5 "
    "13.3.1-2 13.4.2-5 14.1.1-2 14.2.2-4 14.3.2-3 15.1.2-3 15.2.2-3 15.3.2-7 16.1.1 16.2.1-5 "
    "16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2"
)
"""What level 2 adds to it."""

TABLES = {"asvs.md": LEVEL_1, "asvs-level-2.md": LEVEL_2}
REASON = r"Not there|FALLS SHORT|Whoever serves|CI installs|By reading"


def numbers(level: str) -> list[str]:
    found = []
    for one in level.split():
        first, _, last = one.partition("-")
        section, _, begin = first.rpartition(".")
        found += [f"V{section}.{n}" for n in range(int(begin), int(last or begin) + 1)]
    return found


def table(file: str) -> str:
    return (ROOT / "docs" / "security" / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(("file", "level"), TABLES.items())
def test_every_requirement_of_a_level_is_there_once(file: str, level: str) -> None:
    assert len(numbers(LEVEL_1)) == 70
    assert len(numbers(LEVEL_2)) == 183
    assert re.findall(r"^\| (V[\d.]+) \|", table(file), re.MULTILINE) == numbers(level)


@pytest.mark.parametrize("file", TABLES)
def test_every_line_has_a_test_or_a_reason(file: str) -> None:
    for line in table(file).splitlines():
        if not line.startswith("| V"):
            continue
        _, number, words, test, _ = line.split("|")
        named = re.findall(r"`([^`]+)`", test)
        assert len(words.strip()) > 10, number
        for one in named:
            path, _, name = one.partition("::")
            assert (ROOT / path).exists(), one
            if name:
                assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), one
        if not named:
            assert re.search(REASON, words), number
