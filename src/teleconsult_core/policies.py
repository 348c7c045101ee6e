"""What a clinic may decide for itself, and the functions that apply it.

May import money, quiet_hours, refusals. Every default is the one `domain.md` names. The functions
are pure: settings and figures in, a verdict out; a refusal carries the numbers that broke the rule.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import field, frozen

from teleconsult_core.money import Money
from teleconsult_core.quiet_hours import DEFAULT_QUIET_HOURS, QuietHours
from teleconsult_core.refusals import (
    AboveConsent,
    AboveHold,
    BadInput,
    BelowMinimum,
    NoShowChargeForbidden,
    OverPolicyCap,
)


def _positive(_: object, attribute: object, value: timedelta) -> None:
    if value < timedelta(0) or value > timedelta(days=366):
        raise BadInput(getattr(attribute, "name", "duration"), value, "between 0 and 366 days")


HALF_A_EURO, NOTHING = Money(50, "EUR"), Money(0, "EUR")


@frozen
class NoShowAllowed:
    """A missed consultation may be billed, up to `cap` (the fee when there is none)."""

    cap: Money | None = None


@frozen
class NoShowForbidden:
    """A profession that may not charge for acts not performed (French doctors)."""


@frozen
class NoShowIndemnity:
    """A reasonable indemnity, only if it was announced beforehand (Belgian doctors)."""

    cap: Money
    announced: bool


NoShowPolicy = NoShowAllowed | NoShowForbidden | NoShowIndemnity


@frozen
class Retention:
    """How long each kind of data is kept, counted from the last event that concerns it.

    The card network's news is kept as long as messages are.
    """

    messages: timedelta = timedelta(days=90)
    links: timedelta = timedelta(days=1)
    appointments: timedelta = timedelta(days=730)
    ratings: timedelta = timedelta(days=730)
    accounting: timedelta = timedelta(days=3650)
    audit: timedelta = timedelta(days=365)
    names_on_receipts: bool = True
    """Whether the law obliges the archive of receipts to keep the patient's name after erasure."""


class PaidTo(StrEnum):
    """Whose account what is taken from cards goes to."""

    CLINIC = "clinic"
    PRACTITIONER = "practitioner"


@frozen
class PlatformFee:
    """What the clinic keeps of what is taken for a practitioner: a share, and a fixed sum.

    `basis_points` are hundredths of a percent. Nothing is kept where nothing is taken.
    """

    basis_points: int = field(default=0)
    fixed: Money | None = None

    @basis_points.validator
    def _a_share(self, _: object, value: int) -> None:
        if not 0 <= value <= 10_000:
            raise BadInput("platform fee", value, "from 0 to 10000 hundredths of a percent")


@frozen
class Policies:
    """The clinic's settings; every duration is a `timedelta`, every amount `Money`."""

    reservation: timedelta = field(default=timedelta(minutes=15), validator=_positive)
    settlement_margin: timedelta = field(default=timedelta(hours=24), validator=_positive)
    reauthorization_opens: timedelta = field(default=timedelta(hours=24), validator=_positive)
    cancellation_cutoff: timedelta = field(default=timedelta(hours=24), validator=_positive)
    join_early: timedelta = field(default=timedelta(minutes=15), validator=_positive)
    join_late: timedelta = field(default=timedelta(minutes=60), validator=_positive)
    grace: timedelta = field(default=timedelta(minutes=10), validator=_positive)
    reminders: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=1))
    practitioner_link: timedelta = field(default=timedelta(minutes=10), validator=_positive)
    waiting_offer: timedelta = field(default=timedelta(hours=2), validator=_positive)
    transfer_days: tuple[int, int] = field(default=(15, 30))
    """Between how many days after a consultation its money should arrive."""
    minimum_charge: Money = HALF_A_EURO
    late_cancellation_cap: Money = NOTHING
    no_show: NoShowPolicy = NoShowAllowed()
    retention: Retention = Retention()
    quiet_hours: QuietHours | None = DEFAULT_QUIET_HOURS
    """For reminders by SMS; never for the last one, which leads into the waiting room."""
    sms_warning_percent: int = 80
    paid_to: PaidTo = PaidTo.CLINIC
    platform_fee: PlatformFee = PlatformFee()
    consent_version: str = "2027-01"

    @transfer_days.validator
    def _as_promised(self, _: object, value: tuple[int, int]) -> None:
        first, last = value
        if not 15 <= first <= last <= 30:
            raise BadInput("transfer_days", list(value), "from 15 to 30, the earlier first")


def hold_covers(until: datetime, planned_end: datetime, policies: Policies) -> bool:
    """Whether a hold that lives until `until` outlives the planned end by the settlement margin."""
    return until >= planned_end + policies.settlement_margin


def cancellation_cutoff(start: datetime, policies: Policies) -> datetime:
    """The last instant at which the patient may cancel or move by himself."""
    return start - policies.cancellation_cutoff


def chargeable(
    amount: Money, *, held: Money, consented: Money, minimum: Money
) -> AboveHold | AboveConsent | BelowMinimum | None:
    """Why `amount` may not be taken from a hold, or None. 0.00 may always be stated (S10)."""
    if amount > held:
        return AboveHold(amount=amount, held=held)
    if amount > consented:
        return AboveConsent(amount=amount, consented=consented)
    if amount.minor and amount < minimum:
        return BelowMinimum(amount=amount, minimum=minimum)
    return None


def no_show_cap(policy: NoShowPolicy, fee: Money) -> Money | NoShowChargeForbidden:
    """The most a missed consultation may cost under `policy`."""
    match policy:
        case NoShowAllowed(cap=cap):
            return min(cap, fee) if cap is not None else fee
        case NoShowForbidden():
            return NoShowChargeForbidden(
                why="this profession may not charge for an act not performed"
            )
        case NoShowIndemnity(cap=cap, announced=True):
            return min(cap, fee)
        case NoShowIndemnity():
            return NoShowChargeForbidden(why="an indemnity must have been announced beforehand")


def no_show_chargeable(
    amount: Money, *, policy: NoShowPolicy, fee: Money
) -> OverPolicyCap | NoShowChargeForbidden | None:
    """Why a no-show may not cost `amount`, or None; waiving (0.00) is always allowed (S9)."""
    if not amount.minor:
        return None
    cap = no_show_cap(policy, fee)
    if isinstance(cap, NoShowChargeForbidden):
        return cap
    return OverPolicyCap(amount=amount, cap=cap) if amount > cap else None


def platform_fee(amount: Money, fee: PlatformFee) -> Money:
    """What the clinic keeps of `amount`: at most all of it; half a minor unit counts as one."""
    share = (amount.minor * fee.basis_points + 5_000) // 10_000
    fixed = fee.fixed.minor if fee.fixed and amount.minor else 0
    return Money(min(share + fixed, amount.minor), amount.currency)


def transfer_window(consulted_at: datetime, policies: Policies) -> tuple[datetime, datetime]:
    """Between which instants the practitioner may expect the money (15 to 30 days, S9)."""
    first, last = policies.transfer_days
    return consulted_at + timedelta(days=first), consulted_at + timedelta(days=last)
