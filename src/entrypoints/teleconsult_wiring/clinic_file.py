"""Read a clinic from its file: practice, policies, practitioners. May import the core, sections.

Every error names line, field, value and bound; as many are told at once as can be found.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

from teleconsult_core.ids import PracticeId, PractitionerId, VisitTypeId
from teleconsult_core.money import zero
from teleconsult_core.people import Practice, Practitioner
from teleconsult_core.policies import Policies
from teleconsult_core.schedules import DatedException, Offer, OpeningHours, Schedule, VisitType
from teleconsult_core.slots import Mode
from teleconsult_core.times import zone
from teleconsult_core.use_cases.describe_clinic import ClinicDescription
from teleconsult_wiring.clinic_issuer import read_issuer
from teleconsult_wiring.clinic_policies import read_no_show, read_policies
from teleconsult_wiring.sections import ClinicFileError, Found, Section

LARGEST = 1_000_000
"""Bytes; a clinic's file is a few thousand."""


def read_clinic(path: Path) -> ClinicDescription:
    """The clinic that the file describes. Raises `ClinicFileError` with every problem found."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ClinicFileError(
            path, [Found(1, "file", f"cannot be read: {error.strerror}")]
        ) from error
    if len(raw) > LARGEST:
        bound = f"has {len(raw)} bytes: at most {LARGEST}"
        raise ClinicFileError(path, [Found(1, "file", bound)])
    try:
        text = raw.decode()
        tree = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ClinicFileError(path, [Found(line, "file", "is not UTF-8 text")]) from error
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None) or _line_in(str(error), text)
        raise ClinicFileError(path, [Found(line, "file", f"is not TOML: {error}")]) from error
    top = Section.whole(text, tree)
    clinic = _clinic(top)
    top.finish(path)
    if clinic is None:
        raise ClinicFileError(path, [Found(1, "file", "describes no clinic")])
    return clinic


def _line_in(message: str, text: str) -> int:
    words = message.replace(",", " ").split()
    if "line" in words and words[words.index("line") + 1].isdigit():
        return int(words[words.index("line") + 1])
    return text.count("\n") + 1


def _clinic(top: Section) -> ClinicDescription | None:
    head = top.table("practice")
    currency = "EUR"
    if head.has("currency"):
        currency = head.checked("currency", lambda code: zero(code).currency) or currency
    rules = top.table("policies", needed=False)
    policies = rules.build(Policies, read_policies(rules, currency))
    practice = head.build(
        Practice,
        {
            "id": PracticeId(head.text("id")),
            "name": head.text("name"),
            "country": head.text("country"),
            "zone": head.checked("zone", zone) or "UTC",
            "currency": currency,
            "phone": head.text("phone"),
            "email": head.text("email"),
            "address": head.text("address", ""),
            "languages": tuple(head.texts("languages", ["fr", "nl", "en"])),
            "policies": policies,
        },
    )
    people, schedules, visits = [], [], []
    zone_name = practice.zone if practice else "UTC"
    for one in top.tables("practitioners"):
        people.append(_practitioner(one, currency, head.text("country")))
        schedules.append(_schedule(one, zone_name))
        visits += [_visit_type(one, visit, currency) for visit in one.tables("visit_types")]
    _no_repeats(top, [one.id for one in people if one], "practitioners")
    if top.problems or practice is None:
        return None
    description = {
        "practice": practice,
        "practitioners": tuple(people),
        "schedules": tuple(schedules),
        "visit_types": tuple(visits),
    }
    return top.build(ClinicDescription, description)


def _no_repeats(top: Section, ids: list[PractitionerId], what: str) -> None:
    for number, id in enumerate(ids):
        if id in ids[:number]:
            top.problem((what, number, "id"), f"{id!r} is used twice")


def _practitioner(section: Section, currency: str, country: str) -> Practitioner | None:
    has_own = section.has("no_show")
    return section.build(
        Practitioner,
        {
            "id": PractitionerId(section.text("id")),
            "name": section.text("name"),
            "profession": section.text("profession"),
            "languages": tuple(section.texts("languages")),
            "phone": section.text("phone"),
            "email": section.text("email"),
            "issuer": read_issuer(section.table("issuer"), country),
            "sms_allowance": section.whole_number("sms_allowance", 0),
            "video_message": section.text("video_message", ""),
            "no_show": read_no_show(section.table("no_show"), currency) if has_own else None,
        },
    )


def _schedule(section: Section, zone_name: str) -> Schedule | None:
    hours = tuple(_hours(one) for one in section.tables("hours"))
    exceptions = tuple(_exception(one) for one in section.tables("exceptions", needed=False))
    values = {"zone": zone_name, "hours": hours, "exceptions": exceptions}
    return section.build(Schedule, {"practitioner": PractitionerId(section.text("id")), **values})


def _hours(section: Section) -> OpeningHours | None:
    first = section.day("valid_from") if section.has("valid_from") else None
    last = section.day("valid_until") if section.has("valid_until") else None
    if first and last and last < first:
        section.problem(("valid_until",), f"is {last}: not before valid_from, {first}")
    return section.build(
        OpeningHours,
        {
            "weekdays": section.weekdays("days"),
            "opens": section.wall_time("from"),
            "closes": section.wall_time("to"),
            "modes": section.modes("modes"),
            "valid_from": first,
            "valid_until": last,
        },
    )


def _exception(section: Section) -> DatedException | None:
    opens = section.has("from") or section.has("to")
    return section.build(
        DatedException,
        {
            "day": section.day("day"),
            "modes": section.modes("modes"),
            "opens": section.wall_time("from") if opens else None,
            "closes": section.wall_time("to") if opens else None,
        },
    )


def _visit_type(owner: Section, section: Section, currency: str) -> VisitType | None:
    practitioner = PractitionerId(owner.text("id"))
    offers = {}
    for mode, key in ((Mode.VIDEO, "video"), (Mode.IN_PERSON, "in_person")):
        if section.has(key):
            offer = section.table(key)
            values = {
                "duration": offer.whole_number("minutes"),
                "fee": offer.money("fee", currency),
            }
            offers[mode] = offer.build(Offer, values)
    if not offers:
        section.problem(("video",), "is missing, and so is in_person: one of them is needed")
    return section.build(
        VisitType,
        {
            "id": VisitTypeId(f"{practitioner}:{section.text('id')}"),
            "practitioner": practitioner,
            "name": section.text("name"),
            "offers": offers,
            "buffer_after": section.whole_number("buffer_minutes", 0),
            "minimum_notice": timedelta(hours=section.whole_number("minimum_notice_hours", 0)),
            "booking_horizon": timedelta(days=section.whole_number("horizon_days", 90)),
        },
    )
