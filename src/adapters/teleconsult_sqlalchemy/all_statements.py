"""Every statement there is, compiled when its store is first used. May import the stores."""

from __future__ import annotations

from functools import cached_property

from teleconsult_sqlalchemy.statements import Compiler
from teleconsult_sqlalchemy.store_agendas import AgendaStatements
from teleconsult_sqlalchemy.store_appointments import AppointmentStatements, AttendanceStatements
from teleconsult_sqlalchemy.store_clinic import ClinicStatements, UnavailabilityStatements
from teleconsult_sqlalchemy.store_feeds import FeedStatements
from teleconsult_sqlalchemy.store_messages import InboxStatements, LinkStatements, OutboxStatements
from teleconsult_sqlalchemy.store_passkeys import ChallengeStatements, PasskeyStatements
from teleconsult_sqlalchemy.store_payments import (
    ConsentStatements,
    HoldStatements,
    LedgerStatements,
    OperationStatements,
)
from teleconsult_sqlalchemy.store_people import (
    AuditStatements,
    PatientStatements,
    RatingStatements,
    WaitingStatements,
)
from teleconsult_sqlalchemy.store_receipts import ReceiptStatements
from teleconsult_sqlalchemy.store_seats import SeatStatements, SignalStatements
from teleconsult_sqlalchemy.store_sign_ins import (
    SessionStatements,
    SignInLinkStatements,
    StaffStatements,
)
from teleconsult_sqlalchemy.tables import Tables


class AllStatements:
    """One group of statements per store, for one set of tables and one dialect."""

    def __init__(self, tables: Tables, make: Compiler) -> None:
        self._tables, self._make = tables, make

    @cached_property
    def clinic(self) -> ClinicStatements:
        return ClinicStatements(self._tables, self._make)

    @cached_property
    def unavailabilities(self) -> UnavailabilityStatements:
        return UnavailabilityStatements(self._tables, self._make)

    @cached_property
    def agendas(self) -> AgendaStatements:
        return AgendaStatements(self._tables, self._make)

    @cached_property
    def patients(self) -> PatientStatements:
        return PatientStatements(self._tables, self._make)

    @cached_property
    def appointments(self) -> AppointmentStatements:
        return AppointmentStatements(self._tables, self._make)

    @cached_property
    def attendance(self) -> AttendanceStatements:
        return AttendanceStatements(self._tables, self._make)

    @cached_property
    def holds(self) -> HoldStatements:
        return HoldStatements(self._tables, self._make)

    @cached_property
    def operations(self) -> OperationStatements:
        return OperationStatements(self._tables, self._make)

    @cached_property
    def consents(self) -> ConsentStatements:
        return ConsentStatements(self._tables, self._make)

    @cached_property
    def ledger(self) -> LedgerStatements:
        return LedgerStatements(self._tables, self._make)

    @cached_property
    def links(self) -> LinkStatements:
        return LinkStatements(self._tables, self._make)

    @cached_property
    def feeds(self) -> FeedStatements:
        return FeedStatements(self._tables, self._make)

    @cached_property
    def outbox(self) -> OutboxStatements:
        return OutboxStatements(self._tables, self._make)

    @cached_property
    def inbox(self) -> InboxStatements:
        return InboxStatements(self._tables, self._make)

    @cached_property
    def receipts(self) -> ReceiptStatements:
        return ReceiptStatements(self._tables, self._make)

    @cached_property
    def seats(self) -> SeatStatements:
        return SeatStatements(self._tables, self._make)

    @cached_property
    def signals(self) -> SignalStatements:
        return SignalStatements(self._tables, self._make)

    @cached_property
    def staff(self) -> StaffStatements:
        return StaffStatements(self._tables, self._make)

    @cached_property
    def passkeys(self) -> PasskeyStatements:
        return PasskeyStatements(self._tables, self._make)

    @cached_property
    def challenges(self) -> ChallengeStatements:
        return ChallengeStatements(self._tables, self._make)

    @cached_property
    def sessions(self) -> SessionStatements:
        return SessionStatements(self._tables, self._make)

    @cached_property
    def sign_in_links(self) -> SignInLinkStatements:
        return SignInLinkStatements(self._tables, self._make)

    @cached_property
    def ratings(self) -> RatingStatements:
        return RatingStatements(self._tables, self._make)

    @cached_property
    def waiting_list(self) -> WaitingStatements:
        return WaitingStatements(self._tables, self._make)

    @cached_property
    def audit(self) -> AuditStatements:
        return AuditStatements(self._tables, self._make)
