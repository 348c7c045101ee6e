"""What the clinic's file describes, as JSON documents. May import cattrs and the core's nouns.

These aggregates are read whole and never searched, so each is one document beside its id. `FORM`
is the number of the form it is written in: a document of a later form is refused by name, and a
program that changes the form keeps reading the earlier ones.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any, TypeVar, cast

from cattrs.preconf.json import JsonConverter, make_converter
from cattrs.strategies import configure_tagged_union

from teleconsult_core.policies import (
    NoShowAllowed,
    NoShowForbidden,
    NoShowIndemnity,
    NoShowPolicy,
)
from teleconsult_core.ports import PortMisused
from teleconsult_sqlalchemy.statements import Row

FORM = 1
_MICROSECOND = timedelta(microseconds=1)

_TAGS = {NoShowAllowed: "allowed", NoShowForbidden: "forbidden", NoShowIndemnity: "indemnity"}
"""What stands in a document for a class, whose name may change."""

_POLICY: Any = NoShowPolicy
"""For cattrs, whose annotations know classes but not unions."""

Known = TypeVar("Known")


def _converter() -> JsonConverter:
    converter = make_converter()
    converter.register_unstructure_hook(timedelta, lambda value: value // _MICROSECOND)
    converter.register_structure_hook(timedelta, lambda value, _: timedelta(microseconds=value))
    converter.register_unstructure_hook(time, time.isoformat)
    converter.register_structure_hook(time, lambda value, _: time.fromisoformat(value))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    configure_tagged_union(
        NoShowPolicy, converter, tag_generator=_TAGS.__getitem__, tag_name="kind"
    )
    converter.register_unstructure_hook(
        NoShowPolicy | None,
        lambda value: None if value is None else converter.unstructure(value, NoShowPolicy),
    )
    converter.register_structure_hook(
        NoShowPolicy | None,
        lambda value, _: None if value is None else converter.structure(value, _POLICY),
    )
    return converter


_CONVERTER = _converter()


def document(aggregate: object) -> Row:
    """The two columns of a document."""
    return {"form": FORM, "document": _CONVERTER.dumps(aggregate)}


def described(row: Row, kind: type[Known]) -> Known:
    """The aggregate a row describes. Raises `PortMisused` for a form this program cannot read."""
    if row["form"] > FORM:
        raise PortMisused(
            f"a {kind.__name__} is written in form {row['form']}; this program reads up to {FORM}"
        )
    found: Known = _structured(row["document"], cast(Hashable, kind))
    return found


@lru_cache(maxsize=256)
def _structured(text: str, kind: Any) -> Any:
    """The same text is the same frozen aggregate, so it is made once."""
    return _CONVERTER.loads(text, kind)
