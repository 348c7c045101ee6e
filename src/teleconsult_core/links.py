"""The links in messages: one person, one purpose, one appointment. May import ids, people, times.

A link's token is 256 bits derived from a secret key and the link's id, so that a message sent
twice carries the same link and no token is ever stored: the table keeps only its hash. A link
names the sequence of its appointment, so every link dies with a move.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen

from teleconsult_core.ids import AppointmentId, FeedId, LinkId
from teleconsult_core.people import Role
from teleconsult_core.refusals import BadInput


class Purpose(StrEnum):
    """What a link is for; it opens nothing else."""

    JOIN = "join"
    CONFIRM = "confirm"
    AUTHORIZE = "authorize"
    ACCOUNT = "account"
    RATE = "rate"
    DECIDE = "decide"


@frozen
class Link:
    """What is known of a link: never the token, only its hash. Works in [opens_at, expires_at)."""

    id: LinkId
    token_hash: str
    appointment: AppointmentId
    sequence: int
    role: Role
    purpose: Purpose
    opens_at: datetime
    expires_at: datetime
    generation: int = 1
    revoked_at: datetime | None = None

    def alive(self, now: datetime, sequence: int) -> bool:
        return self.revoked_at is None and self.sequence == sequence and now < self.expires_at


def link_id(
    appointment: AppointmentId, sequence: int, purpose: Purpose, role: Role, generation: int
) -> LinkId:
    return LinkId(f"{appointment}:{sequence}:{purpose.value}:{role.value}:{generation}")


def hash_token(token: str) -> str:
    """What is stored and searched instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Tokens(Protocol):
    """Makes the token of a link or a feed; must give each id the same for ever, and its own."""

    def token(self, link: LinkId | FeedId) -> str: ...


@frozen
class KeyedTokens:
    """Tokens by HMAC-SHA-256 under a secret key of at least 32 bytes (RFC 2104)."""

    _key: bytes = field(repr=False)

    @_key.validator
    def _long_enough(self, _: object, value: bytes) -> None:
        if len(value) < 32:
            raise BadInput("link key", f"{len(value)} bytes", "at least 32 bytes")

    def token(self, link: LinkId | FeedId) -> str:
        digest = hmac.new(self._key, link.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@frozen
class Site:
    """Where links lead. From configuration, never from a request."""

    base_url: str = field()

    @base_url.validator
    def _secure(self, _: object, value: str) -> None:
        if not value.startswith("https://") or value.endswith("/"):
            raise BadInput("base_url", value, "an https address without a slash at its end")

    @property
    def host(self) -> str:
        """The name of the machine, without a port."""
        return self.base_url.removeprefix("https://").partition("/")[0].partition(":")[0]

    def address(self, purpose: Purpose, token: str) -> str:
        return f"{self.base_url}/l/{purpose.value}/{token}"

    def sign_in_address(self, token: str) -> str:
        """Where a patient signs in to his account."""
        return f"{self.base_url}/account/{token}"

    def feed_address(self, token: str) -> str:
        """Where a calendar program reads a feed."""
        return f"{self.base_url}/f/{token}"
