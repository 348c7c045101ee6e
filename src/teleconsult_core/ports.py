"""What the core needs of the world outside, in the domain's words. May import every noun.

Expected answers are returned. Only trouble is raised: `PortTrouble` (try again, perhaps with an
unknown outcome) and `PortMisused` (our bug or a wrong configuration; a person must look).
An adapter never decides; it never calls the core back; it keeps no state between calls beyond
what its docstring says.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from teleconsult_core.gateways import Letters, Texts, Wording
from teleconsult_core.holds import CardBrand
from teleconsult_core.ids import (
    AccountRef,
    AppointmentId,
    CardToken,
    HoldRef,
    OperationId,
    PractitionerId,
)
from teleconsult_core.links import Site, Tokens
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView, Transfer
from teleconsult_core.payout_accounts import PayoutNetwork
from teleconsult_core.people import Role
from teleconsult_core.receipts import Receipt
from teleconsult_core.stores import OpenWork


class PortTrouble(Exception):
    """The world did not answer as it should; the call may be repeated with the same key.

    With `unknown`, it may nevertheless have had its effect: look before repeating.
    """

    code = "temporary-trouble"

    def __init__(self, what: str, *, unknown: bool = False) -> None:
        self.unknown = unknown
        super().__init__(what)


class PortMisused(Exception):
    """The call can never succeed as it is: a bug of ours, or a wrong configuration."""

    code = "misused"


# --- the card network ----------------------------------------------------------------------------


@frozen
class CardDetails:
    brand: CardBrand
    last4: str
    name: str
    """The brand in the words in which it may be refused."""


@frozen
class Authorise:
    """A hold to be placed. `present`: the patient is there and can authenticate."""

    appointment: AppointmentId
    practitioner: PractitionerId
    amount: Money
    card: CardToken = field(repr=False)
    present: bool = True
    account: AccountRef | None = None
    """The practitioner's account that what is taken goes to; None: it stays with the clinic."""
    fee: Money | None = None
    """What the clinic keeps, if all of it is taken."""


class CardNetwork(Protocol):
    """Holds on cards. Every answer is the network's own books about the hold after the call.

    Whatever the network decides (declined, needs the patient, too late to capture) is such an
    answer, never an exception. `key` is our idempotency key: the same key with the same
    parameters must never act twice. Adapters must store no card data and must not retry on
    their own with another key.
    """

    def card(self, token: CardToken) -> CardDetails | None:
        """What a token stands for, without reserving anything; None for an unknown one."""
        ...

    def authorise(self, *, key: OperationId, request: Authorise) -> HoldView: ...

    def capture(
        self, *, key: OperationId, ref: HoldRef, amount: Money, fee: Money | None = None
    ) -> HoldView:
        """Take `amount` (more than 0.00, at most what is held); the rest is let go.

        The clinic keeps `fee` of it, where it goes to a practitioner's account.
        """
        ...

    def release(self, *, key: OperationId, ref: HoldRef) -> HoldView: ...

    def refund(self, *, key: OperationId, ref: HoldRef, amount: Money) -> HoldView:
        """Give back, from where it went: the account its part, the clinic that of its fee."""
        ...

    def look(self, *, ref: HoldRef) -> HoldView:
        """The books about one hold, strongly consistent."""
        ...

    def find(self, *, key: OperationId, asked_at: datetime) -> HoldView | None:
        """The hold that an authorisation under `key` made, if it ever took effect.

        `asked_at` is when it was decided to ask, by our clock: no hold of that key is older.
        """
        ...

    def challenge(self, *, ref: HoldRef) -> str:
        """Where the patient authenticates (3-D Secure); empty when nothing is asked of him."""
        ...

    def since(self, *, moment: datetime) -> tuple[HoldView, ...]:
        """Every hold made at or after `moment`, for reconciliation."""
        ...

    def transfers(self, *, practitioner: PractitionerId) -> tuple[Transfer, ...]:
        """What was or will be passed on to the practitioner."""
        ...


# --- the room, the printer -----------------------------------------------------------------------


@frozen
class RoomPass:
    """What lets one person into one room until `until`; `address` is for that person alone."""

    address: str = field(repr=False)
    until: datetime


class VideoRooms(Protocol):
    """One room per appointment, one place per role. An adapter must keep media in `region`."""

    @property
    def region(self) -> str:
        """Where media flows: "peer-to-peer", or an ISO 3166 country code."""
        ...

    def admit(
        self, *, appointment: AppointmentId, role: Role, device: str, until: datetime
    ) -> RoomPass:
        """Give `role` its place; an earlier device of the same role loses it.

        Of a provider that takes no pass back, it loses it when the later one comes in.
        """
        ...

    def close(self, *, appointment: AppointmentId) -> None:
        """Nobody is in the room afterwards; closing twice is closing once.

        An adapter whose provider has no such call says so, and gives passes that end with the room.
        """
        ...


class Printer(Protocol):
    """Receipts as documents; the same receipt must give the same bytes.

    The bytes of the first printing are kept, so that a later version may print otherwise.
    """

    def print(self, receipt: Receipt) -> bytes: ...


# --- all of them ---------------------------------------------------------------------------------


@frozen
class Ports:
    """Everything a use case may reach. A use case takes this first and its question by keyword."""

    open_work: OpenWork
    cards: CardNetwork
    texts: Texts
    letters: Letters
    wording: Wording
    rooms: VideoRooms
    tokens: Tokens
    site: Site
    payouts: PayoutNetwork | None = None
    """Accounts of practitioners; None where the clinic keeps what is taken."""
