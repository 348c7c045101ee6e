"""PostgreSQL's five-letter codes (appendix A of its manual), and what they mean to us.

May import nothing. A code that is not named stands under its class, the first two letters.
"""

from __future__ import annotations

UNIQUE_VIOLATION = "23505"
REFUSED_ROW = "23"
"""The class of every violated constraint."""

TROUBLE = {
    "08": "has lost its connection; try again",
    "40P01": "gave up one of two works that waited for each other; try again",
    "40": "gave up this work for another one's sake; try again",
    "53100": "cannot grow: its disk is full; free some space and try again",
    "53300": "has too many connections; raise its max_connections, or try again",
    "53": "lacks the means just now; try again",
    "55P03": "is busy: another work holds the row for too long; try again",
    "57014": "took too long to answer and was stopped; try again",
    "57P01": "is being shut down; try again",
    "57P02": "has crashed and is coming back; try again",
    "57P03": "is starting or stopping; try again",
    "57P05": "closed a connection that was idle for too long; try again",
    "25P03": "ended a work that stood still for too long; try again",
    "58": "could not be read or written; look at its disk and try again",
}
"""Perhaps better in a minute."""

MISUSED = {
    "25006": "is read-only here; give the address of the primary server",
    "28P01": "refused the password; check the address and the file that holds it",
    "28": "refused this user; check the address and the server's pg_hba.conf",
    "3D000": "does not exist; create it, then run `teleconsult upgrade`",
    "3F000": "has no such schema; create it first",
    "42501": "does not let this user do that; grant it to him",
    "42P01": "has no teleconsult tables of this version; upgrade it",
    "42703": "has no teleconsult tables of this version; upgrade it",
    "54": "refused a value that is too large",
    "22": "refused a value it cannot keep",
    "XX": "is damaged; restore it from a backup",
}
"""A person must do something."""

LOST = ("08", "57P")
"""After these nobody knows whether a commit that was under way took place."""


def meaning(state: str, among: dict[str, str]) -> str:
    """What a code means, or its class; "" when neither is named."""
    return among.get(state) or among.get(state[:2], "")
