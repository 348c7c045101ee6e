"""How long to wait before the next try, and when to stop trying. May import nothing of ours.

The wait is drawn from the row's id and the number of its tries, not thrown with dice: two rows
that failed together do not come back together, and the same row always waits the same.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b

LONGEST = timedelta(minutes=15)

TRIES = 120
"""After so many tries a person must look. The pauses stretch them over at least half a day, so
that an outage of some hours parks nothing, however many workers run."""


def pause(id: str, tries: int, *, first: timedelta) -> timedelta:
    """The wait after try number `tries`: it doubles from `first` up to `LONGEST`.

    What is waited is between half of that and the whole.
    """
    doublings = min(max(tries, 1) - 1, 20)
    whole = min(LONGEST, first * (1 << doublings))
    half = whole / 2
    return half + half * _drawn(f"{id} {tries}")


def _drawn(words: str) -> float:
    """A number from 0 up to 1 that looks random and is always the same for the same words."""
    digest = blake2b(words.encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32
