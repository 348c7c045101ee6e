"""One table of the clinic's file: reads its keys, and collects what is wrong with line and field.

A value that cannot be read is replaced by a harmless one, so that reading goes on and every
problem is found in one go; `finish` raises them all together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import Any, TypeVar

from attrs import frozen

from teleconsult_core.money import Money
from teleconsult_core.refusals import BadInput, shortened
from teleconsult_core.slots import Mode, Modes
from teleconsult_wiring.toml_lines import Path, lines_of, nearest_line

T = TypeVar("T")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MODES = {"video": Mode.VIDEO, "in-person": Mode.IN_PERSON}
_NEEDED = object()


@frozen(order=True)
class Found:
    """One problem: the line it is on, the field it is about, and what is wrong with its value."""

    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field} {self.what}"


class ClinicFileError(ValueError):
    """The clinic's file cannot be used; `problems` says why, by line."""

    code = "clinic-file"

    def __init__(self, path: FilePath, problems: list[Found]) -> None:
        self.path, self.problems = path, sorted(set(problems))
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{path} cannot be used:\n{lines}")


class Section:
    """A table at `path`; keys nobody asked for are problems, with the nearest known key."""

    def __init__(
        self, values: Mapping[str, Any], path: Path, lines: dict[Path, int], problems: list[Found]
    ) -> None:
        self._values, self._path, self._lines, self.problems = values, path, lines, problems
        self._asked: set[str] = set()
        self._wrong_keys: set[str] = set()
        self._children: dict[str, list[Section]] = {}

    @classmethod
    def whole(cls, text: str, tree: Mapping[str, Any]) -> Section:
        return cls(tree, (), lines_of(text), [])

    # --- keys ------------------------------------------------------------------------------------

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._values

    def ask_all(self) -> None:
        """Take every key of this table as known."""
        self._asked.update(self._values)

    def text(self, key: str, default: object = _NEEDED) -> str:
        return self._typed(key, str, "a text in quotes", default, "missing")

    def texts(self, key: str, default: object = _NEEDED) -> list[str]:
        return self._list(key, str, "a list of texts", default)

    def whole_number(self, key: str, default: object = _NEEDED) -> int:
        value = self._typed(key, int, "a whole number of 0 or more", default, 0)
        if isinstance(value, bool) or value < 0 or value > 1_000_000:
            self._wrong(key, value, "a whole number from 0 to 1000000")
            return 0
        return value

    def whole_numbers(self, key: str, count: int = 0) -> list[int]:
        values = self._list(key, int, "a list of whole numbers", _NEEDED)
        if any(value < 0 for value in values) or (count and len(values) != count):
            self._wrong(key, values, f"{count or 'some'} whole numbers of 0 or more")
            return [0] * count
        return values

    def flag(self, key: str, default: bool) -> bool:
        return self._typed(key, bool, "true or false", default, default)

    def money(self, key: str, currency: str) -> Money:
        return self.checked(key, lambda text: Money.parse(text, currency)) or Money(0, "EUR")

    def percent(self, key: str) -> int:
        """In hundredths of a percent."""
        text = self.text(key)
        if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) or Decimal(text) > 100:
            self._wrong(key, text, 'from "0" to "100", with two decimals at most')
            return 0
        return int(Decimal(text) * 100)

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in allowed:
            self._wrong(key, value, f"one of {', '.join(allowed)}")
        return value

    def day(self, key: str) -> date:
        value = self._typed(key, date, "a day such as 2027-05-14", _NEEDED, date(2000, 1, 1))
        if isinstance(value, datetime):
            self._wrong(key, value, "a day such as 2027-05-14, without a time")
        return value

    def wall_time(self, key: str) -> time:
        text = self.text(key)
        try:
            hour, minute = text.split(":")
            return time(int(hour), int(minute))
        except ValueError:
            self._wrong(key, text, 'a time of day such as "09:00"')
            return time(0)

    def weekdays(self, key: str) -> frozenset[int]:
        return frozenset(DAYS.index(name) + 1 for name in self._some_of(key, DAYS, "days"))

    def modes(self, key: str) -> Modes:
        return frozenset(MODES[name] for name in self._some_of(key, tuple(MODES), "modes"))

    def _some_of(self, key: str, allowed: tuple[str, ...], what: str) -> list[str]:
        """At least one of `allowed`, and nothing else."""
        names = self.texts(key)
        for name in names or [""]:
            if name not in allowed and key not in self._wrong_keys:
                self._wrong(key, name or names, f"{what} out of {', '.join(allowed)}")
        return [name for name in names if name in allowed]

    def checked(self, key: str, check: Callable[[str], T]) -> Any:
        """The text under `key` as `check` gives it (its name, for a zone); `check` may refuse."""
        text = self.text(key)
        if key in self._wrong_keys:
            return None
        try:
            made = check(text)
        except BadInput as refused:
            self._wrong(key, text, refused.bound)
            return None
        return made if isinstance(made, Money) else text

    # --- tables ----------------------------------------------------------------------------------

    def table(self, key: str, *, needed: bool = True) -> Section:
        if not needed and not self.has(key):
            return self._child(key, {}, (key,))
        return self._child(key, self._typed(key, dict, "a table", _NEEDED, {}), (key,))

    def tables(self, key: str, *, needed: bool = True) -> list[Section]:
        if key not in self._children:
            values = self._list(key, dict, "tables", _NEEDED if needed else [])
            for number, value in enumerate(values):
                self._child(key, value, (key, number))
        return self._children.get(key, [])

    def build(self, kind: Callable[..., T], values: Mapping[str, Any]) -> T | None:
        """`kind` made of `values`; what its validators refuse becomes a problem of that field."""
        try:
            return kind(**values)
        except BadInput as refused:
            key = _AS_WRITTEN.get(refused.field, refused.field)
            if key not in self._wrong_keys:  # what stands in for a wrong value is no news
                self.problem((key,), f"is {refused.value}: {refused.bound}")
            return None

    def problem(self, path: Path, what: str) -> None:
        self._wrong_keys.add(str(path[0]))
        full = (*self._path, *path)
        field = ".".join(str(part) for part in full if not isinstance(part, int))
        self.problems.append(Found(nearest_line(self._lines, full), field, what))

    def finish(self, path: FilePath) -> None:
        """Raise everything that was found, if anything was."""
        self._unknown_keys()
        if self.problems:
            raise ClinicFileError(path, self.problems)

    # --- inside ----------------------------------------------------------------------------------

    def _child(self, key: str, values: Mapping[str, Any], path: Path) -> Section:
        child = Section(values, (*self._path, *path), self._lines, self.problems)
        self._children.setdefault(key, []).append(child)
        return child

    def _typed(self, key: str, kind: type[T], bound: str, default: Any, instead: T) -> T:
        if not self.has(key):
            if default is _NEEDED:
                self.problem((key,), f"is missing: {bound}")
                return instead
            return default  # type: ignore[no-any-return] # given by our own callers
        value = self._values[key]
        fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        if not fits:
            self._wrong(key, value, bound)
            return instead
        return value  # type: ignore[no-any-return] # just checked to be of this kind

    def _list(self, key: str, kind: type[Any], bound: str, default: object) -> list[Any]:
        values = self._typed(key, list, bound, default, [])
        fit = [value for value in values if isinstance(value, kind)]
        if len(fit) < len(values):
            self._wrong(key, values, bound)
        return fit

    def _wrong(self, key: str, value: object, bound: str) -> None:
        self.problem((key,), f"is {shortened(value)}: {bound}")

    def _unknown_keys(self) -> None:
        for key in self._values:
            if key not in self._asked:
                near = get_close_matches(key, self._asked, n=1)
                hint = f": did you mean {near[0]!r}?" if near else ""
                self.problem((key,), f"is not a key of this table{hint}")
        for children in self._children.values():
            for child in children:
                child._unknown_keys()


_AS_WRITTEN = {"duration": "minutes", "buffer_after": "buffer_minutes"}
"""How the file calls what the core calls otherwise."""
