"""Idempotency keys: the first answer is stored, and given again. May import file, payments.

As at the networks we know: same key and same parameters, the same answer, a failure included,
even where the effect took place; same key and other parameters, a refusal; forgotten after a day,
and then a new question (https://docs.stripe.com/api/idempotent_requests).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen

from teleconsult_core.holds import CardBrand, HoldFact, HoldNews
from teleconsult_core.ids import HoldRef, OperationId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import PortMisused
from teleconsult_sandbox.file import read, written

REMEMBERED = timedelta(hours=24)
LONGEST_KEY = 255


@frozen
class Stored:
    """What was answered under a key; None for a failure."""

    view: HoldView | None


@frozen
class Question:
    """A verb with its parameters, under a key."""

    key: OperationId
    verb: str
    parameters: Mapping[str, str]

    @property
    def asked(self) -> str:
        return json.dumps({"verb": self.verb, **self.parameters}, sort_keys=True)


def recall(connection: sqlite3.Connection, question: Question, now: datetime) -> Stored | None:
    """What was answered before. Raises `PortMisused` when something else was asked."""
    if not 1 <= len(question.key) <= LONGEST_KEY:
        raise PortMisused(f"a key has 1 to {LONGEST_KEY} characters, not {len(question.key)}")
    connection.execute("delete from keys where forgotten_at <= ?", (written(now),))
    row = connection.execute("select * from keys where key = ?", (question.key,)).fetchone()
    if row is None:
        return None
    if row["asked"] != question.asked:
        raise PortMisused(f"{question.key} was used for something else: {row['asked']}")
    return Stored(None if row["answer"] is None else _from_text(row["answer"]))


def store(
    connection: sqlite3.Connection, question: Question, view: HoldView | None, now: datetime
) -> None:
    """Remember the answer to `question` for a day; None is a failure."""
    connection.execute(
        "insert into keys (key, asked, answer, forgotten_at) values (?, ?, ?, ?)",
        (question.key, question.asked, view and _to_text(view), written(now + REMEMBERED)),
    )


def _to_text(view: HoldView) -> str:
    news = view.news
    return json.dumps(
        {
            "ref": view.ref,
            "operation": view.operation,
            "refunds": view.refunds,
            "came_back": view.came_back,
            "fact": news.fact,
            "until": news.until and written(news.until),
            "brand": news.brand,
            "last4": news.last4,
            "captured": _sum(news.captured),
            "refunded": _sum(news.refunded),
            "reason": news.reason,
            "fee": _sum(news.fee),
        }
    )


def _from_text(text: str) -> HoldView:
    kept: dict[str, Any] = json.loads(text)
    ref = HoldRef(kept["ref"])
    news = HoldNews(
        fact=HoldFact(kept["fact"]),
        ref=ref,
        until=kept["until"] and read(kept["until"]),
        brand=kept["brand"] and CardBrand(kept["brand"]),
        last4=kept["last4"],
        captured=kept["captured"] and Money(*kept["captured"]),
        refunded=kept["refunded"] and Money(*kept["refunded"]),
        reason=kept["reason"],
        fee=kept["fee"] and Money(*kept["fee"]),
    )
    refunds = tuple(OperationId(key) for key in kept["refunds"])
    came_back = tuple(OperationId(key) for key in kept["came_back"])
    return HoldView(ref, news, kept["operation"], refunds, came_back)


def _sum(amount: Money | None) -> tuple[int, str] | None:
    return None if amount is None else (amount.minor, amount.currency)
