"""How often something may be asked: by one address, or about one. May import limits.

    limited("sign-in", asker(), "20 per 15 minutes")

Counted where `Web.limits` says: in this process as a rule, so that with several of them the limits
are as many times higher, or in a store that they share. What must hold is held by the core as well.
Behind a proxy the server must know the real address (`docs/how-to/sign-in.md`).
"""

from __future__ import annotations

import ipaddress
import math
import time
from typing import cast

from flask import current_app, request
from limits import parse
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from teleconsult_flask.watching import note
from teleconsult_flask.web import at_hand

EXTENSION = "teleconsult-limits"


def limited(name: str, key: str, rate: str) -> None:
    """Count one `name` of `key`; ends the request with 429 and Retry-After when it is one too many.

    `rate` is such as "5 per 15 minutes".
    """
    counter, allowed = _counter(), parse(rate)
    if not counter.hit(allowed, name, key):
        note(f"too often: {name}")
        wait = counter.get_window_stats(allowed, name, key).reset_time - time.time()
        raise TooManyRequests(retry_after=max(1, math.ceil(wait)))


def limited_for(name: str, rate: str, *about: str) -> None:
    """Count one `name` for each of what it is about: a phone, an e-mail, a card, an appointment."""
    for one in about:
        limited(f"{name} for", one.casefold(), rate)


def asker() -> str:
    """Whose address a request comes from; of IPv6 its network, which is one home's."""
    address = request.remote_addr or ""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network(f"{address.partition('%')[0]}/64", strict=False))
    except ValueError:
        return address


def _counter() -> MovingWindowRateLimiter:
    """One for each application."""
    kept = current_app.extensions
    if EXTENSION not in kept:
        kept[EXTENSION] = MovingWindowRateLimiter(at_hand().limits)
    return cast(MovingWindowRateLimiter, kept[EXTENSION])
