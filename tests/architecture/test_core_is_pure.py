"""The core reads no clock, throws no dice and touches nothing outside itself."""

import ast
import sys
from pathlib import Path

import pytest

import teleconsult_core

CORE = Path(teleconsult_core.__file__).parent
MODULES = sorted(p for p in CORE.rglob("*.py") if "testing" not in p.relative_to(CORE).parts)
ALLOWED = {
    "__future__", "abc", "base64", "bisect", "collections", "contextlib", "datetime", "enum",
    "functools", "hashlib", "hmac", "itertools", "operator", "re", "types", "typing",
    "unicodedata", "zoneinfo",
    "json", "heapq", "array", "attrs", "teleconsult_core",
}  # fmt: skip
PORTS = {"printer.print"}
"""Called what a built-in is called; the built-in itself has no dot, and its module may not come."""
FORBIDDEN_CALLS = {"now", "utcnow", "today", "uuid4", "uuid1", "urandom", "open", "print", "input"}


def imported_names(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def called_names(tree: ast.AST) -> set[str]:
    every = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    calls = (func for func in every if ast.unparse(func) not in PORTS)
    return {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(CORE)))
def test_a_module_of_the_core_imports_only_what_is_pure(path: Path) -> None:
    assert imported_names(ast.parse(path.read_text())) <= ALLOWED


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(CORE)))
def test_a_module_of_the_core_reads_no_clock_and_does_no_io(path: Path) -> None:
    assert not called_names(ast.parse(path.read_text())) & FORBIDDEN_CALLS


def test_the_checks_themselves_see_what_they_forbid() -> None:
    tree = ast.parse("import os, random\nfrom datetime import datetime\ndatetime.now()")
    assert {"os", "random"} <= imported_names(tree)
    assert called_names(tree) & FORBIDDEN_CALLS
    assert called_names(ast.parse("print(1); self.print(2); printer.print(3)")) == {"print"}
    assert not called_names(ast.parse("printer.print(3)"))
    assert "builtins" not in ALLOWED
    assert {"os", "random"} <= sys.stdlib_module_names - ALLOWED
