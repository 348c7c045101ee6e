"""A short mark of a value: whoever changes something says what he saw. May import attrs.

Two values have the same mark when they are equal, whatever order their sets were built in.
"""

from __future__ import annotations

from hashlib import sha256

from attrs import fields, has


def version(value: object) -> str:
    """The mark of `value`, which is made of nouns, tuples, sets, days, hours, words and numbers."""
    return sha256(_plain(value).encode()).hexdigest()[:20]


def _plain(value: object) -> str:
    kind = type(value)
    if has(kind):
        parts = (_plain(getattr(value, one.name)) for one in fields(kind))
        return f"{kind.__name__}({','.join(parts)})"
    if isinstance(value, frozenset):
        return f"{{{','.join(sorted(map(_plain, value)))}}}"
    if isinstance(value, tuple):
        return f"({','.join(map(_plain, value))})"
    return repr(value)
