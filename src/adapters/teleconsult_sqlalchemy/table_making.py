"""How a table of ours is made: its place, its name, its indexes. May import SQLAlchemy."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.schema import conv


@frozen
class Maker:
    metadata: sa.MetaData
    prefix: str
    schema: str | None

    def table(self, name: str, *columns: Any, rowid: bool = False, key: str = "") -> sa.Table:
        """A table; WITHOUT ROWID unless its rows are long or read in the order of writing.

        `key` names the columns of a primary key of several.
        """
        keys = (sa.PrimaryKeyConstraint(*key.split()),) if key else ()
        full = self.prefix + name
        return sa.Table(
            full, self.metadata, *columns, *keys,
            schema=self.schema, sqlite_strict=True, sqlite_with_rowid=rowid,
        )  # fmt: skip

    def index(
        self, table: sa.Table, columns: str, *, where: str = "", unique: bool = False
    ) -> None:
        """An index, over the rows `where` only if that is given."""
        only = sa.text(where) if where else None
        label = "_".join(columns.split()) + ("_some" if where else "")
        sa.Index(
            conv(f"{table.name}_{label}"), *(table.c[name] for name in columns.split()),
            unique=unique, sqlite_where=only, postgresql_where=only,
        )  # fmt: skip

    def of(self, name: str, key: str = "id") -> sa.ForeignKey:
        """Belongs to a row of table `name`, and goes when that goes."""
        where = f"{self.schema}." if self.schema else ""
        return sa.ForeignKey(f"{where}{self.prefix}{name}.{key}", ondelete="CASCADE")


def among(states: tuple[str, ...]) -> str:
    return "state IN (" + ", ".join(f"'{state}'" for state in states) + ")"
