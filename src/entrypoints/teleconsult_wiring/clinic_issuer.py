"""The table `issuer` of a practitioner in the clinic's file. May import issuer_numbers, sections.

A wrong number is told here, with its line, so that no document is ever printed with it.
"""

from __future__ import annotations

from teleconsult_core.issuers import Identifier, Scheme
from teleconsult_core.people import Issuer
from teleconsult_core.refusals import BadInput
from teleconsult_wiring.issuer_numbers import identifier
from teleconsult_wiring.sections import Section

EXEMPTIONS_KNOWN = ("BE", "FR")
"""The countries in whose words the documents can name why there is no VAT."""


def read_issuer(section: Section, country: str) -> Issuer | None:
    """Who issues this practitioner's documents; `country` is the practice's."""
    printed = {key: section.text(key, "") for key in ("address", "number", "tax_note")}
    exempt = section.flag("vat_exempt", False)
    if exempt and country not in EXEMPTIONS_KNOWN:
        known = ", ".join(EXEMPTIONS_KNOWN)
        section.problem(("vat_exempt",), f"is true: words are known for {known}; say tax_note")
    if exempt and printed["tax_note"]:
        section.problem(("vat_exempt",), "is true beside a tax_note: say one of the two")
    return section.build(
        Issuer,
        {
            "name": section.text("name"),
            **printed,
            "identifiers": _identifiers(section),
            "country": country,
            "vat_exempt": exempt,
        },
    )


def _identifiers(section: Section) -> tuple[Identifier, ...]:
    found = []
    for scheme in Scheme:
        if section.has(scheme.value) and (typed := section.text(scheme.value)) != "missing":
            try:
                found.append(identifier(scheme, typed))
            except BadInput as refused:
                section.problem((scheme.value,), f"is {refused.value}: {refused.bound}")
    return tuple(found)
