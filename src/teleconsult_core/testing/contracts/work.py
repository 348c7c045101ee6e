"""The contract of a store, whole: what an adapter for a database must keep.

    class TestAcmeStore(WorkContract):
        @pytest.fixture(autouse=True)
        def _folder(self, tmp_path: Path) -> None:
            self.folder = tmp_path

        def open_store(self) -> OpenWork:
            return AcmeStore(self.folder).open_work        # empty, with its tables

Appointments are written before what refers to them; practitioners and patients may be unknown to
the store. A store without transactions of its own keeps `StoresContract`: all but the races.
"""

from __future__ import annotations

from teleconsult_core.testing.contracts.keeping_agendas import AgendasContract
from teleconsult_core.testing.contracts.keeping_bookings import BookingStoresContract
from teleconsult_core.testing.contracts.keeping_feeds import FeedsContract
from teleconsult_core.testing.contracts.keeping_links import InboxContract, LinksContract
from teleconsult_core.testing.contracts.keeping_messages import (
    OutboxContract,
)
from teleconsult_core.testing.contracts.keeping_money import (
    HoldsContract,
    LedgerContract,
    OperationsContract,
)
from teleconsult_core.testing.contracts.keeping_people import (
    AuditContract,
    ClinicContract,
    PatientsContract,
    UnavailabilitiesContract,
    WaitingListContract,
)
from teleconsult_core.testing.contracts.keeping_receipts import ReceiptsContract
from teleconsult_core.testing.contracts.keeping_seats import SeatsContract, SignalsContract
from teleconsult_core.testing.contracts.keeping_sign_ins import SignInsContract
from teleconsult_core.testing.contracts.noting_and_claiming import NoteAndClaimContract
from teleconsult_core.testing.contracts.overlap import OverlapContract
from teleconsult_core.testing.contracts.races import RaceContract
from teleconsult_core.testing.contracts.round_trips import RoundTripContract
from teleconsult_core.testing.contracts.transactions import TransactionContract


class StoresContract(
    TransactionContract,
    AgendasContract,
    OverlapContract,
    BookingStoresContract,
    HoldsContract,
    OperationsContract,
    LedgerContract,
    ReceiptsContract,
    OutboxContract,
    NoteAndClaimContract,
    LinksContract,
    FeedsContract,
    SeatsContract,
    SignalsContract,
    SignInsContract,
    InboxContract,
    ClinicContract,
    UnavailabilitiesContract,
    PatientsContract,
    WaitingListContract,
    AuditContract,
    RoundTripContract,
):
    """Everything but the races, for a store inside a transaction of its host."""


class WorkContract(StoresContract, RaceContract):
    """Everything."""
