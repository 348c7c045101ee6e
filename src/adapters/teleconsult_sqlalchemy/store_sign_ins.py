"""Staff, sessions and links to accounts. May import statements, running, tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.ids import LinkId, StaffId
from teleconsult_core.people import Actor, Role
from teleconsult_core.sign_in_stores import Sessions, SignInLinks, Staff
from teleconsult_core.sign_ins import Session, SignInLink, StaffMember, folded_email
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import Compiler, Row, constant, given
from teleconsult_sqlalchemy.tables import Tables


class StaffStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.staff
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(t.c.id == given("id", t.c.id)), lock=t)
        self.by_email = make.select(sa.select(t).where(t.c.email == given("email", t.c.email)))
        self.every = make.select(sa.select(t).order_by(t.c.id))


class SqlStaff:
    def __init__(self, run: Running, sql: StaffStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, id: StaffId) -> StaffMember | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return _member_from(row) if row else None

    def by_email(self, email: str) -> StaffMember | None:
        row = self._run.one(self._sql.by_email, email=folded_email(email))
        return _member_from(row) if row else None

    def every(self) -> Sequence[StaffMember]:
        return sorted(map(_member_from, self._run.rows(self._sql.every)), key=lambda one: one.id)

    def put(self, member: StaffMember) -> None:
        self._run.write(self._sql.put, _member_row(member))


class SessionStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.sessions
        his = sa.and_(t.c.role == given("its", t.c.role), t.c.actor == given("his", t.c.actor))
        one = t.c.token_hash == given("hash", t.c.token_hash)
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(one), lock=t)
        self.of = make.select(sa.select(t).where(his).order_by(t.c.made_at, t.c.token_hash))
        whose = sa.and_(t.c.email == given("whose", t.c.email), t.c.email != constant(""))
        self.of_account = make.select(
            sa.select(t).where(whose).order_by(t.c.made_at, t.c.token_hash)
        )
        self.remove = make.change(sa.delete(t).where(one))
        self.remove_account = make.change(sa.delete(t).where(whose))
        self.forget = make.change(sa.delete(t).where(t.c.made_at < given("moment", t.c.made_at)))


class SqlSessions:
    def __init__(self, run: Running, sql: SessionStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, token_hash: str) -> Session | None:
        row = self._run.one_locked(self._sql.get, hash=token_hash)
        return _session_from(row) if row else None

    def of(self, actor: Actor) -> Sequence[Session]:
        rows = self._run.rows(self._sql.of, its=actor.role.value, his=actor.id)
        return [_session_from(row) for row in rows]

    def of_account(self, email: str) -> Sequence[Session]:
        rows = self._run.rows(self._sql.of_account, whose=folded_email(email))
        return [_session_from(row) for row in rows]

    def put(self, session: Session) -> None:
        self._run.write(self._sql.put, _session_row(session))

    def remove(self, token_hash: str) -> None:
        self._run.write(self._sql.remove, {"hash": token_hash})

    def remove_account(self, email: str) -> None:
        self._run.write(self._sql.remove_account, {"whose": folded_email(email)})

    def forget(self, made_before: datetime) -> int:
        return self._run.count(self._sql.forget, {"moment": made_before})


class SignInLinkStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.sign_in_links
        whose = t.c.email == given("whose", t.c.email)
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(t.c.id == given("id", t.c.id)), lock=t)
        self.by_hash = make.select(
            sa.select(t).where(t.c.token_hash == given("hash", t.c.token_hash))
        )
        self.asked = make.select(
            sa.select(sa.func.count().label("count"))
            .select_from(t)
            .where(whose, t.c.made_at >= given("moment", t.c.made_at))
        )
        self.remove_account = make.change(sa.delete(t).where(whose))
        self.forget = make.change(sa.delete(t).where(t.c.made_at < given("moment", t.c.made_at)))


class SqlSignInLinks:
    def __init__(self, run: Running, sql: SignInLinkStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, id: LinkId) -> SignInLink | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return SignInLink(**row) if row else None

    def by_hash(self, token_hash: str) -> SignInLink | None:
        row = self._run.one(self._sql.by_hash, hash=token_hash)
        return SignInLink(**row) if row else None

    def asked(self, email: str, since: datetime) -> int:
        row = self._run.one(self._sql.asked, whose=folded_email(email), moment=since)
        return int(row["count"]) if row else 0

    def put(self, link: SignInLink) -> None:
        self._run.write(self._sql.put, _link_row(link))

    def remove_account(self, email: str) -> None:
        self._run.write(self._sql.remove_account, {"whose": folded_email(email)})

    def forget(self, made_before: datetime) -> int:
        return self._run.count(self._sql.forget, {"moment": made_before})


def _member_row(member: StaffMember) -> Row:
    return {
        "id": member.id,
        "role": member.role.value,
        "practitioner": member.practitioner,
        "email": member.email,
        "password_hash": member.password_hash,
        "totp_secret": member.totp_secret,
        "last_step": member.last_step,
        "failures": member.failures,
        "locked_until": member.locked_until,
        "active": member.active,
    }


def _member_from(row: Row) -> StaffMember:
    return StaffMember(**{**row, "role": Role(row["role"])})


def _session_row(session: Session) -> Row:
    return {
        "token_hash": session.token_hash,
        "role": session.actor.role.value,
        "actor": session.actor.id,
        "email": session.email,
        "staff": session.staff,
        "made_at": session.made_at,
        "last_seen": session.last_seen,
    }


def _session_from(row: Row) -> Session:
    actor = Actor(Role(row["role"]), row["actor"])
    return Session(
        row["token_hash"], actor, row["made_at"], row["last_seen"], row["email"], row["staff"]
    )


def _link_row(link: SignInLink) -> Row:
    return {
        "id": link.id,
        "token_hash": link.token_hash,
        "browser_hash": link.browser_hash,
        "email": link.email,
        "made_at": link.made_at,
        "used_at": link.used_at,
    }


if TYPE_CHECKING:
    _staff: type[Staff] = SqlStaff
    _sessions: type[Sessions] = SqlSessions
    _links: type[SignInLinks] = SqlSignInLinks
