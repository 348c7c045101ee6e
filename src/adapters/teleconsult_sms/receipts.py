"""Delivery receipts as BulkSMS posts them. May import answers.

They are not signed: the address to which they are posted holds a secret instead, and whoever
serves it compares that in constant time. Receipts come twice and in any order.
"""

from __future__ import annotations

from attrs import frozen

from teleconsult_core.messages import Delivery
from teleconsult_sms.answers import Told, read_messages

MOST_BYTES = 2**20


@frozen
class NotReceipts:
    """What was posted is no list of messages."""

    why: str


def read_receipts(body: bytes) -> tuple[Told, ...] | NotReceipts:
    """What is final of each message of ours; an empty list is how the address is tried."""
    if len(body) > MOST_BYTES:
        return NotReceipts(f"longer than {MOST_BYTES} bytes")
    found = read_messages(body)
    if found is None:
        return NotReceipts("not a list of messages in JSON")
    return tuple(one for one in found if one.ref and one.delivery is not Delivery.UNKNOWN)
