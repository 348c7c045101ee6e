"""Calendars to subscribe to: a practitioner's agenda, a patient's appointments.

May import ids, links, people, slots. A feed is an address that a calendar program asks again and
again. It is secret and has no end: it dies when it is revoked, or with the erasure of its patient.
Programs keep what they read on machines of others, so nothing in it opens anything, and a
practitioner's says nothing about patients.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import frozen

from teleconsult_core.ids import FeedId
from teleconsult_core.people import Actor
from teleconsult_core.slots import Mode

BACK = timedelta(days=30)
AHEAD = timedelta(days=365)
"""How far a feed reaches, around the moment at which it is read."""
CANCELLED_FOR = timedelta(days=7)
"""How long what was called off is still shown as such, for programs that look seldom."""


@frozen
class Feed:
    """What is known of a feed: never the token, only its hash. `owner` is whose calendar it is."""

    id: FeedId
    token_hash: str
    owner: Actor
    generation: int
    made_at: datetime
    revoked_at: datetime | None = None


def feed_id(owner: Actor, generation: int) -> FeedId:
    """The slash is in no other id, so no link's token is ever a feed's."""
    return FeedId(f"feed/{owner.role.value}/{owner.id}/{generation}")


class Standing(StrEnum):
    """How sure an event is (RFC 5545, section 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@frozen
class FeedEvent:
    """An appointment in a feed. `sequence` rises as in the invitations about it."""

    uid: str
    sequence: int
    changed_at: datetime
    """When its state was reached; a move shows in `sequence` only."""
    start: datetime
    end: datetime
    mode: Mode
    standing: Standing
    practitioner_name: str = ""
    """Empty in the practitioner's own feed."""


@frozen
class FeedView:
    """What a feed says at one moment; the same until something changes. Instants are UTC."""

    uid: str
    name: str
    """The practitioner's in his own feed, the practice's in a patient's."""
    language: str
    zone: str
    address: str
    """Where to come in person; may be several lines."""
    events: tuple[FeedEvent, ...]
    """By start."""
