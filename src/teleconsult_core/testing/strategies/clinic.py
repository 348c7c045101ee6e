"""The clinic, its people and its hours. Part of the strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from teleconsult_core.issuers import Identifier, Scheme
from teleconsult_core.people import (
    OWN_FIELDS,
    ErasedPatient,
    Issuer,
    Patient,
    Practice,
    Practitioner,
)
from teleconsult_core.policies import (
    NoShowAllowed,
    NoShowForbidden,
    NoShowIndemnity,
    NoShowPolicy,
    PaidTo,
    PlatformFee,
    Policies,
    Retention,
)
from teleconsult_core.quiet_hours import QuietHours
from teleconsult_core.schedules import (
    DatedException,
    Offer,
    OpeningHours,
    Schedule,
    Unavailability,
    VisitType,
)
from teleconsult_core.slots import Mode
from teleconsult_core.testing.strategies.values import (
    ZONES,
    amounts,
    currencies,
    durations,
    emails,
    ids,
    instants,
    intervals,
    languages,
    maybe,
    modes,
    phones,
    texts,
)


def no_show_policies() -> st.SearchStrategy[NoShowPolicy]:
    return st.one_of(
        st.builds(NoShowAllowed, maybe(amounts())),
        st.just(NoShowForbidden()),
        st.builds(NoShowIndemnity, amounts(), st.booleans()),
    )


def platform_fees() -> st.SearchStrategy[PlatformFee]:
    return st.builds(PlatformFee, st.integers(0, 10_000), maybe(amounts()))


def policies() -> st.SearchStrategy[Policies]:
    lengths = (
        "reservation", "settlement_margin", "reauthorization_opens", "cancellation_cutoff",
        "join_early", "join_late", "grace", "practitioner_link", "waiting_offer",
    )  # fmt: skip
    kept = ("messages", "links", "appointments", "ratings", "accounting", "audit")
    retention = st.builds(
        Retention, names_on_receipts=st.booleans(), **{name: durations(9_999) for name in kept}
    )
    return st.builds(
        Policies,
        reminders=st.lists(durations(), max_size=4).map(tuple),
        transfer_days=st.tuples(st.integers(15, 22), st.integers(22, 30)),
        paid_to=st.sampled_from(PaidTo),
        platform_fee=platform_fees(),
        minimum_charge=amounts(),
        late_cancellation_cap=amounts(),
        no_show=no_show_policies(),
        retention=retention,
        quiet_hours=maybe(st.builds(QuietHours, begin=st.times(), end=st.times())),
        sms_warning_percent=st.integers(0, 100),
        consent_version=texts(40),
        **{name: durations() for name in lengths},
    )


def practices() -> st.SearchStrategy[Practice]:
    return st.builds(
        Practice,
        id=ids(),
        name=texts(),
        country=st.sampled_from(["BE", "FR", "NL", "CH"]),
        zone=st.sampled_from(ZONES),
        currency=currencies(),
        phone=phones(),
        email=emails(),
        policies=policies(),
        address=texts(500, empty=True, lines=True),
        languages=_languages(),
    )


def _languages() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(languages, min_size=1, max_size=3, unique=True).map(tuple)


def issuers() -> st.SearchStrategy[Issuer]:
    numbers = st.builds(Identifier, st.sampled_from(Scheme), texts(40))
    return st.builds(
        Issuer,
        name=texts(),
        address=texts(500, empty=True, lines=True),
        number=texts(empty=True),
        tax_note=texts(empty=True),
        identifiers=st.lists(numbers, max_size=3).map(tuple),
        country=st.sampled_from(["BE", "FR", ""]),
        vat_exempt=st.booleans(),
    )


def practitioners() -> st.SearchStrategy[Practitioner]:
    return st.builds(
        Practitioner,
        id=ids(),
        name=texts(),
        profession=texts(),
        languages=_languages(),
        phone=phones(),
        email=emails(),
        issuer=issuers(),
        sms_allowance=st.integers(0, 10_000),
        video_message=texts(900, empty=True, lines=True),
        no_show=maybe(no_show_policies()),
        edited=st.frozensets(st.sampled_from(OWN_FIELDS)),
    )


def patients() -> st.SearchStrategy[Patient]:
    return st.builds(
        Patient,
        id=ids(),
        name=texts(),
        phone=phones(),
        email=emails(),
        language=languages,
        address=texts(500, empty=True, lines=True),
        zone=st.sampled_from(["", *ZONES]),
    )


def erased_patients() -> st.SearchStrategy[ErasedPatient]:
    return st.builds(ErasedPatient, ids(), instants())


def schedules() -> st.SearchStrategy[Schedule]:
    hours = st.builds(
        OpeningHours,
        weekdays=st.frozensets(st.integers(1, 7)),
        opens=st.times(),
        closes=st.times(),
        modes=modes,
        valid_from=maybe(st.dates()),
        valid_until=maybe(st.dates()),
    )
    exceptions = st.builds(DatedException, st.dates(), modes) | st.builds(
        DatedException, st.dates(), modes, st.times(), st.times()
    )
    return st.builds(
        Schedule,
        ids(),
        st.sampled_from(ZONES),
        st.lists(hours, max_size=3).map(tuple),
        st.lists(exceptions, max_size=3).map(tuple),
        st.frozensets(st.sampled_from(["hours", "exceptions"])),
    )


def visit_types() -> st.SearchStrategy[VisitType]:
    durations_of_visit = st.integers(1, 96).map(lambda count: count * 5)
    offers = st.builds(Offer, durations_of_visit, amounts())
    return st.builds(
        VisitType,
        id=ids(),
        practitioner=ids(),
        name=texts(),
        offers=st.dictionaries(st.sampled_from(Mode), offers),
        buffer_after=st.integers(0, 96).map(lambda count: count * 5),
        minimum_notice=durations(),
        booking_horizon=durations(),
    )


def unavailabilities() -> st.SearchStrategy[Unavailability]:
    mode = st.sampled_from(Mode)
    return st.builds(Unavailability, ids(), ids(), mode, intervals(), texts(empty=True))
