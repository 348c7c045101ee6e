"""Where in a TOML text a key stands, so that an error can name its line."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_TABLE = re.compile(r"^\s*\[(?P<many>\[)?\s*(?P<name>[\w.\-\s]+?)\s*\]")
_KEY = re.compile(r"^\s*(?P<key>[\w\-]+)\s*=")


def lines_of(text: str) -> dict[Path, int]:
    """The line of every table and key, by path; `[[a]]` counts from 0 within its parent."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _TABLE.match(line):
            table = _entered(match["name"], bool(match["many"]), counts)
            found[table] = number
        elif match := _KEY.match(line):
            found.setdefault((*table, match["key"]), number)
    return found


def nearest_line(lines: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the closest thing around it that has one; 1 at worst."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _entered(name: str, many: bool, counts: dict[Path, int]) -> Path:
    """The path of a table header; an element of an array of tables carries its number."""
    path: Path = ()
    parts = [part.strip() for part in name.split(".")]
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, parts[-1])
    if many:
        counts[path] = counts.get(path, -1) + 1
        for deeper in [other for other in counts if other[: len(path)] == path and other != path]:
            if other_element(deeper, path, counts[path]):
                del counts[deeper]
        path = (*path, counts[path])
    return path


def other_element(deeper: Path, array: Path, current: int) -> bool:
    """Whether `deeper` belongs to an earlier element of `array`."""
    return len(deeper) > len(array) and deeper[len(array)] != current
