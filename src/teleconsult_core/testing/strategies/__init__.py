"""Arbitrary valid values of every noun, for laws that hold for all of them. Needs hypothesis.

    @given(every_appointment_state())
    def test_what_was_stored_is_loaded(appointment): ...

The values are valid, not plausible: a hold may be captured without a brand. What refers to an
appointment refers to `builders.APPOINTMENT`, so that a store with foreign keys can take it.
"""

from teleconsult_core.testing.strategies.booking import (
    attendances,
    audit_entries,
    every_appointment_state,
    feeds,
    links,
    messages,
    ratings,
    terms,
    waitings,
)
from teleconsult_core.testing.strategies.clinic import (
    erased_patients,
    issuers,
    no_show_policies,
    patients,
    policies,
    practices,
    practitioners,
    schedules,
    unavailabilities,
    visit_types,
)
from teleconsult_core.testing.strategies.money import (
    consent_records,
    entries,
    every_hold,
    operations,
    receipts,
)
from teleconsult_core.testing.strategies.sign_ins import (
    challenges,
    passkeys,
    sessions,
    sign_in_links,
    staff_members,
)
from teleconsult_core.testing.strategies.values import (
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
    ticks,
)

__all__ = [
    "amounts",
    "attendances",
    "audit_entries",
    "challenges",
    "consent_records",
    "currencies",
    "durations",
    "emails",
    "entries",
    "erased_patients",
    "every_appointment_state",
    "every_hold",
    "feeds",
    "ids",
    "instants",
    "intervals",
    "issuers",
    "languages",
    "links",
    "maybe",
    "messages",
    "modes",
    "no_show_policies",
    "operations",
    "passkeys",
    "patients",
    "phones",
    "policies",
    "practices",
    "practitioners",
    "ratings",
    "receipts",
    "schedules",
    "sessions",
    "sign_in_links",
    "staff_members",
    "terms",
    "texts",
    "ticks",
    "unavailabilities",
    "visit_types",
    "waitings",
]
