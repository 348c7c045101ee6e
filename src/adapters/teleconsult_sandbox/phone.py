"""A phone that receives every text and keeps it. May import file, ports, trouble.

The same key never arrives twice: the repetition is told the first one's name. Numbers that begin
with +32 and end in 000 do not exist; what is no number in E.164 form does not either.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import frozen

from teleconsult_core.gateways import Accepted, NotDelivered, Texts
from teleconsult_core.ports import PortMisused
from teleconsult_sandbox.clock import Clock
from teleconsult_sandbox.file import SandboxFile, read, written
from teleconsult_sandbox.trouble import Troubles

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_NOBODY = re.compile(r"\+32[0-9]*000", re.ASCII)


@frozen
class Text:
    """A text as it arrived; `number` counts all of them."""

    number: int
    key: str
    to: str
    text: str
    at: datetime

    @property
    def ref(self) -> str:
        return f"text_{self.number:06d}"


class SandboxPhone:
    """`ports.Texts` in one file. Raises `PortTrouble` when the file cannot be used."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._file, self._clock = SandboxFile(path), clock
        self.trouble = Troubles(self._file, "texts", verbs=frozenset({"send"}), sleep=sleep)

    def send(self, *, key: str, to: str, text: str) -> Accepted | NotDelivered:
        if not key or not text:
            raise PortMisused("a text needs a key and words")
        with self.trouble.around("send"):
            if _NUMBER.fullmatch(to) is None:
                return NotDelivered("not a number in E.164 form")
            if _NOBODY.fullmatch(to) is not None:
                return NotDelivered("no such number")
            return Accepted(self._keep(key, to, text).ref)

    def messages(self, to: str | None = None) -> tuple[Text, ...]:
        """What arrived, oldest first; only at the number `to` when one is given."""
        with self._file.reading() as connection:
            rows = connection.execute(
                'select * from texts where :to is null or "to" = :to order by number', {"to": to}
            )
            return tuple(_read(row) for row in rows)

    def close(self) -> None:
        self._file.close()

    def _keep(self, key: str, to: str, text: str) -> Text:
        with self._file.transaction() as connection:
            connection.execute(
                'insert into texts (key, "to", text, at) values (?, ?, ?, ?)'
                " on conflict (key) do nothing",
                (key, to, text, written(self._clock())),
            )
            row = connection.execute("select * from texts where key = ?", (key,)).fetchone()
            return _read(row)


def _read(row: sqlite3.Row) -> Text:
    return Text(row["number"], row["key"], row["to"], row["text"], read(row["at"]))


if TYPE_CHECKING:
    _conforms: type[Texts] = SandboxPhone
