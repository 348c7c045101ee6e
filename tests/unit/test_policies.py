"""Policies are functions: their laws."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.appointments import Origin, Terms
from teleconsult_core.attendance import Attendance, Judgement, Seen, judge, stays
from teleconsult_core.ids import AppointmentId, PatientId, PracticeId, PractitionerId, VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.people import Practice, Role
from teleconsult_core.policies import (
    NoShowAllowed,
    NoShowForbidden,
    NoShowIndemnity,
    PlatformFee,
    Policies,
    chargeable,
    hold_covers,
    no_show_chargeable,
    platform_fee,
    transfer_window,
)
from teleconsult_core.ratings import RatingSummary
from teleconsult_core.receipts import receipt_number
from teleconsult_core.refusals import BadInput, NoShowChargeForbidden
from teleconsult_core.slots import Mode
from teleconsult_core.sms import segments
from teleconsult_core.use_cases.describe_clinic import ClinicDescription

START = datetime(2027, 3, 4, 9, tzinfo=UTC)
TERMS = Terms(
    AppointmentId("a1"), PractitionerId("d"), PatientId("p"), VisitTypeId("v"), Mode.VIDEO,
    START, START + timedelta(minutes=20), START + timedelta(minutes=25), Money(4500, "EUR"), True,
    Origin.PATIENT, START - timedelta(days=1),
)  # fmt: skip
GRACE = timedelta(minutes=10)
cents = st.integers(0, 100_000).map(lambda minor: Money(minor, "EUR"))
caps = st.none() | cents
policies = (
    st.builds(NoShowAllowed, caps)
    | st.just(NoShowForbidden())
    | st.builds(NoShowIndemnity, cents, st.booleans())
)


@given(cents, cents, cents)
def test_what_may_be_charged_is_zero_or_between_minimum_and_hold(amount, held, consented) -> None:
    minimum = Money(50, "EUR")
    verdict = chargeable(amount, held=held, consented=consented, minimum=minimum)
    fine = amount.minor == 0 or (minimum <= amount <= min(held, consented))
    assert (verdict is None) == fine


@given(policies, cents)
def test_waiving_a_no_show_is_always_allowed(policy, fee) -> None:
    assert no_show_chargeable(Money(0, "EUR"), policy=policy, fee=fee) is None


@given(policies, cents, cents)
def test_a_no_show_never_costs_more_than_the_fee_or_the_cap(policy, amount, fee) -> None:
    if amount.minor and no_show_chargeable(amount, policy=policy, fee=fee) is None:
        assert amount <= fee
        cap = getattr(policy, "cap", None)
        assert cap is None or amount <= cap


@given(cents, cents)
def test_a_forbidden_or_unannounced_charge_is_never_allowed(amount, fee) -> None:
    for policy in (NoShowForbidden(), NoShowIndemnity(fee, announced=False)):
        verdict = no_show_chargeable(amount, policy=policy, fee=fee)
        assert amount.minor == 0 or isinstance(verdict, NoShowChargeForbidden)


@given(
    st.timedeltas(timedelta(0), timedelta(days=20)), st.timedeltas(timedelta(0), timedelta(days=9))
)
def test_a_hold_covers_exactly_from_end_plus_margin_on(lives, margin) -> None:
    policy = Policies(settlement_margin=margin)
    assert hold_covers(START + lives, START, policy) == (lives >= margin)


@given(st.integers(0, 400))
def test_the_transfer_window_is_15_to_30_days(days: int) -> None:
    first, last = transfer_window(START + timedelta(days=days), Policies())
    assert (last - first).days == 15
    assert (first - START).days == days + 15


@pytest.mark.parametrize("days", [(14, 30), (15, 31), (20, 19)])
def test_transfers_are_promised_between_15_and_30_days(days: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="from 15 to 30"):
        Policies(transfer_days=days)


@given(st.integers(0, 100_000), st.integers(0, 10_000), st.integers(0, 5_000))
def test_the_clinics_fee_is_a_part_of_what_is_taken(minor: int, share: int, fixed: int) -> None:
    amount = Money(minor, "EUR")
    kept = platform_fee(amount, PlatformFee(share, Money(fixed, "EUR")))
    assert 0 <= kept.minor <= minor
    if 0 < kept.minor < minor:
        assert abs((kept.minor - fixed) * 10_000 - minor * share) <= 5_000
    if not minor:
        assert not kept.minor


@pytest.mark.parametrize("share", [-1, 10_001])
def test_a_share_is_at_most_the_whole(share: int) -> None:
    with pytest.raises(BadInput, match="hundredths of a percent"):
        PlatformFee(share)


def test_a_policy_duration_has_bounds() -> None:
    with pytest.raises(BadInput, match="366 days"):
        Policies(reservation=timedelta(days=367))


def seen(role: Role, what: Seen, minute: int) -> Attendance:
    return Attendance(TERMS.id, START + timedelta(minutes=minute), role, what, "d")


roles = st.sampled_from([Role.PATIENT, Role.PRACTITIONER])
events = st.lists(
    st.builds(seen, roles, st.sampled_from(Seen), st.integers(-15, 80)),
    max_size=8,
)
LATE = START + timedelta(minutes=80)


@given(events)
def test_whoever_left_a_trace_is_never_called_absent(record) -> None:
    if any(event.role is Role.PATIENT for event in record):
        assert judge(record, TERMS, grace=GRACE, now=LATE) in {
            Judgement.PRESENT,
            Judgement.TECHNICAL,
        }


@given(events)
def test_nobody_is_absent_unless_the_practitioner_waited_through_the_grace(record) -> None:
    if judge(record, TERMS, grace=GRACE, now=LATE) is Judgement.ABSENT:
        waited = sum((stay.length for stay in stays(record, Role.PRACTITIONER, LATE)), timedelta())
        assert waited >= GRACE


@given(events, st.sampled_from([Role.PATIENT, Role.PRACTITIONER]))
def test_stays_follow_each_other_and_end_after_they_begin(record, role: Role) -> None:
    found = stays(record, role, LATE)
    assert all(stay.end >= stay.start for stay in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@given(st.data())
def test_in_which_order_things_became_known_is_nothing_to_what_they_say(data) -> None:
    record = data.draw(events.filter(lambda found: len({one.at for one in found}) == len(found)))
    shuffled = data.draw(st.permutations(record))
    for role in (Role.PATIENT, Role.PRACTITIONER):
        assert stays(shuffled, role, LATE) == stays(record, role, LATE)
    verdicts = {judge(one, TERMS, grace=GRACE, now=LATE) for one in (record, shuffled)}
    assert len(verdicts) == 1


@given(st.lists(st.integers(1, 5), min_size=1, max_size=50))
def test_the_average_is_rounded_to_tenths(stars: list[int]) -> None:
    summary = RatingSummary(len(stars), sum(stars))
    exact = sum(stars) * 10 / len(stars)
    assert abs(summary.tenths - exact) <= 0.5 + 1e-9


@given(st.text(max_size=400), st.text(max_size=40))
def test_a_longer_text_never_costs_fewer_segments(text: str, more: str) -> None:
    clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    tail = more.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert segments(clean + tail) >= segments(clean) >= 1


def test_every_sum_of_a_clinic_is_in_its_currency() -> None:
    practice = Practice(
        id=PracticeId("zuerich"),
        name="Praxis",
        country="CH",
        zone="Europe/Zurich",
        currency="CHF",
        phone="+41445550100",
        email="desk@example.org",
        policies=Policies(),
    )
    with pytest.raises(BadInput, match="minimum_charge"):
        ClinicDescription(practice, (), (), ())
    nothing, capped = Money(0, "CHF"), NoShowAllowed(Money(1000, "EUR"))
    ours = Policies(minimum_charge=Money(50, "CHF"), late_cancellation_cap=nothing)
    ClinicDescription(evolve(practice, policies=ours), (), (), ())
    keeps = evolve(ours, platform_fee=PlatformFee(fixed=Money(50, "EUR")))
    with pytest.raises(BadInput, match="platform_fee"):
        ClinicDescription(evolve(practice, policies=keeps), (), (), ())
    with pytest.raises(BadInput, match="no_show"):
        ClinicDescription(evolve(practice, policies=evolve(ours, no_show=capped)), (), (), ())


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"p(-[0-9]{4})?(-[0-9]{5})?", fullmatch=True),
            st.integers(2000, 2099),
            st.integers(1, 200_000),
        ),
        unique=True,
        max_size=20,
    )
)
def test_no_two_receipts_share_a_number_however_their_issuers_are_called(
    series: list[tuple[str, int, int]],
) -> None:
    numbers = {receipt_number(PractitionerId(id), year, n) for id, year, n in series}
    assert len(numbers) == len(series)
