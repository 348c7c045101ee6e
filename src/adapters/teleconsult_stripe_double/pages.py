"""The bank's page on which a patient proves who he is (3-D Secure). May import double, objects."""

from __future__ import annotations

import html
from urllib.parse import parse_qs

from teleconsult_core.ids import HoldRef
from teleconsult_stripe_double import objects
from teleconsult_stripe_double.double import StripeDouble

CHALLENGE = "/challenge"

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Your bank asks (sandbox)</title>
<body style="font: 1.1rem/1.5 sans-serif; max-width: 24rem; margin: 10vh auto; padding: 1rem">
<h1 style="font-size: 1.4rem">Your bank asks</h1>
<p>Do you agree to a hold of <strong>{amount}</strong> on your card ending in {last4}?
This page belongs to the sandbox: no money moves.</p>
<form method="post">
<button name="ok" value="1" style="font: inherit; padding: .6rem 1rem">It is me: agree</button>
<button name="ok" value="0" style="font: inherit; padding: .6rem 1rem">Refuse</button>
</form>
"""


def challenge_page(double: StripeDouble, id: str) -> str:
    """Asks about the intent `id`. Raises `PortMisused` when there is none."""
    with double.cards.today() as (connection, _):
        held = objects.kept(connection, _ref(id)).held
    return _PAGE.format(amount=html.escape(str(held.amount)), last4=html.escape(held.card.last4))


def answer_challenge(double: StripeDouble, id: str, form: str) -> str:
    """Take the patient's answer; where he is sent back to. Raises `PortMisused` as above."""
    agreed = parse_qs(form).get("ok") == ["1"]
    double.cards.authenticate(_ref(id), agreed)
    with double.cards.today() as (connection, _):
        note = objects.kept(connection, _ref(id)).note
    return str(note.get("return_url") or "about:blank")


def _ref(id: str) -> HoldRef:
    return HoldRef(f"hold_{objects.number_of(id)}")
