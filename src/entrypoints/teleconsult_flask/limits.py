"""How often something may be asked: by one address, or about one. May import limits, flask.

    limited("sign-in", request.remote_addr or "", "20 per 15 minutes")

Counted in this process: with several of them the limits are as many times higher, which is why
what must hold is held by the core as well. Behind a proxy the server must know the real address
(`docs/how-to/sign-in.md`).
"""

from __future__ import annotations

import math
import time
from typing import cast

from flask import current_app, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

EXTENSION = "teleconsult-limits"


def limited(name: str, key: str, rate: str) -> None:
    """Count one `name` of `key`; ends the request with 429 and Retry-After when it is one too many.

    `rate` is such as "5 per 15 minutes".
    """
    counter, allowed = _counter(), parse(rate)
    if not counter.hit(allowed, name, key):
        wait = counter.get_window_stats(allowed, name, key).reset_time - time.time()
        raise TooManyRequests(retry_after=max(1, math.ceil(wait)))


def asker() -> str:
    """Whose address a request comes from."""
    return request.remote_addr or ""


def _counter() -> MovingWindowRateLimiter:
    """One for each application."""
    kept = current_app.extensions
    if EXTENSION not in kept:
        kept[EXTENSION] = MovingWindowRateLimiter(MemoryStorage())
    return cast(MovingWindowRateLimiter, kept[EXTENSION])
