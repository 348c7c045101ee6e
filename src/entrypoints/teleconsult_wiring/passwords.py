"""Which passwords are refused: too short, among the first that are tried, or with the clinic in it.

May import zxcvbn, the core. Nothing is asked of anybody: zxcvbn has its lists with it, of 30,000
passwords that leaked and 64,000 words and names, and knows keyboards, dates and repetitions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from zxcvbn import zxcvbn

from teleconsult_core.people import Practice, Practitioner
from teleconsult_core.refusals import BadInput
from teleconsult_core.sign_ins import StaffMember

SHORTEST, LONGEST = 12, 256
GUESSES = 10**10
"""Fewer are soon tried by whoever has the hash; zxcvbn calls what needs more very unguessable."""
LOOKED_AT = 32
"""Characters at the beginning; more of them make no password worse, and take long."""
SHORTEST_WORD = 4
OUR_WORDS = ("teleconsult", "consultation")


class Weakness(StrEnum):
    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    OF_THE_CLINIC = "of the clinic"


class WeakPassword(BadInput):
    """Says what is wrong with a password, and not the password. `word` is the clinic's in it."""

    def __init__(self, why: Weakness, length: int, word: str = "") -> None:
        self.why, self.word = why, word
        bound = f"{SHORTEST} to {LONGEST} characters"
        if why is Weakness.COMMON:
            bound = "one that is hard to guess; three or four words that do not belong together do"
        if why is Weakness.OF_THE_CLINIC:
            bound = f"without {word!r}, which whoever knows the clinic tries first"
        super().__init__("password", f"{length} characters", bound)


def check_password(password: str, words: Iterable[str] = ()) -> None:
    """Raises `WeakPassword`; `words` are those of the clinic and of whose password it is."""
    length = len(password)
    if not SHORTEST <= length <= LONGEST:
        raise WeakPassword(Weakness.SHORT if length < SHORTEST else Weakness.LONG, length)
    held, known = _folded(password), sorted({*words, *OUR_WORDS}, key=len, reverse=True)
    for word in known:
        if _folded(word) in held:
            raise WeakPassword(Weakness.OF_THE_CLINIC, length, word)
    if zxcvbn(password[:LOOKED_AT])["guesses"] < GUESSES:
        raise WeakPassword(Weakness.COMMON, length)


def words_about(
    member: StaffMember, practice: Practice, practitioner: Practitioner | None
) -> frozenset[str]:
    """What anybody may know of him and of where he works, in words of four letters and more."""
    name = practitioner.name if practitioner else ""
    told = (practice.id, practice.name, practice.email, member.id, member.email, name)
    parts = (part for text in told for part in re.split(r"[\W_]+", text.casefold()))
    return frozenset(part for part in parts if len(part) >= SHORTEST_WORD)


def _folded(text: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))
