"""The numbers of an issuer in the clinic's file: a mistyped one is told, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_files import changed, problems, read
from teleconsult_core.issuers import Identifier, Scheme
from teleconsult_core.refusals import BadInput
from teleconsult_wiring.issuer_numbers import identifier

RIGHT = {
    Scheme.RPPS: ("1000 3456 786", "10003456786"),
    Scheme.ADELI: ("75 9 32145 1", "759321451"),
    Scheme.FINESS: ("75 010 001 8", "750100018"),
    Scheme.SIREN: ("732829320", "732 829 320"),
    Scheme.SIRET: ("73282932000074", "732 829 320 00074"),
    Scheme.INAMI: ("19910140004", "1-99101-40-004"),
    Scheme.BCE: ("BE 0999010126", "0999.010.126"),
}
CHECKED = sorted(set(Scheme) - {Scheme.ADELI})


@pytest.mark.parametrize("scheme", Scheme)
def test_a_right_number_is_kept_as_it_is_printed(scheme: Scheme) -> None:
    typed, printed = RIGHT[scheme]
    assert identifier(scheme, typed) == Identifier(scheme, printed)
    assert identifier(scheme, printed) == Identifier(scheme, printed)


@pytest.mark.parametrize("scheme", CHECKED)
@given(place=st.integers(0, 13), by=st.integers(1, 9))
def test_one_mistyped_digit_is_found(scheme: Scheme, place: int, by: int) -> None:
    digits = [c for c in RIGHT[scheme][1] if c.isdigit()]
    if scheme is Scheme.INAMI:
        digits, rest = digits[:8], digits[8:]  # the last three say what one is licensed for
    else:
        rest = []
    place %= len(digits)
    digits[place] = str((int(digits[place]) + by) % 10)
    wrong = "".join(digits + rest)
    if scheme is Scheme.INAMI and _counts_from_89(wrong):
        return
    with pytest.raises(BadInput, match=scheme.value):
        identifier(scheme, wrong)


def _counts_from_89(number: str) -> bool:
    return int(number[6:8]) == 89 - int(number[:6]) % 89


def test_an_inami_of_the_newer_kind_counts_from_89() -> None:
    check = 89 - 199101 % 89
    assert identifier(Scheme.INAMI, f"199101{check:02}004").value == f"1-99101-{check:02}-004"


@pytest.mark.parametrize("typed", ["", "12", "x" * 11, "1234567890١", "🙂", "0" * 500])
@pytest.mark.parametrize("scheme", Scheme)
def test_what_is_no_number_at_all_is_refused(scheme: Scheme, typed: str) -> None:
    with pytest.raises(BadInput):
        identifier(scheme, typed)


def issuer(rest: str, country: str = "BE") -> str:
    text = changed(
        'issuer = { name = "Dr Claire Dupont" }', f'issuer = {{ name = "Dr D", {rest} }}'
    )
    return text.replace('country = "BE"', f'country = "{country}"')


def test_the_file_gives_the_numbers_in_their_printed_form(tmp_path: Path) -> None:
    clinic = read(tmp_path, issuer('inami = "19910140004", bce = "0999010126", vat_exempt = true'))
    found = clinic.practitioners[0].issuer
    assert [str(one.value) for one in found.identifiers] == ["1-99101-40-004", "0999.010.126"]
    assert (found.country, found.vat_exempt) == ("BE", True)


@pytest.mark.parametrize(
    ("rest", "country", "told"),
    [
        (
            'inami = "1-99101-41-004"',
            "BE",
            "practitioners.issuer.inami is '1-99101-41-004': 11 digits such as 1-23456-25-004, "
            "the 7th and 8th being the check",
        ),
        ('rpps = "10003456781"', "FR", "practitioners.issuer.rpps is '10003456781': 11 digits,"),
        ('siret = "1"', "FR", "practitioners.issuer.siret is '1': 14 digits,"),
        ("bce = 999010126", "BE", "practitioners.issuer.bce is 999010126: a text in quotes"),
        ("rppss = 1", "FR", "practitioners.issuer.rppss is not a key of this table: did you mean"),
        ("vat_exempt = true", "LU", "practitioners.issuer.vat_exempt is true: words are known for"),
        (
            'vat_exempt = true, tax_note = "x"',
            "BE",
            "practitioners.issuer.vat_exempt is true beside a tax_note: say one of the two",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, rest: str, country: str, told: str
) -> None:
    (problem,) = problems(tmp_path, issuer(rest, country))
    assert problem.startswith(f"line 20: {told}")
