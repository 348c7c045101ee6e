"""The link a message carries, kept by its hash only. Not a use case: part of composing."""

from __future__ import annotations

from datetime import datetime, timedelta

from teleconsult_core.appointments import Terms
from teleconsult_core.links import Link, Purpose, hash_token, link_id
from teleconsult_core.people import Role
from teleconsult_core.policies import Policies
from teleconsult_core.ports import Ports
from teleconsult_core.stores import Work

ACCOUNT_LINK_LIVES = timedelta(days=30)


def make_link(
    ports: Ports,
    work: Work,
    terms: Terms,
    purpose: Purpose,
    role: Role,
    policies: Policies,
    now: datetime,
) -> str:
    """The address for `role`; the same one until it is revoked, expires or the time is moved."""
    mine = [
        link
        for link in work.links.of(terms.id)
        if (link.purpose, link.role, link.sequence) == (purpose, role, terms.sequence)
    ]
    newest = max(mine, key=lambda link: link.generation, default=None)
    if newest is not None and newest.alive(now, terms.sequence):
        return ports.site.address(purpose, ports.tokens.token(newest.id))
    # Counted from the newest, not by how many are left: a revoked token must never come back.
    generation = newest.generation + 1 if newest is not None else 1
    id = link_id(terms.id, terms.sequence, purpose, role, generation)
    token = ports.tokens.token(id)
    opens_at, expires_at = _window(terms, purpose, policies, now)
    work.links.put(
        Link(
            id=id,
            token_hash=hash_token(token),
            appointment=terms.id,
            sequence=terms.sequence,
            role=role,
            purpose=purpose,
            opens_at=opens_at,
            expires_at=expires_at,
            generation=generation,
        )
    )
    return ports.site.address(purpose, token)


def _window(
    terms: Terms, purpose: Purpose, policies: Policies, now: datetime
) -> tuple[datetime, datetime]:
    match purpose:
        case Purpose.JOIN:
            return terms.start - policies.join_early, terms.end + policies.join_late
        case Purpose.CONFIRM:
            return now, terms.start
        case Purpose.AUTHORIZE:
            return now, terms.end + policies.join_late
        case Purpose.ACCOUNT | Purpose.RATE | Purpose.DECIDE:
            return now, max(now, terms.end) + ACCOUNT_LINK_LIVES
