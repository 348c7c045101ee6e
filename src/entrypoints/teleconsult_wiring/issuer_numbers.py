"""Are the registered numbers of an issuer right? May import python-stdnum and the core.

A check digit finds the mistyped digit, not the number that belongs to somebody else. python-stdnum
knows SIREN, SIRET and the Belgian enterprise number, and Luhn's rule for the RPPS and the FINESS.
It has no INAMI: eleven digits, of which the seventh and eighth are what is left from 97 after the
first six divided by 97; numbers given out since 2013 (since 2019 to doctors) may count from 89.
An ADELI has a form and no check that all its registers keep.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import luhn
from stdnum.be import vat as bce
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

from teleconsult_core.issuers import Identifier, Scheme
from teleconsult_core.refusals import BadInput

_SPACES = re.compile(r"[\s./-]")


def identifier(scheme: Scheme, typed: str) -> Identifier:
    """The number in the form in which it is printed. Raises `BadInput` when it cannot be one."""
    written, bound = _RULES[scheme]
    try:
        return Identifier(scheme, written(_SPACES.sub("", typed).upper()))
    except (ValueError, ValidationError) as wrong:
        raise BadInput(scheme.value, typed, bound) from wrong


def _rpps(number: str) -> str:
    _must_match(r"\d{11}", number)
    return luhn.validate(number)


def _adeli(number: str) -> str:
    return _must_match(r"(\d{2}|2[AB])\d{7}", number)


def _finess(number: str) -> str:
    _must_match(r"(\d{2}|2[AB])\d{7}", number)
    # The letter of Corsica's departments has no place in Luhn's sum.
    return number if number[1].isalpha() else luhn.validate(number)


def _siren(number: str) -> str:
    digits = siren.validate(_must_match(r"\d{9}", number))
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def _siret(number: str) -> str:
    digits = siret.validate(_must_match(r"\d{14}", number))
    return f"{digits[:3]} {digits[3:6]} {digits[6:9]} {digits[9:]}"


def _bce(number: str) -> str:
    digits = bce.validate(number)
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def _inami(number: str) -> str:
    _must_match(r"\d{11}", number)
    person, check = int(number[:6]), int(number[6:8])
    if check not in {97 - person % 97, 89 - person % 89}:
        raise ValueError(number)
    return f"{number[0]}-{number[1:6]}-{number[6:8]}-{number[8:]}"


def _must_match(form: str, number: str) -> str:
    if re.fullmatch(form, number, re.ASCII) is None:
        raise ValueError(number)
    return number


_RULES: dict[Scheme, tuple[Callable[[str], str], str]] = {
    Scheme.RPPS: (_rpps, "11 digits, the last of them right by Luhn's rule"),
    Scheme.ADELI: (_adeli, "9 characters: a department and 7 digits"),
    Scheme.FINESS: (_finess, "9 characters, the last of them right by Luhn's rule"),
    Scheme.SIREN: (_siren, "9 digits, the last of them right by Luhn's rule"),
    Scheme.SIRET: (_siret, "14 digits, right by Luhn's rule as SIREN and as a whole"),
    Scheme.INAMI: (_inami, "11 digits such as 1-23456-25-004, the 7th and 8th being the check"),
    Scheme.BCE: (_bce, "10 digits such as 0403.019.261, the last two being 97 less the rest"),
}
