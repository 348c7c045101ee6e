"""The double in the same process: a transport for stripe's own client. May import double."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from teleconsult_stripe_double.double import Asked, Dropped, StripeDouble


class InProcess(stripe.HTTPClient):
    """Everything between stripe's client and the wire is the real one; the wire is missing."""

    name = "double"

    def __init__(self, double: StripeDouble) -> None:
        super().__init__()
        self._double = double

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[Any, int, Mapping[str, str]]:
        address = urlsplit(url)
        named = {name.lower(): value for name, value in (headers or {}).items()}
        asked = Asked(method.lower(), address.path, post_data or address.query, named)
        try:
            answered = self._double.answer(asked)
        except Dropped as dropped:
            lost = stripe.APIConnectionError(str(dropped))  # type: ignore[no-untyped-call] # theirs
            lost.should_retry = True
            raise lost from dropped
        return json.dumps(answered.body), answered.status, answered.headers

    def close(self) -> None:
        """Nothing is held open."""
