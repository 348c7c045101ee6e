"""Messages, links, attendance, ratings, the waiting list and the audit as rows and back.

May import the core's nouns. Loading is not creating.
"""

from __future__ import annotations

import json

from teleconsult_core.attendance import Attendance, Seen
from teleconsult_core.audit import AuditEntry
from teleconsult_core.links import Link, Purpose
from teleconsult_core.messages import Channel, Delivery, Kind, Message, MessageState, To
from teleconsult_core.people import Actor, Role
from teleconsult_core.ratings import Rating
from teleconsult_core.slots import Mode
from teleconsult_core.waiting_list import Waiting, WaitingState
from teleconsult_sqlalchemy.columns import at_micros, micros
from teleconsult_sqlalchemy.statements import Row


def message_row(message: Message) -> Row:
    return {
        "id": message.id,
        "kind": message.kind.value,
        "channel": message.channel.value,
        "recipient": message.to.value,
        "practitioner": message.practitioner,
        "due_at": message.due_at,
        "useful_until": message.useful_until,
        "appointment": message.appointment,
        "patient": message.patient,
        "sequence": message.sequence,
        "exempt": message.exempt,
        "amount": message.amount,
        "about": message.about,
        "state": message.state.value,
        "attempts": message.attempts,
        "not_before": message.not_before,
        "ready_at": message.ready_at,
        "leased_until": message.leased_until,
        "done_at": message.done_at,
        "segments": message.segments,
        "note": message.note,
        "ref": message.ref,
        "delivery": message.delivery.value,
        "delivery_at": message.delivery_at,
    }


def message_from(row: Row) -> Message:
    return Message(
        id=row["id"],
        kind=Kind(row["kind"]),
        channel=Channel(row["channel"]),
        to=To(row["recipient"]),
        practitioner=row["practitioner"],
        due_at=row["due_at"],
        useful_until=row["useful_until"],
        appointment=row["appointment"],
        patient=row["patient"],
        sequence=row["sequence"],
        exempt=row["exempt"],
        amount=row["amount"],
        about=row["about"],
        state=MessageState(row["state"]),
        attempts=row["attempts"],
        not_before=row["not_before"],
        leased_until=row["leased_until"],
        done_at=row["done_at"],
        segments=row["segments"],
        note=row["note"],
        ref=row["ref"],
        delivery=Delivery(row["delivery"]),
        delivery_at=row["delivery_at"],
    )


def link_row(link: Link) -> Row:
    return {
        "id": link.id,
        "token_hash": link.token_hash,
        "appointment": link.appointment,
        "sequence": link.sequence,
        "role": link.role.value,
        "purpose": link.purpose.value,
        "opens_at": link.opens_at,
        "expires_at": link.expires_at,
        "generation": link.generation,
        "revoked_at": link.revoked_at,
    }


def link_from(row: Row) -> Link:
    return Link(
        id=row["id"],
        token_hash=row["token_hash"],
        appointment=row["appointment"],
        sequence=row["sequence"],
        role=Role(row["role"]),
        purpose=Purpose(row["purpose"]),
        opens_at=row["opens_at"],
        expires_at=row["expires_at"],
        generation=row["generation"],
        revoked_at=row["revoked_at"],
    )


def attendance_row(event: Attendance) -> Row:
    return {
        "appointment": event.appointment,
        "at": event.at,
        "role": event.role.value,
        "seen": event.seen.value,
        "device": event.device,
    }


def attendance_from(row: Row) -> Attendance:
    role, seen = Role(row["role"]), Seen(row["seen"])
    return Attendance(row["appointment"], row["at"], role, seen, row["device"])


def rating_row(rating: Rating) -> Row:
    return {
        "appointment": rating.appointment,
        "practitioner": rating.practitioner,
        "stars": rating.stars,
        "words": rating.words,
        "rated_at": rating.rated_at,
    }


def rating_from(row: Row) -> Rating:
    return Rating(
        appointment=row["appointment"],
        practitioner=row["practitioner"],
        stars=row["stars"],
        words=row["words"],
        rated_at=row["rated_at"],
    )


def waiting_row(waiting: Waiting) -> Row:
    return {
        "id": waiting.id,
        "practitioner": waiting.practitioner,
        "visit_type": waiting.visit_type,
        "mode": waiting.mode.value,
        "patient": waiting.patient,
        "before": waiting.before,
        "asked_at": waiting.asked_at,
        "state": waiting.state.value,
        "offer": waiting.offer,
        "declined": json.dumps([micros(start) for start in waiting.declined]),
    }


def waiting_from(row: Row) -> Waiting:
    return Waiting(
        id=row["id"],
        practitioner=row["practitioner"],
        visit_type=row["visit_type"],
        mode=Mode(row["mode"]),
        patient=row["patient"],
        before=row["before"],
        asked_at=row["asked_at"],
        state=WaitingState(row["state"]),
        offer=row["offer"],
        declined=tuple(at_micros(start) for start in json.loads(row["declined"])),
    )


def audit_row(entry: AuditEntry) -> Row:
    return {
        "at": entry.at,
        "role": entry.actor.role.value,
        "actor": entry.actor.id,
        "action": entry.action,
        "subject": entry.subject,
        "patient": entry.patient,
        "detail": entry.detail,
    }


def audit_from(row: Row) -> AuditEntry:
    return AuditEntry(
        at=row["at"],
        actor=Actor(Role(row["role"]), row["actor"]),
        action=row["action"],
        subject=row["subject"],
        patient=row["patient"],
        detail=row["detail"],
    )
