"""How a hold on a card stands, in words. May import languages."""

from __future__ import annotations

from teleconsult_flask.languages import say


def hold_words() -> dict[str, str]:
    """By the code of its state."""
    return {
        "authorising": say("being reserved"),
        "awaiting-patient": say("waiting for the bank"),
        "declined": say("declined"),
        "held": say("reserved"),
        "lapsed": say("lapsed"),
        "capturing": say("being charged"),
        "captured": say("charged"),
        "releasing": say("being released"),
        "released": say("released"),
        "partly-refunded": say("partly refunded"),
        "refunded": say("refunded"),
        "disputed": say("disputed"),
        "won": say("charged, dispute won"),
        "lost": say("lost to a dispute"),
    }
