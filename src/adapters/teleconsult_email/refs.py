"""Our name for a letter, which its Message-ID is and which comes back with it. May import the
standard library alone.

It follows from the message's key: the same message is the same letter at the reader's, however
often it is sent, and what comes back is known as ours by its form.
"""

from __future__ import annotations

import hashlib
import re

OURS = re.compile(r"[0-9a-f]{32}\.teleconsult@[a-z0-9.-]{1,254}", re.IGNORECASE)


def ref_of(key: str, domain: str) -> str:
    """A Message-ID without its angle brackets; `domain` is the sender's, in ASCII."""
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.teleconsult@{domain}"
