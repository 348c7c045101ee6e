"""Who is never written to, and what nobody's name can do to a message."""

from __future__ import annotations

import logging

import gsm0338
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.sms.bulksms_double import Books
from adapters.sms.twilio_double import ADDRESS, TOKEN, TwilioDouble
from teleconsult_core.gateways import Accepted, NotDelivered
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.sms import fits_gsm7, segments
from teleconsult_core.testing.fakes import FakeTexts
from teleconsult_sms import AppriseTexts, BulkSmsTexts, GuardedTexts

EVIL = (
    "a\r\nTo: +32900000000", "a\rb", "a\nb", "\u202egnirts", "a\x00b", "{{ 7*7 }}", "{F0##}",
    "\"}],[{\"to\":\"+32475550102\"", "&to=+32475550102", "a\u2028b",
)  # fmt: skip


@pytest.mark.parametrize(
    "number", ["+32475550101", "+33612345678", "+31612345678", "+447400123456", "+262692123456"]
)
def test_mobile_phones_of_europe_are_written_to(number: str) -> None:
    texts = FakeTexts()
    assert isinstance(GuardedTexts(texts).send(key="k", to=number, text="x"), Accepted)
    assert [one.to for one in texts.sent] == [number]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+3225550101", "a landline"),
        ("+3290012345", "a premium-rate number"),
        ("+33892123456", "a premium-rate number"),
        ("+3280012345", "a toll-free number"),
        ("+14155550101", "a number of US"),
        ("+79161234567", "a number of RU"),
        ("+882161234567", "no country"),
        ("+3247", "cannot exist"),
        ("112", "E.164"),
        ("0475550101", "E.164"),
        ("+32 475 55 01 01", "E.164"),
        ("+32475550101;ext=1", "E.164"),
        ("CLINIC", "E.164"),
        ("", "E.164"),
        ("+" + "9" * 40, "E.164"),
        ("+32475550101\n", "E.164"),
    ],
)
def test_others_are_not_and_the_reason_does_not_name_them(number: str, why: str) -> None:
    texts = FakeTexts()
    answer = GuardedTexts(texts).send(key="k", to=number, text="x")
    assert isinstance(answer, NotDelivered)
    assert why in answer.reason
    assert not number.strip() or number.strip() not in answer.reason
    assert not texts.sent


def test_a_clinic_names_its_countries() -> None:
    texts = FakeTexts()
    belgium = GuardedTexts(texts, {"BE"})
    assert isinstance(belgium.send(key="k", to="+33612345678", text="x"), NotDelivered)
    assert isinstance(belgium.send(key="k", to="+32475550101", text="x"), Accepted)
    for wrong in ({"XX"}, set(), {"be"}):
        with pytest.raises(PortMisused):
            GuardedTexts(texts, wrong)


@given(to=st.text(max_size=30))
def test_whatever_is_no_number_is_an_answer(to: str) -> None:
    answer = GuardedTexts(FakeTexts()).send(key="k", to=to, text="x")
    assert isinstance(answer, NotDelivered | Accepted)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(text=st.one_of(st.sampled_from(EVIL), st.text(min_size=1, max_size=300)))
def test_words_stay_words_and_go_to_one(texts: BulkSmsTexts, books: Books, text: str) -> None:
    before = len(books.taken)
    if any("\ud800" <= one <= "\udfff" for one in text):
        return
    answer = texts.send(key=f"k-{before}-{text}", to="+32475550101", text=text)
    assert isinstance(answer, Accepted)
    (taken,) = books.taken[before:]
    assert taken.to == "+32475550101"
    assert "FILLED IN" not in taken.body
    assert len(taken.body) == len(text)


def test_apprise_needs_a_place_for_the_number() -> None:
    for wrong in ("twilio://nothing", "unheard-of://{to}", "", "{to}", "json://{to}/{to}"):
        with pytest.raises(PortMisused) as misused:
            AppriseTexts(wrong)
        assert "nothing" not in str(misused.value)


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
def test_apprise_says_only_that_it_failed_and_no_number_is_in_a_log(
    twilio: TwilioDouble, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    texts, number = AppriseTexts(ADDRESS), "+32475550101"
    twilio.failing.append(status)
    with caplog.at_level(logging.DEBUG), pytest.raises(PortTrouble) as trouble:
        texts.send(key="k", to=number, text="hello")
    assert trouble.value.unknown
    told = caplog.text + str(trouble.value)
    assert number[4:] not in told
    assert TOKEN not in told


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(text=st.one_of(st.sampled_from(EVIL), st.text(min_size=1, max_size=200)))
def test_behind_apprise_too_words_go_to_one(twilio: TwilioDouble, text: str) -> None:
    if any("\ud800" <= one <= "\udfff" for one in text) or not text.strip():
        return
    before = len(twilio.taken)
    assert isinstance(AppriseTexts(ADDRESS).send(key="k", to="+32475550101", text=text), Accepted)
    (taken,) = twilio.taken[before:]
    assert taken[0] == "+32475550101"


def septets(character: str) -> int:
    """As another library counts; 0 where the alphabet lacks it."""
    try:
        return len(gsm0338.Codec().encode(character)[0])
    except UnicodeEncodeError:
        return 0


def test_segments_agree_with_the_alphabet_as_others_wrote_it_down() -> None:
    shift = "\x1b"  # begins a character of the extension, and is none
    for character in map(chr, (*range(1, 0x250), *range(0x370, 0x400), 0x20AC, 0x2019)):
        if character == shift:
            continue
        cost = septets(character)
        assert fits_gsm7(character) == (cost > 0), hex(ord(character))
        if cost:
            assert segments(character * (160 // cost)) == 1
            assert segments(character * (160 // cost + 1)) == 2
