"""Who there is: the practice, its practitioners, the patients, and who did something.

May import checks, ids, issuers, policies, refusals. Nothing about health is ever asked for or
kept here.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import asdict, evolve, field, fields, frozen

from teleconsult_core.checks import is_email, is_id, is_language, is_phone, nfc, text
from teleconsult_core.ids import PatientId, PracticeId, PractitionerId
from teleconsult_core.issuers import Identifier
from teleconsult_core.policies import NoShowPolicy, Policies
from teleconsult_core.refusals import BadInput

MOST_LANGUAGES = 20


@frozen
class Practice:
    """A clinic: one time zone, one currency, one set of policies."""

    id: PracticeId = field(validator=is_id)
    name: str = field(converter=nfc, validator=text())
    country: str
    zone: str
    currency: str
    phone: str = field(validator=is_phone)
    email: str = field(validator=is_email)
    policies: Policies
    address: str = field(default="", converter=nfc, validator=text(500, lines=True, empty=True))
    languages: tuple[str, ...] = ("fr", "nl", "en")


@frozen
class Issuer:
    """Who issues a receipt, in the words printed on it.

    With `vat_exempt` the documents about care name the exemption of `country` (ISO 3166), in
    their own language; a `tax_note` is printed instead, as it is. `number` is for what no
    `Identifier` is: it is printed without a name.
    """

    name: str = field(converter=nfc, validator=text())
    address: str = field(default="", converter=nfc, validator=text(500, lines=True, empty=True))
    number: str = field(default="", converter=nfc, validator=text(empty=True))
    tax_note: str = field(default="", converter=nfc, validator=text(500, empty=True))
    identifiers: tuple[Identifier, ...] = ()
    country: str = field(default="", converter=nfc, validator=text(empty=True))
    vat_exempt: bool = False

    def about_no_care(self) -> Issuer:
        """For a document that is about no care, so that no exemption of care stands on it."""
        return evolve(self, tax_note="", vat_exempt=False)


@frozen
class OwnProfile:
    """What a practitioner says of himself; the rest of him stands in the clinic's file alone."""

    name: str = field(converter=nfc, validator=text())
    profession: str = field(converter=nfc, validator=text())
    languages: tuple[str, ...]
    phone: str = field(validator=is_phone)
    email: str = field(validator=is_email)
    video_message: str = field(
        default="", converter=nfc, validator=text(2000, lines=True, empty=True)
    )


def check_languages(languages: tuple[str, ...]) -> None:
    """Raises `BadInput` for languages that nobody may say anew; a file may have said them."""
    for language in languages:
        is_language(None, fields(OwnProfile).languages, language)
    if not 1 <= len(set(languages)) == len(languages) <= MOST_LANGUAGES:
        raise BadInput("languages", languages, f"1 to {MOST_LANGUAGES} different languages")


OWN_FIELDS = tuple(one.name for one in fields(OwnProfile))
CONTACT = ("phone", "email")
"""Where messages and links to his consultations reach him: the operator alone changes them."""


@frozen
class Practitioner:
    """A practitioner as published on the public profile, with what the back office needs.

    `sms_allowance` is in SMS segments a month; video reminders are not counted against it (S6).
    `video_message` is shown only while a video consultation is booked (S21).
    """

    id: PractitionerId = field(validator=is_id)
    name: str = field(converter=nfc, validator=text())
    profession: str = field(converter=nfc, validator=text())
    languages: tuple[str, ...]
    phone: str = field(validator=is_phone)
    email: str = field(validator=is_email)
    issuer: Issuer
    sms_allowance: int = 0
    video_message: str = field(
        default="", converter=nfc, validator=text(2000, lines=True, empty=True)
    )
    no_show: NoShowPolicy | None = None
    edited: frozenset[str] = frozenset()
    """Fields that were changed by hand; the clinic's file keeps off them."""

    @property
    def own(self) -> OwnProfile:
        return OwnProfile(**{name: getattr(self, name) for name in OWN_FIELDS})

    def rewritten(self, own: OwnProfile) -> Practitioner:
        """With what he says of himself now."""
        said = asdict(own, recurse=False)
        changed = {name for name, value in said.items() if getattr(self, name) != value}
        return evolve(self, **said, edited=self.edited | changed)


@frozen
class Patient:
    """A patient: only what is needed to reach him and to write his receipt."""

    id: PatientId = field(validator=is_id)
    name: str = field(converter=nfc, validator=text())
    phone: str = field(validator=is_phone)
    email: str = field(validator=is_email)
    language: str = field(default="fr", validator=is_language)
    address: str = field(default="", converter=nfc, validator=text(500, lines=True, empty=True))
    zone: str = field(default="")
    """The patient's IANA zone, where it may differ from the practice's; empty when unknown."""


@frozen
class ErasedPatient:
    """What remains of a patient after erasure: that there was one."""

    id: PatientId
    erased_at: datetime


class Role(StrEnum):
    """In what capacity somebody acts."""

    PATIENT = "patient"
    PRACTITIONER = "practitioner"
    SUPPORT = "support"
    OPERATOR = "operator"
    SYSTEM = "system"


@frozen
class Actor:
    """Who did it: the role, and the id of the person within that role."""

    role: Role
    id: str = field(validator=is_id)

    def __str__(self) -> str:
        return f"{self.role.value}:{self.id}"


SYSTEM = Actor(Role.SYSTEM, "teleconsult")


def patient_actor(patient: PatientId) -> Actor:
    return Actor(Role.PATIENT, patient)


def practitioner_actor(practitioner: PractitionerId) -> Actor:
    return Actor(Role.PRACTITIONER, practitioner)
