"""How many connections a server may keep open. May import nothing of ours.

Each of two people in a waiting room has two: one on which his question waits, one for all else.
"""

from __future__ import annotations

import sys
from contextlib import suppress

if sys.platform != "win32":
    import resource

MOST = 16384
SPARE = 128
"""For the database, the logs, and answers on their way."""
UNKNOWN = 1024
"""Where the system does not say, this is what it would usually let us have."""


def connections() -> int:
    """As many as the system lets this process have, `MOST` at most; asks for as many."""
    if sys.platform == "win32":
        return UNKNOWN - SPARE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + SPARE if hard == resource.RLIM_INFINITY else min(MOST + SPARE, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # some systems say they would, and do not
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    most = MOST if soft == resource.RLIM_INFINITY else min(MOST, soft - SPARE)
    return max(most, SPARE)


def waiting() -> int:
    """How many questions for news may be set aside: each asker has another connection besides."""
    return connections() // 2
