"""A thousand browsers in waiting rooms, as far as a server can tell, in a process of their own.

    python many_browsers.py wait < who.json     # each keeps a question open, and beats
    python many_browsers.py ask PORT PATH N     # the seconds of N answers, one after the other

`wait` prints a line when all are there, another whenever everybody has heard something: the instant
at which each of them did. It ends when its input does.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import sys
import time
from typing import Any
from urllib.parse import urlencode

BEAT = 5.0
"""Seconds, as `static/room/beat.js` has it."""


class Connection:
    """One that is kept, as browsers do; made anew when the server has closed it."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, token: str = "", **fields: Any) -> dict[str, Any]:
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._open
        body = urlencode(fields) if method == "POST" else ""
        query = "" if method == "POST" else f"?{urlencode(fields)}"
        writer.write(
            f"{method} {path}{query} HTTP/1.1\r\nHost: localhost\r\nCookie: {self._cookie}\r\n"
            f"X-Form-Token: {token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        except asyncio.IncompleteReadError:
            writer.close()
            self._open = None
            return {}
        told = await reader.readexactly(int(head.partition("content-length:")[2].split()[0]))
        if not head.startswith("http/1.1 200"):
            raise AssertionError(f"{method} {path}: {head[:40]} {told[:300]!r}")
        return dict(json.loads(told))


class Browser:
    def __init__(self, port: int, who: dict[str, str]) -> None:
        self._room, self._token = who["room"], who["token"]
        self._asking = Connection(port, who["cookie"])
        self._beating = Connection(port, who["cookie"])
        self.mark = ""
        self.heard: list[float] = []

    async def wait(self) -> None:
        after = 0
        while True:
            query = {"epoch": 1, "after": after, "seen": self.mark}
            news = await self._asking.ask("GET", f"{self._room}/news", **query)
            if not news:
                return
            self.mark = news["mark"]
            for one in news["signals"]:
                after = one["number"]
                self.heard.append(time.time())
            if news["again_in"]:
                await asyncio.sleep(news["again_in"] / 1000)

    async def beat(self) -> None:
        await asyncio.sleep(random.random() * BEAT)
        while await self._beating.ask("POST", f"{self._room}/beat", self._token, epoch=1):
            await asyncio.sleep(BEAT)


async def wait() -> None:
    lines = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    asked = json.loads(await lines.readline())
    browsers = [Browser(asked["port"], who) for who in asked["who"]]
    living = []
    for one in browsers:
        living += [asyncio.create_task(one.wait()), asyncio.create_task(one.beat())]
        await asyncio.sleep(0.001)
    while not all(one.mark for one in browsers):
        await _still_going(living)
    print("there", flush=True)
    while await lines.readline():
        while not all(one.heard for one in browsers):
            await _still_going(living)
        print(json.dumps([one.heard.pop() for one in browsers]), flush=True)
    for task in living:
        task.cancel()


async def _still_going(living: list[asyncio.Task[None]]) -> None:
    for task in living:
        if task.done():
            task.result()
    await asyncio.sleep(0.05)


def ask(port: int, path: str, times: int) -> list[float]:
    """One person who asks, waits for the answer, and asks again a little later."""
    connection, took = http.client.HTTPConnection("127.0.0.1", port), []
    for _ in range(times):
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - began)
        assert answer.status == 200, (path, answer.status)
        time.sleep(0.005)
    return took


if __name__ == "__main__":
    if sys.argv[1] == "wait":
        asyncio.run(wait())
    else:
        print(json.dumps(ask(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))))
