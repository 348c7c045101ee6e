"""A patient's account: everything under the address that he has proven to be his.

Each booking on the web makes a patient of its own; an account is all of those with one address.
May import nouns, ports.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from teleconsult_core.appointments import Appointment
from teleconsult_core.links import hash_token
from teleconsult_core.people import Patient, patient_actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotSignedIn
from teleconsult_core.sign_ins import Session
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.open_session import noted


@frozen
class Account:
    """Whose it is, and his appointments by start, with whom each is."""

    email: str
    patients: tuple[Patient, ...]
    appointments: tuple[tuple[Appointment, str], ...]


def show_account(ports: Ports, *, token: str, now: datetime) -> Account | NotSignedIn:
    """The account of the session of `token`; staff has none."""
    with ports.open_work(writing=False) as work:
        session = _session(work, token, now)
        if session is None:
            return NotSignedIn()
        patients = tuple(work.patients.with_email(session.email))
        names = {one.id: one.name for one in work.clinic.practitioners()}
        found = [one for patient in patients for one in work.appointments.of_patient(patient.id)]
    found.sort(key=lambda one: (one.terms.start, one.terms.id))
    named = ((one, names.get(one.terms.practitioner, "")) for one in found)
    return Account(session.email, patients, tuple(named))


def choose_language(
    ports: Ports, *, token: str, language: str, now: datetime
) -> tuple[Patient, ...] | NotSignedIn:
    """In which language he is written to from now on. Raises `BadInput` for what is none."""
    with ports.open_work() as work:
        session = _session(work, token, now)
        if session is None:
            return NotSignedIn()
        chosen = []
        for seen in work.patients.with_email(session.email):
            patient = work.patients.get(seen.id)
            if isinstance(patient, Patient):
                chosen.append(evolve(patient, language=language))
                work.patients.put(chosen[-1])
                work.audit.add(noted(patient_actor(patient.id), "choose language", now))
        work.commit()
    return tuple(chosen)


def _session(work: Work, token: str, now: datetime) -> Session | None:
    session = work.sessions.get(hash_token(token))
    living = session is not None and session.alive(now) and session.email
    return session if living else None
