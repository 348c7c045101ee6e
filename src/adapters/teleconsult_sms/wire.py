"""One question over HTTPS and its answer, within a time that no gateway can stretch.

May import httpx and the core's trouble. Nothing that went over the wire is in a message: neither
numbers nor words nor credentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx
from attrs import field, frozen

from teleconsult_core.ports import PortMisused, PortTrouble

CONNECT_SECONDS, READ_SECONDS, BUDGET_SECONDS = 10.0, 20.0, 30.0
LONGEST_ANSWER = 2**20
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


@frozen
class Answer:
    status: int
    body: bytes = field(repr=False)


class Wire:
    """Keeps its connections between questions until `close`; any number of threads may ask."""

    def __init__(self, address: str, user: str, secret: str) -> None:
        where = urlsplit(address)
        if where.scheme != "https" and where.hostname not in _HERE:
            raise PortMisused(f"{address}: only https, except on this machine")
        self._name = where.hostname or address
        self._client = httpx.Client(
            base_url=address,
            auth=(user, secret),
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )

    def ask(self, method: str, path: str, *, asked: Mapping[str, Any], json: Any = None) -> Answer:
        """Raises `PortTrouble`; unknown as soon as the gateway may have read the question."""
        ends = monotonic() + BUDGET_SECONDS
        request = self._client.build_request(method, path, params=dict(asked), json=json)
        try:
            with closing(self._client.send(request, stream=True)) as response:
                return Answer(response.status_code, self._read(response, ends))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as trouble:
            raise PortTrouble(f"{self._name} cannot be reached: {type(trouble).__name__}") from None
        except httpx.HTTPError as trouble:
            told = f"{self._name} did not answer: {type(trouble).__name__}"
            raise PortTrouble(told, unknown=True) from None

    def _read(self, response: httpx.Response, ends: float) -> bytes:
        body = b""
        for part in response.iter_bytes():
            body += part
            if monotonic() > ends or len(body) > LONGEST_ANSWER:
                raise PortTrouble(f"{self._name} does not come to an end", unknown=True)
        return body

    def close(self) -> None:
        self._client.close()
