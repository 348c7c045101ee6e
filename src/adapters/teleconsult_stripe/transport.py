"""How we talk to Stripe over the wire: bounded in time and in size. May import stripe.

Stripe's own client waits 80 seconds for each piece of an answer and reads whatever comes. Here a
call ends, one way or the other, while the person who caused it is still there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import stripe

CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
"""The longest silence."""

WHOLE_SECONDS = 12.0
"""The longest answer, however steadily it drips."""

WHOLE_BYTES = 4_000_000
"""The longest page of holds that Stripe sends is about a fifth of this."""


class BoundedTransport(stripe.RequestsClient):
    """Raises `stripe.APIConnectionError` for an answer that is too late, too slow or too long."""

    def __init__(self) -> None:
        super().__init__(timeout=(CONNECT_SECONDS, READ_SECONDS))

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[Any, int, Mapping[str, str]]:
        ends = time.monotonic() + WHOLE_SECONDS
        raw, status, answered = self.request_stream(method, url, headers, post_data)
        try:
            return _whole(raw, ends), status, answered
        except Exception as error:  # whatever the socket says, too
            self._handle_request_error(error)
        finally:
            raw.close()


def _whole(raw: Any, ends: float) -> bytes:
    """Everything that is sent, as it comes; a piece at a time, so that the bounds are noticed."""
    body = bytearray()
    while piece := raw.read1(65_536, decode_content=True):
        body += piece
        if len(body) > WHOLE_BYTES:
            raise ValueError(f"the answer is longer than {WHOLE_BYTES} bytes")
        if time.monotonic() > ends:
            raise TimeoutError(f"the answer took longer than {WHOLE_SECONDS:g} s")
    return bytes(body)
