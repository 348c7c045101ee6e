"""Receipts as they are posted; and garbage."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from adapters.sms.bulksms_double import Taken, told
from teleconsult_core.messages import Delivery
from teleconsult_sms import NotReceipts, read_receipts, ref_of

TAKEN = Taken("+32475550101", "Rappel", ref_of("k"), "", unicode=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def posted(*states: tuple[str, str]) -> bytes:
    return json.dumps([told(TAKEN, 1, *state) for state in states]).encode()


def test_what_is_final_is_read() -> None:
    found = read_receipts(
        posted(("SENT", ""), ("DELIVERED", ""), ("FAILED", "EXPIRED"), ("UNKNOWN", ""))
    )
    assert not isinstance(found, NotReceipts)
    assert [(one.ref, one.delivery) for one in found] == [
        (ref_of("k"), Delivery.DELIVERED),
        (ref_of("k"), Delivery.FAILED),
    ]
    assert [one.why for one in found] == ["", "the phone could not be reached in time"]


def test_an_empty_list_is_how_the_address_is_tried() -> None:
    assert read_receipts(b"[]") == ()


def test_a_reply_of_a_phone_is_no_receipt() -> None:
    reply = told(TAKEN, 1, "DELIVERED") | {"type": "RECEIVED", "userSuppliedId": None}
    assert read_receipts(json.dumps([reply]).encode()) == ()


@given(st.one_of(st.binary(), JSON.map(lambda value: json.dumps(value).encode())))
def test_garbage_is_told_or_passed_over(body: bytes) -> None:
    found = read_receipts(body)
    assert isinstance(found, NotReceipts) or not found


def test_what_is_too_long_is_not_read() -> None:
    assert isinstance(read_receipts(b"[" + b" " * 2**20 + b"]"), NotReceipts)
    assert isinstance(read_receipts(b"[" * 100_000), NotReceipts)
