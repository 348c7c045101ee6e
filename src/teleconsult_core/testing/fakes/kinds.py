"""Everything that is kept in memory: what it is and by which key. May import the nouns."""

from __future__ import annotations

from teleconsult_core.appointments import Appointment
from teleconsult_core.attendance import Attendance
from teleconsult_core.audit import AuditEntry
from teleconsult_core.consents import ConsentRecord
from teleconsult_core.feeds import Feed
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import (
    AppointmentId,
    FeedId,
    HoldId,
    LinkId,
    MessageId,
    OperationId,
    PasskeyId,
    PatientId,
    PracticeId,
    PractitionerId,
    ReceiptNumber,
    StaffId,
    UnavailabilityId,
    VisitTypeId,
    WaitingId,
)
from teleconsult_core.ledger import Entry
from teleconsult_core.links import Link
from teleconsult_core.messages import Message
from teleconsult_core.passkeys import Challenge, Passkey
from teleconsult_core.payments import News, Operation
from teleconsult_core.payout_accounts import PayoutAccount
from teleconsult_core.people import ErasedPatient, Patient, Practice, Practitioner, Role
from teleconsult_core.ratings import Rating
from teleconsult_core.receipts import Receipt, ReceiptDocument
from teleconsult_core.schedules import Schedule, Unavailability, VisitType
from teleconsult_core.seats import Seat, Signal
from teleconsult_core.sign_ins import Session, SignInLink, StaffMember
from teleconsult_core.testing.fakes.shelves import Kind
from teleconsult_core.waiting_list import Waiting

PRACTICES: Kind[PracticeId, Practice] = Kind("practices")
PRACTITIONERS: Kind[PractitionerId, Practitioner] = Kind("practitioners")
SCHEDULES: Kind[PractitionerId, Schedule] = Kind("schedules")
PAYOUT_ACCOUNTS: Kind[PractitionerId, PayoutAccount] = Kind("payout accounts")
VISIT_TYPES: Kind[VisitTypeId, VisitType] = Kind("visit types")
UNAVAILABILITIES: Kind[UnavailabilityId, Unavailability] = Kind("unavailabilities")
PATIENTS: Kind[PatientId, Patient | ErasedPatient] = Kind("patients")
APPOINTMENTS: Kind[AppointmentId, Appointment] = Kind("appointments")
ATTENDANCE: Kind[int, Attendance] = Kind("attendance")
STAFF: Kind[StaffId, StaffMember] = Kind("staff")
PASSKEYS: Kind[PasskeyId, Passkey] = Kind("passkeys")
CHALLENGES: Kind[str, Challenge] = Kind("challenges")
SESSIONS: Kind[str, Session] = Kind("sessions")
SIGN_IN_LINKS: Kind[LinkId, SignInLink] = Kind("sign-in links")
SEATS: Kind[tuple[AppointmentId, Role], Seat] = Kind("seats")
SIGNALS: Kind[tuple[AppointmentId, int], Signal] = Kind("signals")
SIGNAL_NUMBERS: Kind[AppointmentId, int] = Kind("signal numbers")
"""The last number given out."""
HOLDS: Kind[HoldId, CardHold] = Kind("holds")
OPERATIONS: Kind[OperationId, Operation] = Kind("operations")
CONSENTS: Kind[tuple[AppointmentId, int], ConsentRecord] = Kind("consents")
LINKS: Kind[LinkId, Link] = Kind("links")
FEEDS: Kind[FeedId, Feed] = Kind("feeds")
MESSAGES: Kind[MessageId, Message] = Kind("messages")
INBOX: Kind[str, News] = Kind("inbox")
RECEIPTS: Kind[ReceiptNumber, Receipt] = Kind("receipts")
DOCUMENTS: Kind[ReceiptNumber, ReceiptDocument] = Kind("receipt documents")
SERIES: Kind[tuple[PractitionerId, int], int] = Kind("receipt series")
"""The last ordinal given out, by issuer and year."""
LEDGER: Kind[str, Entry] = Kind("ledger")
RATINGS: Kind[AppointmentId, Rating] = Kind("ratings")
WAITING_LIST: Kind[WaitingId, Waiting] = Kind("waiting list")
AUDIT: Kind[int, AuditEntry] = Kind("audit")
