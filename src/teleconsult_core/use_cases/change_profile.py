"""Change what a practitioner says of himself: name, profession, languages, and the message that is
shown while a video consultation is booked (S21).

How he is reached is the operator's to change: links to his consultations go there. Who issues his
receipts, what a visit costs and how long it lasts stay in the clinic's file.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import PractitionerId
from teleconsult_core.people import (
    CONTACT,
    OWN_FIELDS,
    Actor,
    OwnProfile,
    Practitioner,
    Role,
    check_languages,
)
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotYours, Outdated
from teleconsult_core.use_cases.permissions import not_theirs_to_change
from teleconsult_core.versions import version


def change_profile(
    ports: Ports,
    *,
    practitioner: PractitionerId,
    profile: OwnProfile,
    based_on: str,
    by: Actor,
    now: datetime,
) -> Practitioner | NotFound | NotYours | Outdated:
    """Keep `profile`; `based_on` is the `version` of the one it was made from.

    Raises `BadInput` for languages that are none, or too many.
    """
    if refusal := not_theirs_to_change(practitioner, by):
        return refusal
    with ports.open_work() as work:
        found = work.clinic.practitioner_to_change(practitioner)
        if found is None:
            return NotFound(what="practitioner", id=practitioner)
        if found.own == profile:
            return found
        if based_on != version(found.own):
            return Outdated(what="profile", id=practitioner)
        names = [one for one in OWN_FIELDS if getattr(profile, one) != getattr(found, one)]
        if by.role is Role.PRACTITIONER and not set(names).isdisjoint(CONTACT):
            return NotYours(actor=str(by), allowed="the operator")
        if profile.languages != found.languages:
            check_languages(profile.languages)
        changed = found.rewritten(profile)
        work.clinic.put_practitioner(changed)
        work.audit.add(AuditEntry(now, by, "profile", practitioner, detail=", ".join(names)))
        work.commit()
    return changed
