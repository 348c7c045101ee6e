"""What a driver's error means to us, named, with what to do. May import ports, sqlstates.

A locked or full disk may be better in a minute: `PortTrouble`. A read-only or damaged file needs a
person: `PortMisused`. Whichever it is, the transaction is undone: nothing is half-written.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import exc

from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_sqlalchemy.sqlstates import (
    LOST,
    MISUSED,
    REFUSED_ROW,
    TROUBLE,
    UNIQUE_VIOLATION,
    meaning,
)


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
_LOST = "has lost its connection; try again"
_UNREACHED = "cannot be reached; check that its server runs and the address is right, or try again"
_NOT_LET_IN = "did not let us in; check user, password and name of the database"
_NEVER_REACHED = (
    "connection failed", "connection is bad", "failed to resolve", "connection timeout",
)  # fmt: skip
_REFUSED = (
    "authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry",
)  # fmt: skip
_TURNED_AWAY = {
    "too many": "53300", "connection slots": "53300", "starting up": "57P03",
    "shutting down": "57P03", "not yet accepting": "57P03", "recovery mode": "57P03",
}  # fmt: skip
"""What a server says at the door, where the driver does not pass on its code."""


def told(error: Exception, where: str, *, committing: bool = False) -> Exception:
    """The error to raise instead of a driver's. `where` names the database."""
    if isinstance(error, exc.DBAPIError) and isinstance(error.orig, Exception):
        error = error.orig
    if isinstance(error, exc.TimeoutError):
        return PortTrouble(f"{where}: every connection is in use; try again")
    if hasattr(error, "sqlstate"):
        return _from_server(error, where, committing)
    code = getattr(error, "sqlite_errorcode", None)
    if code in _UNIQUE:
        return RowRefused(f"{where} refused a row: {error}", unique=True)
    primary = (code or 0) & 0xFF
    if primary == sqlite3.SQLITE_CONSTRAINT:
        return RowRefused(f"{where} refused a row: {error}", unique=False)
    if primary in _TROUBLE:
        # Once a commit has met the disk, only looking tells whether it was kept.
        unknown = committing and primary == sqlite3.SQLITE_IOERR
        return PortTrouble(f"{where} {_TROUBLE[primary]} ({error})", unknown=unknown)
    if primary in _MISUSED:
        return PortMisused(f"{where} {_MISUSED[primary]} ({error})")
    if "no such table" in str(error):
        return PortMisused(
            f"{where} has no teleconsult tables of this version; upgrade it ({error})"
        )
    return PortMisused(f"{where}: {error}")


def _from_server(error: Exception, where: str, committing: bool) -> Exception:
    """The same for PostgreSQL, whose driver gives the server's code, or none when it is gone."""
    state: str = getattr(error, "sqlstate", None) or ""
    words = str(error).strip().partition("\n")[0]
    if state.startswith(REFUSED_ROW):
        what = f"{where} refused a row: {words}"
        return RowRefused(what, unique=state == UNIQUE_VIOLATION)
    if not state and _is_the_connections(error):
        return _without_code(where, words, committing)
    if trouble := meaning(state, TROUBLE):
        # Once a commit has left, only looking tells whether it arrived.
        unknown = committing and state.startswith(LOST)
        return PortTrouble(f"{where} {trouble} ({words})", unknown=unknown)
    if misused := meaning(state, MISUSED):
        return PortMisused(f"{where} {misused} ({words})")
    return PortMisused(f"{where}: {words}")


def _is_the_connections(error: Exception) -> bool:
    """Whether no server said it: libpq's own words come as one of these, without a code."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return "OperationalError" in kinds or kinds[0] == "DatabaseError"


def _without_code(where: str, words: str, committing: bool) -> Exception:
    """The server is gone, or refused the connection; the driver then has nothing but words."""
    if any(hint in words for hint in _REFUSED):
        return PortMisused(f"{where} {_NOT_LET_IN} ({words})")
    if any(hint in words for hint in _NEVER_REACHED):
        said = (state for hint, state in _TURNED_AWAY.items() if hint in words)
        why = meaning(next(said, ""), TROUBLE) or _UNREACHED
        return PortTrouble(f"{where} {why} ({words})")
    return PortTrouble(f"{where} {_LOST} ({words})", unknown=committing)
