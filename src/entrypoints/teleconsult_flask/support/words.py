"""What happened, in words: actions on the record, and kinds of messages. May import languages."""

from __future__ import annotations

from teleconsult_flask.languages import say


def action_words() -> dict[str, str]:
    """By the code that stands in the audit log."""
    return {
        "reserved": say("time reserved"),
        "awaiting-confirmation": say("entered by the practitioner"),
        "confirmed": say("appointment confirmed"),
        "completed": say("consultation closed"),
        "no-show": say("absence noted"),
        "cancelled": say("appointment cancelled"),
        "lapsed": say("time free again"),
        "hold": say("change on the card"),
        "join": say("let in by the door"),
        "admit": say("admitted by the practitioner"),
        "end": say("room ended"),
        "look": say("looked at"),
        "see contact details": say("contact details seen"),
        "look at receipt": say("receipt looked at"),
        "link again": say("link sent again"),
        "message sent again": say("message sent again"),
        "message retried": say("message tried again"),
        "rate": say("rated"),
        "refund": say("refund asked for"),
        "refund refused": say("refund refused"),
        "refund came back": say("refund came back"),
        "payment parked": say("payment set aside"),
        "payment retried": say("payment tried again"),
        "contradiction": say("contradiction found"),
        "evidence": say("evidence gathered"),
        "export": say("data handed out"),
        "erase": say("data erased"),
    }


def kind_words() -> dict[str, str]:
    """By the code of a kind of message."""
    return {
        "booked": say("booked"),
        "please-confirm": say("please confirm"),
        "waiting-offer": say("an earlier time"),
        "reminder": say("reminder"),
        "last-reminder": say("last reminder"),
        "practitioner-link": say("link for the practitioner"),
        "authorize": say("authorize again"),
        "card-declined": say("card declined"),
        "lapsed": say("lapsed"),
        "cancelled": say("cancelled"),
        "moved": say("moved"),
        "practitioner-absent": say("practitioner absent"),
        "decide": say("state the amount"),
        "charged": say("charged"),
        "nothing-charged": say("nothing charged"),
        "no-show-charged": say("absence charged"),
        "refunded": say("refunded"),
        "rate": say("please rate"),
        "unbilled": say("not billed"),
        "charge-failed": say("charge failed"),
        "disputed": say("disputed"),
        "link-again": say("the link again"),
        "payment-stuck": say("payment stuck"),
        "charge-at-risk": say("charge at risk"),
        "refund-came-back": say("refund came back"),
        "undelivered": say("not delivered"),
    }
