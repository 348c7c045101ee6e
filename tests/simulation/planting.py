"""Plants one bug: rules of the core are changed while their modules are loaded, in this process.

`plant` must come before anything of the core is imported; what it replaces must be there exactly
once, so that a bug that no longer fits the code is noticed and not passed by.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from attrs import frozen

TABLE = Path(__file__).with_name("bugs.toml")


@frozen
class Change:
    """`old` in `module` becomes `new`."""

    module: str
    old: str
    new: str


@frozen
class Bug:
    """One bug; `case` is the failure seen in the wild that it stands for."""

    name: str
    case: str
    changes: tuple[Change, ...]


class DoesNotFit(Exception):
    """The code has changed: the bug must be planted anew."""


def every_bug() -> tuple[Bug, ...]:
    """The table, in its order."""
    rows = tomllib.loads(TABLE.read_text())["bug"]
    return tuple(
        Bug(row["name"], row["case"], tuple(Change(**change) for change in row["change"]))
        for row in rows
    )


def changed(source: str, bug: Bug, module: str) -> str:
    """The source of `module` with the bug in it."""
    for change in bug.changes:
        if change.module == module:
            places = source.count(change.old)
            if places != 1:
                raise DoesNotFit(f"{bug.name}: {places} places in {module}")
            source = source.replace(change.old, change.new)
    return source


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, bug: Bug) -> None:
        super().__init__(name, path)
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType:
        source = changed(self.get_data(self.path).decode(), self._bug, fullname)
        code: CodeType = compile(source, self.path, "exec")
        return code


class _Finder(MetaPathFinder):
    def __init__(self, bug: Bug) -> None:
        self._bug = bug
        self._modules = {change.module for change in bug.changes}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._modules:
            return None
        spec: Any = PathFinder.find_spec(name, path, target)
        spec.loader = _Loader(name, spec.origin, self._bug)
        return spec


def plant(bug: Bug) -> None:
    """From now on the core has this bug."""
    loaded = [change.module for change in bug.changes if change.module in sys.modules]
    if loaded:
        raise DoesNotFit(f"{loaded} are loaded already")
    sys.meta_path.insert(0, _Finder(bug))
