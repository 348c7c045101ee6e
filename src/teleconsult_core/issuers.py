"""Under which registered numbers somebody issues documents. May import attrs and checks.

A number is kept in the form in which it is printed. Whether its check digits are right is asked
where it is typed (the clinic's file), never when a document is printed.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from teleconsult_core.checks import text


class Scheme(StrEnum):
    """Who gave the number out."""

    RPPS = "rpps"
    """France: the person who practises."""
    ADELI = "adeli"
    """France: the same, for professions not yet in the RPPS."""
    FINESS = "finess"
    """France: the place of care."""
    SIREN = "siren"
    """France: the enterprise."""
    SIRET = "siret"
    """France: one establishment of the enterprise."""
    INAMI = "inami"
    """Belgium: the person who practises; RIZIV in Dutch."""
    BCE = "bce"
    """Belgium: the enterprise; KBO in Dutch."""


@frozen
class Identifier:
    """One number, as it is printed after its usual name."""

    scheme: Scheme
    value: str = field(validator=text(40))
