"""One transaction over everything that is kept in memory. May import the stores beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from teleconsult_core.stores import Work
from teleconsult_core.testing.fakes.agenda_stores import FakeAgendas
from teleconsult_core.testing.fakes.booking_stores import FakeAppointments, FakeAttendance
from teleconsult_core.testing.fakes.clinic_stores import FakeClinic, FakeUnavailabilities
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.feed_stores import FakeFeeds
from teleconsult_core.testing.fakes.message_stores import FakeInbox, FakeLinks, FakeOutbox
from teleconsult_core.testing.fakes.money_stores import (
    FakeConsents,
    FakeHolds,
    FakeLedger,
    FakeOperations,
)
from teleconsult_core.testing.fakes.people_stores import (
    FakeAudit,
    FakePatients,
    FakeRatings,
    FakeWaitingList,
)
from teleconsult_core.testing.fakes.receipt_stores import FakeReceipts
from teleconsult_core.testing.fakes.seat_stores import FakeSeats, FakeSignals
from teleconsult_core.testing.fakes.sign_in_stores import (
    FakeChallenges,
    FakePasskeys,
    FakeSessions,
    FakeSignInLinks,
    FakeStaff,
)


class FakeWork:
    """The twenty-five stores, each made when it is asked for."""

    __slots__ = ("_commit", "_draft")

    def __init__(self, draft: Draft, commit: Callable[[Draft], None]) -> None:
        self._draft, self._commit = draft, commit

    @property
    def clinic(self) -> FakeClinic:
        return FakeClinic(self._draft)

    @property
    def unavailabilities(self) -> FakeUnavailabilities:
        return FakeUnavailabilities(self._draft)

    @property
    def agendas(self) -> FakeAgendas:
        return FakeAgendas(self._draft)

    @property
    def patients(self) -> FakePatients:
        return FakePatients(self._draft)

    @property
    def appointments(self) -> FakeAppointments:
        return FakeAppointments(self._draft)

    @property
    def holds(self) -> FakeHolds:
        return FakeHolds(self._draft)

    @property
    def operations(self) -> FakeOperations:
        return FakeOperations(self._draft)

    @property
    def consents(self) -> FakeConsents:
        return FakeConsents(self._draft)

    @property
    def links(self) -> FakeLinks:
        return FakeLinks(self._draft)

    @property
    def feeds(self) -> FakeFeeds:
        return FakeFeeds(self._draft)

    @property
    def outbox(self) -> FakeOutbox:
        return FakeOutbox(self._draft, self.commit)

    @property
    def receipts(self) -> FakeReceipts:
        return FakeReceipts(self._draft)

    @property
    def ledger(self) -> FakeLedger:
        return FakeLedger(self._draft)

    @property
    def attendance(self) -> FakeAttendance:
        return FakeAttendance(self._draft)

    @property
    def seats(self) -> FakeSeats:
        return FakeSeats(self._draft)

    @property
    def signals(self) -> FakeSignals:
        return FakeSignals(self._draft)

    @property
    def staff(self) -> FakeStaff:
        return FakeStaff(self._draft)

    @property
    def passkeys(self) -> FakePasskeys:
        return FakePasskeys(self._draft)

    @property
    def challenges(self) -> FakeChallenges:
        return FakeChallenges(self._draft)

    @property
    def sessions(self) -> FakeSessions:
        return FakeSessions(self._draft)

    @property
    def sign_in_links(self) -> FakeSignInLinks:
        return FakeSignInLinks(self._draft)

    @property
    def ratings(self) -> FakeRatings:
        return FakeRatings(self._draft)

    @property
    def waiting_list(self) -> FakeWaitingList:
        return FakeWaitingList(self._draft)

    @property
    def audit(self) -> FakeAudit:
        return FakeAudit(self._draft)

    @property
    def inbox(self) -> FakeInbox:
        return FakeInbox(self._draft)

    def commit(self) -> None:
        self._commit(self._draft)


if TYPE_CHECKING:
    _conforms: type[Work] = FakeWork
