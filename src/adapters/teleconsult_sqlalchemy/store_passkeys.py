"""Passkeys of staff, and what devices are asked to sign. May import statements, running, tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.ids import PasskeyId, StaffId
from teleconsult_core.passkeys import Challenge, Passkey
from teleconsult_core.sign_in_stores import Challenges, Passkeys
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import Compiler, Row, given
from teleconsult_sqlalchemy.tables import Tables


class PasskeyStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.passkeys
        one, his = t.c.id == given("id", t.c.id), t.c.staff == given("his", t.c.staff)
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(one), lock=t)
        self.of = make.select(sa.select(t).where(his).order_by(t.c.made_at, t.c.id))
        self.remove = make.change(sa.delete(t).where(one))
        self.remove_of = make.change(sa.delete(t).where(his))


class SqlPasskeys:
    def __init__(self, run: Running, sql: PasskeyStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, id: PasskeyId) -> Passkey | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return Passkey(**row) if row else None

    def of(self, staff: StaffId) -> Sequence[Passkey]:
        return [Passkey(**row) for row in self._run.rows(self._sql.of, his=staff)]

    def put(self, passkey: Passkey) -> None:
        self._run.write(self._sql.put, _passkey_row(passkey))

    def remove(self, id: PasskeyId) -> None:
        self._run.write(self._sql.remove, {"id": id})

    def remove_of(self, staff: StaffId) -> None:
        self._run.write(self._sql.remove_of, {"his": staff})


class ChallengeStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.challenges
        one = t.c.hash == given("hash", t.c.hash)
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(one), lock=t)
        self.remove = make.change(sa.delete(t).where(one))
        self.forget = make.change(sa.delete(t).where(t.c.made_at < given("moment", t.c.made_at)))


class SqlChallenges:
    def __init__(self, run: Running, sql: ChallengeStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, hash: str) -> Challenge | None:
        row = self._run.one_locked(self._sql.get, hash=hash)
        return Challenge(**row) if row else None

    def put(self, challenge: Challenge) -> None:
        self._run.write(self._sql.put, _challenge_row(challenge))

    def remove(self, hash: str) -> None:
        self._run.write(self._sql.remove, {"hash": hash})

    def forget(self, made_before: datetime) -> int:
        return self._run.count(self._sql.forget, {"moment": made_before})


def _passkey_row(passkey: Passkey) -> Row:
    return {
        "id": passkey.id,
        "staff": passkey.staff,
        "name": passkey.name,
        "public_key": passkey.public_key,
        "uses": passkey.uses,
        "made_at": passkey.made_at,
        "used_at": passkey.used_at,
    }


def _challenge_row(challenge: Challenge) -> Row:
    return {"hash": challenge.hash, "made_at": challenge.made_at, "staff": challenge.staff}


if TYPE_CHECKING:
    _passkeys: type[Passkeys] = SqlPasskeys
    _challenges: type[Challenges] = SqlChallenges
