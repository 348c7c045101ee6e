"""Stripe as far as we ask it anything, on the sandbox's books. May import its own parts, sandbox.

It is strict where Stripe is strict: the key, the version, every parameter; the same idempotency
key gives the same answer, failures included, and another request under it is an error
(https://docs.stripe.com/api/idempotent_requests). Trouble is what the sandbox was told to have.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import stripe
from attrs import field, frozen

from teleconsult_core.ports import PortTrouble
from teleconsult_sandbox import SandboxCardNetwork
from teleconsult_sandbox.file import written
from teleconsult_sandbox.trouble import STORED, TroubleKind
from teleconsult_stripe_double.calls import Call, Route
from teleconsult_stripe_double.errors import Failure, invalid
from teleconsult_stripe_double.parameters import parameters
from teleconsult_stripe_double.routes import ROUTES
from teleconsult_stripe_double.shapes import must_be_stripes

KEY = "sk_test_double"
"""The secret key of the double, which is no secret."""

REMEMBERED = timedelta(hours=24)
LONGEST_KEY = 255


class Dropped(Exception):
    """No answer comes: the caller cannot know whether anything happened."""


@frozen
class Asked:
    """A request: `encoded` is its query, or its form."""

    method: str
    path: str
    encoded: str = ""
    headers: Mapping[str, str] = field(factory=dict)

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")

    @property
    def on_behalf_of(self) -> str:
        return self.headers.get("stripe-account", "")


@frozen
class Answered:
    """An answer: a status and a JSON body; `replayed` when it was given before."""

    status: int
    body: dict[str, Any]
    replayed: bool = False

    @property
    def headers(self) -> dict[str, str]:
        return {"idempotent-replayed": "true"} if self.replayed else {}


class StripeDouble:
    """One Stripe account in test mode. `challenges` is where its 3-D Secure pages are.

    Raises `shapes.Invented` when it would tell what Stripe never tells: a bug of the double.
    """

    def __init__(
        self,
        cards: SandboxCardNetwork,
        *,
        secret: str = KEY,
        challenges: str = "https://stripe.sandbox.invalid/challenge",
    ) -> None:
        self.cards, self.challenges = cards, challenges
        self._secret = secret
        self._running: set[str] = set()
        self._turn = threading.Lock()

    def answer(self, asked: Asked) -> Answered:
        """Raises `Dropped` when the request or its answer is lost."""
        try:
            self._must_be_allowed(asked)
            route, id = _route(asked)
            params = parameters(route.params, asked.encoded)
            with self._alone_under(asked.key):
                return self._in_trouble(asked, route, id, params)
        except Failure as failure:
            return Answered(failure.status, failure.body)

    def _in_trouble(self, asked: Asked, route: Route, id: str, params: dict[str, Any]) -> Answered:
        """One call, with whatever the sandbox was told should go wrong with it."""
        try:
            with self.cards.trouble.around(route.verb) as met:
                return self._run(asked, route, id, params, met)
        except PortTrouble as trouble:
            if trouble.unknown:
                raise Dropped(str(trouble)) from trouble
            raise Failure(429, "invalid_request_error", "rate_limit") from trouble

    def _run(
        self, asked: Asked, route: Route, id: str, params: dict[str, Any], met: TroubleKind | None
    ) -> Answered:
        with self.cards.today() as (connection, now):
            known = _recalled(connection, asked, now)
            if known is not None:
                return known
            call = Call(connection, now, params, asked.key, self.challenges, asked.on_behalf_of)
            answered = _performed(route, id, call) if met is not TroubleKind.FAILURE else None
            if answered is None or met in STORED:
                answered = Answered(500, Failure(500, "api_error", say="It failed.").body)
            _remember(connection, asked, answered, now)
        must_be_stripes(answered.body)
        return answered

    def _must_be_allowed(self, asked: Asked) -> None:
        if asked.headers.get("authorization") != f"Bearer {self._secret}":
            raise Failure(401, "invalid_request_error", say="Invalid API Key provided")
        spoken = asked.headers.get("stripe-version", stripe.api_version)
        if spoken != stripe.api_version:
            raise invalid("", "Stripe-Version", f"the double speaks {stripe.api_version} only")
        if len(asked.key) > LONGEST_KEY:
            raise invalid("", "Idempotency-Key", f"at most {LONGEST_KEY} characters")

    @contextmanager
    def _alone_under(self, key: str) -> Iterator[None]:
        """Two requests under one key never run at once."""
        with self._turn:
            if key and key in self._running:
                raise Failure(409, "idempotency_error", "idempotency_key_in_use")
            self._running.add(key)
        try:
            yield
        finally:
            with self._turn:
                self._running.discard(key)


def _route(asked: Asked) -> tuple[Route, str]:
    for route in ROUTES:
        id = route.id_in(asked.method, asked.path)
        if id is not None:
            return route, id
    say = f"Unrecognized request URL ({asked.method}: {asked.path})"
    raise Failure(404, "invalid_request_error", say=say)


def _performed(route: Route, id: str, call: Call) -> Answered:
    """The answer; a failure once running is an answer like any other. Others are raised."""
    try:
        return Answered(200, route.run(call, id))
    except Failure as failure:
        if not failure.stored:
            raise
        return Answered(failure.status, failure.body)


def _question(asked: Asked) -> str:
    return f"{asked.method} {asked.path} {asked.encoded}"


def _recalled(connection: sqlite3.Connection, asked: Asked, now: datetime) -> Answered | None:
    """What was answered under this key before; it must have been asked the same."""
    connection.execute("delete from keys where forgotten_at <= ?", (written(now),))
    row = connection.execute("select * from keys where key = ?", (asked.key,)).fetchone()
    if row is None:
        return None
    if row["asked"] != _question(asked):
        raise Failure(400, "idempotency_error", say="This key was used with other parameters.")
    kept = json.loads(row["answer"])
    return Answered(kept["status"], kept["body"], replayed=True)


def _remember(
    connection: sqlite3.Connection, asked: Asked, answered: Answered, now: datetime
) -> None:
    if asked.key:
        answer = json.dumps({"status": answered.status, "body": answered.body})
        connection.execute(
            "insert into keys (key, asked, answer, forgotten_at) values (?, ?, ?, ?)",
            (asked.key, _question(asked), answer, written(now + REMEMBERED)),
        )
