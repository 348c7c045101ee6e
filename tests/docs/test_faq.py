"""`docs/faq.md` names a test for every rule, and every test it names is there."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<id>\S+) \| (?P<rule>[^|]+) \| (?P<does>[^|]+) \| (?P<tests>[^|]+) \|$")
# fmt: off
EXPECTED = [
    "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8a", "S8b", "S8c", "S9", "S10", "S11a", "S11b",
    "S12", "S13", "S14", "S15", "S16", "S17", "S18", "S19", "S20", "S20b", "S21", "S22",
    "+ticks", "+hours", "+visits", "+no-card", "+reservation", "+consent", "+links-read",
    "+waiting-list", "+covers", "+next-hold", "+attendance", "+absent", "+undecided",
    "+cancelling", "+moving", "+two-steps", "+late", "+outbox", "+parked", "+calendar",
    "+feeds", "+quiet", "+sign-in", "+contact",
    "+delivery", "+once", "+languages", "+states",
    "+issuer", "+archive", "+numbers", "+accounts", "+sums", "+paid-himself",
    "+money-1", "+money-2", "+money-3", "+money-4",
    *(f"I{number}" for number in range(1, 13)),
]
# fmt: on


def rows() -> dict[str, list[str]]:
    lines = (ROOT / "docs/faq.md").read_text().splitlines()
    found = [match for line in lines if (match := ROW.match(line)) and match["id"] != "id"]
    rules = [match for match in found if match["id"] != "---"]
    assert len({match["id"] for match in rules}) == len(rules), "a rule stands there twice"
    return {match["id"]: re.findall(r"`([^`]+)`", match["tests"]) for match in rules}


@lru_cache
def functions_in(path: Path) -> dict[str, list[str]]:
    """The tests of a file, each with its decorators as written."""
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {f.name: [ast.unparse(d) for d in f.decorator_list] for f in functions}


def test_every_rule_has_its_row() -> None:
    assert sorted(rows()) == sorted(EXPECTED)


@pytest.mark.parametrize("rule", EXPECTED)
def test_the_tests_of_a_rule_exist_and_are_run(rule: str) -> None:
    named = rows()[rule]
    assert named
    for name in named:
        file, _, function = name.partition("::")
        decorators = functions_in(ROOT / file)[function]
        assert not [one for one in decorators if "skip" in one or "xfail" in one]
