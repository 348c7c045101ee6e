"""What other machines post: the card network's news, a provider's of its rooms of video, and
receipts of text messages.

May import the core. News is verified on its bytes as they came, and kept, before it is answered;
what it is about is looked into by a worker. No form token protects these: a signature does, or a
secret that is part of the address.
"""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, jsonify, request

from teleconsult_core.refusals import NewsRefused, NotFound, Refusal
from teleconsult_flask.signalling import problem
from teleconsult_flask.web import at_hand, now
from teleconsult_wiring import receipts_in

LARGEST = 2**20
"""Bytes."""


def pages(site: Blueprint) -> None:
    site.add_url_rule("/hooks/stripe", view_func=stripe_news, methods=["POST"])
    site.add_url_rule("/hooks/livekit", view_func=video_news, methods=["POST"])
    site.add_url_rule("/hooks/sms/<secret>", view_func=sms_receipts, methods=["POST"])


def stripe_news() -> Response:
    """Answers 200 once it is kept, 400 for what is not Stripe's, 503 when it must come again."""
    take = at_hand().card_news
    if take is None:
        abort(404)
    request.max_content_length = LARGEST
    signature = request.headers.get("Stripe-Signature", "")
    taken = take(request.get_data(), signature, now())
    if isinstance(taken, Refusal):
        return problem(taken, 400)
    return jsonify(received=True)


def video_news() -> Response:
    """Answers 200 once it is on the record, or about no room of ours; else as `stripe_news`."""
    take = at_hand().video_news
    if take is None:
        abort(404)
    request.max_content_length = LARGEST
    headers = request.headers
    authorization, kind = headers.get("Authorization", ""), headers.get("Content-Type", "")
    taken = take(request.get_data(), authorization, kind, now())
    if isinstance(taken, NewsRefused):
        return problem(taken, 400)
    return jsonify(received=True)


def sms_receipts(secret: str) -> Response:
    """Answers 503 when some are of messages that are not noted as sent yet: bring them again."""
    expected = at_hand().sms_hook
    if not expected or not hmac.compare_digest(secret.encode(), expected.encode()):
        abort(404)
    request.max_content_length = LARGEST
    found = receipts_in(request.get_data())
    if not isinstance(found, tuple):
        abort(400)
    told = [
        at_hand().desk.note_delivery(
            ref=one.ref, delivery=one.delivery, why=one.why, at=now(), now=now()
        )
        for one in found
    ]
    unknown = sum(isinstance(one, NotFound) for one in told)
    answer = jsonify(noted=len(told) - unknown, unknown=unknown)
    answer.status_code = 503 if unknown else 200
    return answer
