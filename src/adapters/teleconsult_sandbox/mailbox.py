"""A mailbox that receives every letter and keeps it. May import file, ports, trouble.

The same key never arrives twice: the repetition is told the first one's name. Whatever is
written to `bounce` at any host bounces; what is no address does too.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

from teleconsult_core.gateways import (
    Accepted,
    Event,
    Invitation,
    Letter,
    Letters,
    Method,
    NotDelivered,
)
from teleconsult_core.ports import PortMisused
from teleconsult_sandbox.clock import Clock
from teleconsult_sandbox.file import SandboxFile, read, written
from teleconsult_sandbox.trouble import Troubles

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\\]{1,64}@[^\s@<>,;:\"()\\]{1,255}")


@frozen
class Mail:
    """A letter as it arrived; `number` counts all of them."""

    number: int
    key: str
    to: str
    letter: Letter
    at: datetime

    @property
    def ref(self) -> str:
        return f"mail_{self.number:06d}"


class SandboxMailbox:
    """`ports.Letters` in one file. Raises `PortTrouble` when the file cannot be used."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._file, self._clock = SandboxFile(path), clock
        self.trouble = Troubles(self._file, "letters", verbs=frozenset({"send"}), sleep=sleep)

    def send(self, *, key: str, to: str, letter: Letter) -> Accepted | NotDelivered:
        _check(key, letter)
        with self.trouble.around("send"):
            if _ADDRESS.fullmatch(to) is None:
                return NotDelivered("not an address")
            if to.lower().startswith("bounce@"):
                return NotDelivered("no such mailbox")
            return Accepted(self._keep(key, to, letter).ref)

    def messages(self, to: str | None = None) -> tuple[Mail, ...]:
        """What arrived, oldest first; only at the address `to` when one is given."""
        with self._file.reading() as connection:
            rows = connection.execute(
                'select * from letters where :to is null or "to" = :to order by number', {"to": to}
            )
            return tuple(_read(row) for row in rows)

    def close(self) -> None:
        self._file.close()

    def _keep(self, key: str, to: str, letter: Letter) -> Mail:
        with self._file.transaction() as connection:
            connection.execute(
                'insert into letters (key, "to", letter, at) values (?, ?, ?, ?)'
                " on conflict (key) do nothing",
                (key, to, json.dumps(asdict(letter), default=written), written(self._clock())),
            )
            row = connection.execute("select * from letters where key = ?", (key,)).fetchone()
            return _read(row)


def _check(key: str, letter: Letter) -> None:
    """Raises `PortMisused` for what a mail server would garble or refuse."""
    if not key or not letter.text:
        raise PortMisused("a letter needs a key and words")
    if letter.subject.splitlines() != [letter.subject]:
        raise PortMisused("a letter's subject is one line")


def _read(row: sqlite3.Row) -> Mail:
    return Mail(row["number"], row["key"], row["to"], _letter(row["letter"]), read(row["at"]))


def _letter(content: str) -> Letter:
    found = json.loads(content)
    event = found.pop("event")
    return Letter(**found, event=_event(event) if event else None)


def _event(found: dict[str, Any]) -> Event:
    invitation = found.pop("invitation")
    method, stamp = Method(invitation.pop("method")), read(invitation.pop("stamp"))
    start, end = read(found.pop("start")), read(found.pop("end"))
    return Event(
        Invitation(method=method, stamp=stamp, **invitation), start=start, end=end, **found
    )


if TYPE_CHECKING:
    _conforms: type[Letters] = SandboxMailbox
