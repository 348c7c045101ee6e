"""Small true things to test with; every builder takes the fields that should differ.

    furnished(store.open_work)                          # a small clinic in Brussels
    appointment = a_confirmed(fee=Money(0, "EUR"))
    earlier = a_reserved(id="a-2", start=START - timedelta(hours=1))

Everything belongs together: the ids of one builder are those that the others refer to. May import
every noun. Needs no pytest.
"""

from teleconsult_core.testing.builders.appointments import (
    APPOINTMENT,
    BOOKED_AT,
    END,
    FEE,
    PATIENT,
    PRACTITIONER,
    START,
    VISIT_TYPE,
    a_cancelled,
    a_completed,
    a_confirmed,
    a_lapsed,
    a_no_show,
    a_reserved,
    an_awaiting,
    terms,
)
from teleconsult_core.testing.builders.clinic import (
    a_patient,
    a_practice,
    a_practitioner,
    a_schedule,
    a_visit_type,
    an_unavailability,
    furnished,
)
from teleconsult_core.testing.builders.money import (
    a_consent,
    a_consent_record,
    a_hold,
    a_payout_account,
    a_receipt,
    an_entry,
    an_operation,
)
from teleconsult_core.testing.builders.notes import (
    a_challenge,
    a_feed,
    a_link,
    a_message,
    a_passkey,
    a_rating,
    a_seat,
    a_session,
    a_sign_in_link,
    a_signal,
    a_staff_member,
    a_waiting,
    an_attendance,
    an_audit_entry,
)

__all__ = [
    "APPOINTMENT",
    "BOOKED_AT",
    "END",
    "FEE",
    "PATIENT",
    "PRACTITIONER",
    "START",
    "VISIT_TYPE",
    "a_cancelled",
    "a_challenge",
    "a_completed",
    "a_confirmed",
    "a_consent",
    "a_consent_record",
    "a_feed",
    "a_hold",
    "a_lapsed",
    "a_link",
    "a_message",
    "a_no_show",
    "a_passkey",
    "a_patient",
    "a_payout_account",
    "a_practice",
    "a_practitioner",
    "a_rating",
    "a_receipt",
    "a_reserved",
    "a_schedule",
    "a_seat",
    "a_session",
    "a_sign_in_link",
    "a_signal",
    "a_staff_member",
    "a_visit_type",
    "a_waiting",
    "an_attendance",
    "an_audit_entry",
    "an_awaiting",
    "an_entry",
    "an_operation",
    "an_unavailability",
    "furnished",
    "terms",
]
