"""What a driver's error means to us, named, with what to do. May import the core's ports, sqlite3.

A locked or full disk may be better in a minute: `PortTrouble`. A read-only or damaged file needs a
person: `PortMisused`. Whichever it is, the transaction is undone: nothing is half-written.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import exc

from teleconsult_core.ports import PortMisused, PortTrouble


class RowRefused(PortMisused):
    """A constraint of the database refused a row; `unique` when another row stands in its way."""

    def __init__(self, what: str, *, unique: bool) -> None:
        self.unique = unique
        super().__init__(what)


_TROUBLE = {
    sqlite3.SQLITE_BUSY: "is locked by another process; try again",
    sqlite3.SQLITE_LOCKED: "is locked by another connection; try again",
    sqlite3.SQLITE_FULL: "cannot grow: its disk is full; free some space and try again",
    sqlite3.SQLITE_IOERR: "could not be read or written; look at its disk and try again",
    sqlite3.SQLITE_NOMEM: "could not be used for want of memory; try again",
}
_MISUSED = {
    sqlite3.SQLITE_READONLY: "is read-only; let this process write to the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that its folder exists and may be written to",
    sqlite3.SQLITE_PERM: "may not be opened; check who owns it",
    sqlite3.SQLITE_AUTH: "may not be opened; check who owns it",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup",
    sqlite3.SQLITE_NOTADB: "is not a SQLite database; check the path",
}
_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_UNIQUE_VIOLATION = "23505"
"""PostgreSQL's SQLSTATE for the same (appendix A of its manual)."""


def told(error: Exception, where: str, *, committing: bool = False) -> Exception:
    """The error to raise instead of a driver's. `where` names the database."""
    if isinstance(error, exc.DBAPIError) and isinstance(error.orig, Exception):
        error = error.orig
    if isinstance(error, exc.TimeoutError):
        return PortTrouble(f"{where}: every connection is in use; try again")
    code = getattr(error, "sqlite_errorcode", None)
    state = getattr(error, "sqlstate", None)
    if code in _UNIQUE or state == _UNIQUE_VIOLATION:
        return RowRefused(f"{where} refused a row: {error}", unique=True)
    primary = (code or 0) & 0xFF
    if primary == sqlite3.SQLITE_CONSTRAINT or (state or "").startswith("23"):
        return RowRefused(f"{where} refused a row: {error}", unique=False)
    if primary in _TROUBLE:
        # Once a commit has met the disk, only looking tells whether it was kept.
        unknown = committing and primary == sqlite3.SQLITE_IOERR
        return PortTrouble(f"{where} {_TROUBLE[primary]} ({error})", unknown=unknown)
    if primary in _MISUSED:
        return PortMisused(f"{where} {_MISUSED[primary]} ({error})")
    if "no such table" in str(error) or state == "42P01":
        return PortMisused(
            f"{where} has no teleconsult tables of this version; upgrade it ({error})"
        )
    return PortMisused(f"{where}: {error}")
