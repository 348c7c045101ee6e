"""A patient asks for a link to his account (S19). The answer never says whether he is known.

The letter goes through the outbox like every other, and is composed when it goes: until then no
token is written anywhere. May import nouns, ports.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from teleconsult_core.ids import LinkId, MessageId, PractitionerId
from teleconsult_core.links import hash_token
from teleconsult_core.messages import Channel, Kind, Message, To
from teleconsult_core.people import Patient, patient_actor
from teleconsult_core.ports import Ports
from teleconsult_core.sign_ins import LINK_LIVES, MOST_LINKS, SignInLink, folded_email
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.open_session import noted


@frozen
class LinkAsked:
    """If there is such a patient, a letter is on its way; its link is dead at `expires_at`."""

    expires_at: datetime


def ask_sign_in_link(
    ports: Ports, *, id: LinkId, email: str, browser: str, now: datetime
) -> LinkAsked:
    """A link to the account under `email`, if there is one, good in this browser alone.

    `id` and `browser` are random, 128 bits at least; `browser` is kept in that browser's cookie.
    The link is written down whether or not anybody has this address. At most five letters go to
    one address within ten minutes.
    """
    asked = LinkAsked(now + LINK_LIVES)
    whose = folded_email(email)
    if not whose:
        return asked
    token = ports.tokens.token(id)
    with ports.open_work() as work:
        work.sign_in_links.forget(now - LINK_LIVES)
        before = work.sign_in_links.asked(whose, now - LINK_LIVES)
        link = SignInLink(id, hash_token(token), hash_token(browser), whose, now)
        work.sign_in_links.put(link)
        patients = work.patients.with_email(whose)
        if patients and before < MOST_LINKS:
            patient, practitioner = newest(work, patients)
            if practitioner is not None:
                work.outbox.plan([_letter(link, patient, practitioner)])
                work.audit.add(noted(patient_actor(patient.id), "ask for sign-in link", now))
        work.commit()
    return asked


def newest(work: Work, patients: Sequence[Patient]) -> tuple[Patient, PractitionerId | None]:
    """Whoever of them has the latest appointment, and with whom; each booking makes a patient."""
    found = [(one, appointment.terms) for one in patients
             for appointment in work.appointments.of_patient(one.id)]  # fmt: skip
    if found:
        patient, terms = max(found, key=lambda pair: (pair[1].start, pair[1].id))
        return patient, terms.practitioner
    places = [waiting for one in patients for waiting in work.waiting_list.of_patient(one.id)]
    if places:
        return patients[-1], places[-1].practitioner
    anybody = next(iter(work.clinic.practitioners()), None)
    return patients[-1], anybody.id if anybody else None


def _letter(link: SignInLink, patient: Patient, practitioner: PractitionerId) -> Message:
    """It has a practitioner as every message has; it says nothing of him."""
    return Message(
        id=MessageId(f"{link.id}:email"),
        kind=Kind.SIGN_IN,
        channel=Channel.EMAIL,
        to=To.PATIENT,
        practitioner=practitioner,
        patient=patient.id,
        due_at=link.made_at,
        useful_until=link.expires_at,
        about=link.id,
    )
