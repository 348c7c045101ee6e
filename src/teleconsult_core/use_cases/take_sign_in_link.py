"""A patient signs in by the link of his letter: once, in time, in the browser that asked for it."""

from __future__ import annotations

import hmac
from datetime import datetime

from teleconsult_core.links import hash_token
from teleconsult_core.people import patient_actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import LinkDead, OtherBrowser
from teleconsult_core.sign_ins import Session
from teleconsult_core.use_cases.ask_sign_in_link import newest
from teleconsult_core.use_cases.open_session import begin, noted


def take_sign_in_link(
    ports: Ports, *, token: str, browser: str, session: str, now: datetime
) -> Session | LinkDead | OtherBrowser:
    """A new session under `session`, 256 random bits that this browser alone is told.

    Opened elsewhere the link stays good, for the browser that asked.
    """
    with ports.open_work() as work:
        seen = work.sign_in_links.by_hash(hash_token(token))
        link = work.sign_in_links.get(seen.id) if seen else None
        if link is None or not link.alive(now):
            return LinkDead()
        if not hmac.compare_digest(link.browser_hash, hash_token(browser)):
            return OtherBrowser()
        patients = work.patients.with_email(link.email)
        if not patients:
            return LinkDead()
        patient, _ = newest(work, patients)
        made = Session(hash_token(session), patient_actor(patient.id), now, now, link.email)
        work.sign_in_links.put(link.used(now))
        begin(work, made, now)
        work.audit.add(noted(made.actor, "sign in", now))
        work.commit()
    return made
