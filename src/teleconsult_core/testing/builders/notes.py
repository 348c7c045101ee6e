"""Messages, links, and what else is noted about people. Part of the builders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import evolve

from teleconsult_core.attendance import Attendance, Seen
from teleconsult_core.audit import AuditEntry
from teleconsult_core.feeds import Feed, feed_id
from teleconsult_core.ids import LinkId, MessageId, PasskeyId, StaffId, WaitingId
from teleconsult_core.links import Link, Purpose, hash_token
from teleconsult_core.messages import Channel, Kind, Message, To
from teleconsult_core.passkeys import Challenge, Passkey
from teleconsult_core.people import SYSTEM, Role, patient_actor
from teleconsult_core.ratings import Rating
from teleconsult_core.seats import Seat, Signal
from teleconsult_core.sign_ins import Session, SignInLink, StaffMember
from teleconsult_core.slots import Mode
from teleconsult_core.testing.builders.appointments import (
    APPOINTMENT,
    BOOKED_AT,
    END,
    PATIENT,
    PRACTITIONER,
    START,
    VISIT_TYPE,
)
from teleconsult_core.waiting_list import Waiting


def a_message(**changes: Any) -> Message:
    """The reminder by SMS of an hour before the start, planned."""
    message = Message(
        id=MessageId(f"{APPOINTMENT}:0:reminder-60m:patient:sms"),
        kind=Kind.REMINDER,
        channel=Channel.SMS,
        to=To.PATIENT,
        practitioner=PRACTITIONER,
        patient=PATIENT,
        appointment=APPOINTMENT,
        due_at=START - timedelta(hours=1),
        useful_until=START,
        about="60m",
    )
    return evolve(message, **changes)


def a_link(**changes: Any) -> Link:
    link = Link(
        id=LinkId(f"{APPOINTMENT}:0:join:patient:1"),
        token_hash=hash_token(f"{APPOINTMENT}:0:join:patient:1"),
        appointment=APPOINTMENT,
        sequence=0,
        role=Role.PATIENT,
        purpose=Purpose.JOIN,
        opens_at=START - timedelta(minutes=15),
        expires_at=END + timedelta(hours=1),
    )
    return evolve(link, **changes)


def a_seat(**changes: Any) -> Seat:
    """The patient's, just taken; he waits."""
    seat = Seat(APPOINTMENT, 0, Role.PATIENT, "phone", 1, taken_at=START, last_seen=START)
    return evolve(seat, **changes)


def a_signal(**changes: Any) -> Signal:
    signal = Signal(APPOINTMENT, Role.PATIENT, from_epoch=1, to_epoch=1, body="offer", at=START)
    return evolve(signal, **changes)


def a_staff_member(**changes: Any) -> StaffMember:
    """Sofie of support; nobody knows her password."""
    member = StaffMember(
        StaffId("sofie"), Role.SUPPORT, "sofie@example.org", "no hash", "no secret"
    )  # fmt: skip
    return evolve(member, **changes)


def a_session(**changes: Any) -> Session:
    """Of `a_staff_member`, just begun."""
    actor = a_staff_member().actor
    staff = a_staff_member().id
    session = Session(hash_token("session"), actor, BOOKED_AT, BOOKED_AT, staff=staff)
    return evolve(session, **changes)


def a_passkey(**changes: Any) -> Passkey:
    """Of `a_staff_member`, never used."""
    passkey = Passkey(PasskeyId("key-1"), StaffId("sofie"), "Phone", "no key", 0, BOOKED_AT)
    return evolve(passkey, **changes)


def a_challenge(**changes: Any) -> Challenge:
    """For whoever wants to sign in."""
    return evolve(Challenge(hash_token("challenge"), BOOKED_AT), **changes)


def a_sign_in_link(**changes: Any) -> SignInLink:
    id = LinkId("sign-in:1")
    browser, email = hash_token("browser"), "ann@example.org"
    return evolve(SignInLink(id, hash_token(id), browser, email, BOOKED_AT), **changes)


def a_feed(**changes: Any) -> Feed:
    """The patient's first, alive."""
    owner = patient_actor(PATIENT)
    id = feed_id(owner, 1)
    return evolve(Feed(id, hash_token(id), owner, 1, BOOKED_AT), **changes)


def a_waiting(**changes: Any) -> Waiting:
    waiting = Waiting(
        id=WaitingId("waiting-1"),
        practitioner=PRACTITIONER,
        visit_type=VISIT_TYPE,
        mode=Mode.VIDEO,
        patient=PATIENT,
        before=START,
        asked_at=BOOKED_AT,
    )
    return evolve(waiting, **changes)


def a_rating(**changes: Any) -> Rating:
    return evolve(Rating(APPOINTMENT, PRACTITIONER, 4, END, "Très à l'écoute."), **changes)


def an_attendance(**changes: Any) -> Attendance:
    return evolve(Attendance(APPOINTMENT, START, Role.PATIENT, Seen.ENTERED, "phone"), **changes)


def an_audit_entry(**changes: Any) -> AuditEntry:
    return evolve(AuditEntry(BOOKED_AT, SYSTEM, "book", APPOINTMENT), **changes)
