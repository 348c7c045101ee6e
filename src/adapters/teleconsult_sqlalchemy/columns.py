"""What a column may be: its type, whether it may be empty, and how personal it is.

May import SQLAlchemy. Everything is spelled so that SQLite's STRICT tables and PostgreSQL both take
it: instants are whole microseconds since 1970 in UTC on SQLite and `timestamptz` on PostgreSQL,
ids and enums are text, sums are minor units beside a currency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import conv
from sqlalchemy.types import TypeDecorator, TypeEngine

PERSONAL = frozenset({"none", "pseudonym", "identity", "contact", "words", "accounting"})
"""How personal a column is.

none: says nothing about anybody. pseudonym: an id that leads to a patient only through `patients`.
identity, contact: who somebody is, how to reach him. words: free text about or by somebody.
accounting: sums that the law wants kept.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY, _SECOND = 86_400_000_000, 1_000_000


def to_micros(value: datetime | None) -> int | None:
    """Whole microseconds since 1970 in UTC. Raises `ValueError` for a naive time."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no zone: only instants are stored")
    return micros(value)


def from_micros(value: int | None) -> datetime | None:
    return None if value is None else at_micros(value)


def micros(value: datetime) -> int:
    past = value - _EPOCH
    return past.days * _DAY + past.seconds * _SECOND + past.microseconds


def at_micros(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored and given back in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Integer())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any]:
        return to_micros if dialect.name == "sqlite" else _refuse_naive

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any]:
        return from_micros if dialect.name == "sqlite" else _in_utc


class Flag(TypeDecorator[bool]):
    """Yes or no: 1 or 0 on SQLite, whose STRICT tables know no BOOLEAN."""

    impl = sa.Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        known = sa.Integer() if dialect.name == "sqlite" else sa.Boolean()
        return dialect.type_descriptor(known)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> bool | None:
        return None if value is None else bool(value)


Minor = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""Minor units; a whole number of 64 bits (SQLite's INTEGER is one)."""


def _refuse_naive(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no zone: only instants are stored")
    return value


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


# --- columns -------------------------------------------------------------------------------------


def text(
    name: str, *more: Any, personal: str = "none", null: bool = False, key: bool = False
) -> sa.Column[str]:
    return _column(name, sa.Text(), more, personal, null, key)


def number(
    name: str, *more: Any, personal: str = "none", null: bool = False, key: bool = False
) -> sa.Column[int]:
    return _column(name, Minor, more, personal, null, key)


def instant(name: str, *, personal: str = "none", null: bool = False) -> sa.Column[datetime]:
    return _column(name, Instant(), (), personal, null, False)


def flag(name: str, *, personal: str = "none", null: bool = False) -> sa.Column[bool]:
    return _column(name, Flag(), (), personal, null, False)


def content(name: str, *, personal: str = "none") -> sa.Column[bytes]:
    """Bytes as they are: BLOB on SQLite, BYTEA on PostgreSQL."""
    return _column(name, sa.LargeBinary(), (), personal, False, False)


def choice(
    name: str, among: type[StrEnum] | Iterable[str], *, null: bool = False
) -> sa.Column[str]:
    """One word out of few; the database refuses any other."""
    words = ", ".join(f"'{word}'" for word in among)
    known = sa.CheckConstraint(f"{name} IN ({words})", name=conv(f"{name}_known"))
    return text(name, known, null=null)


def money(name: str, *, null: bool = False) -> tuple[sa.Column[int], sa.Column[str]]:
    """A sum: `<name>_minor` and `<name>_currency`."""
    return (
        number(f"{name}_minor", personal="accounting", null=null),
        text(f"{name}_currency", null=null),
    )


def sequence() -> sa.Column[int]:
    """A number that rises with every row, for what is read in the order in which it was written."""
    return sa.Column("seq", Minor, primary_key=True, autoincrement=True, info={"personal": "none"})


def _column(
    name: str,
    type_: TypeEngine[Any],
    more: tuple[Any, ...],
    personal: str,
    null: bool,
    key: bool,
) -> sa.Column[Any]:
    return sa.Column(
        name, type_, *more, nullable=null, primary_key=key, info={"personal": personal}
    )
