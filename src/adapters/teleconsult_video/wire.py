"""One question over HTTPS and its answer, within a time that no server can stretch.

May import httpx and the core's trouble. Somebody waits before a door while this is asked, so the
times are short. Nothing that went over the wire is in a message.
"""

from __future__ import annotations

import json
from contextlib import closing
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx
from attrs import field, frozen

from teleconsult_core.ports import PortTrouble

CONNECT_SECONDS, READ_SECONDS, BUDGET_SECONDS = 4.0, 8.0, 10.0
LONGEST_ANSWER = 2**20


@frozen
class Answer:
    status: int
    body: bytes = field(repr=False)

    def said(self, *names: str) -> Any:
        """What stands under the first of `names` that is there; None when the body is no object."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return None
        found = told if isinstance(told, dict) else {}
        return next((found[name] for name in names if name in found), None)


class Wire:
    """Keeps its connections between questions until `close`; any number of threads may ask."""

    def __init__(self, address: str) -> None:
        self.name = urlsplit(address).hostname or address
        self._client = httpx.Client(
            base_url=address,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )

    def ask(self, method: str, path: str, *, token: str = "", json: Any = None) -> Answer:
        """Raises `PortTrouble`; unknown as soon as the server may have read the question."""
        ends = monotonic() + BUDGET_SECONDS
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        request = self._client.build_request(method, path, headers=shown, json=json)
        try:
            with closing(self._client.send(request, stream=True)) as response:
                return Answer(response.status_code, self._read(response, ends))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as trouble:
            raise PortTrouble(f"{self.name} cannot be reached: {type(trouble).__name__}") from None
        except httpx.HTTPError as trouble:
            told = f"{self.name} did not answer: {type(trouble).__name__}"
            raise PortTrouble(told, unknown=True) from None

    def _read(self, response: httpx.Response, ends: float) -> bytes:
        body = b""
        for part in response.iter_bytes():
            body += part
            if monotonic() > ends or len(body) > LONGEST_ANSWER:
                raise PortTrouble(f"{self.name} does not come to an end", unknown=True)
        return body

    def close(self) -> None:
        self._client.close()
