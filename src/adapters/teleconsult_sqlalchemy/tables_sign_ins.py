"""The tables of signing in. May import the core's enums, columns."""

from __future__ import annotations

import sqlalchemy as sa

from teleconsult_core.people import Role
from teleconsult_sqlalchemy.columns import choice, flag, instant, number, text
from teleconsult_sqlalchemy.table_making import Maker


def sign_in_tables(make: Maker) -> dict[str, sa.Table]:
    staff = make.table(
        "staff", text("id", personal="pseudonym", key=True), choice("role", Role),
        text("practitioner", null=True), text("email", personal="contact"), text("password_hash"),
        text("totp_secret"), number("last_step"), number("failures"),
        instant("locked_until", null=True), flag("active"),
    )  # fmt: skip
    make.index(staff, "email", unique=True)
    sessions = make.table(
        "sessions", text("token_hash", key=True), choice("role", Role),
        text("actor", personal="pseudonym"), text("email", personal="contact"),
        text("staff", personal="pseudonym", null=True), instant("made_at"), instant("last_seen"),
    )  # fmt: skip
    make.index(sessions, "actor")
    make.index(sessions, "email", where="email <> ''")
    make.index(sessions, "made_at")
    links = make.table(
        "sign_in_links", text("id", key=True), text("token_hash"), text("browser_hash"),
        text("email", personal="contact"), instant("made_at"), instant("used_at", null=True),
    )  # fmt: skip
    make.index(links, "token_hash", unique=True)
    make.index(links, "email made_at")
    make.index(links, "made_at")
    passkeys = make.table(
        "passkeys", text("id", key=True), text("staff", personal="pseudonym"),
        text("name", personal="words"), text("public_key"), number("uses"), instant("made_at"),
        instant("used_at", null=True),
    )  # fmt: skip
    make.index(passkeys, "staff made_at")
    challenges = make.table(
        "challenges", text("hash", key=True), instant("made_at"),
        text("staff", personal="pseudonym", null=True),
    )  # fmt: skip
    make.index(challenges, "made_at")
    return {
        "staff": staff,
        "sessions": sessions,
        "sign_in_links": links,
        "passkeys": passkeys,
        "challenges": challenges,
    }
