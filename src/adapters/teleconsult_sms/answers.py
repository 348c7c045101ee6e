"""What BulkSMS says, read with care: it may say anything. May import the core's words.

Source: BulkSMS JSON REST API, version 1 (https://www.bulksms.com/developer/json/v1/).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from teleconsult_core.messages import Delivery

_DELIVERY = {"DELIVERED": Delivery.DELIVERED, "FAILED": Delivery.FAILED}
_WHY = {
    "EXPIRED": "the phone could not be reached in time",
    "HANDSET_ERROR": "the phone could not take it",
    "BLOCKED": "the number asked not to be written to",
    "NOT_SENT": "no way to this number",
}


@frozen
class Told:
    """One message as BulkSMS tells of it; `ref` is what we called it, empty when it says none.

    It does not say when: the date it names is that of the submission.
    """

    ref: str
    state: str
    why: str = ""

    @property
    def delivery(self) -> Delivery:
        return _DELIVERY.get(self.state, Delivery.UNKNOWN)


def read_messages(body: bytes) -> list[Told] | None:
    """A list of messages; None when it is none."""
    try:
        found = json.loads(body)
    except ValueError:  # neither JSON nor UTF-8
        return None
    except RecursionError:
        return None
    return list(_each(found)) if isinstance(found, list) else None


def _each(found: list[Any]) -> Iterator[Told]:
    for one in found:
        status = one.get("status") if isinstance(one, dict) else None
        if isinstance(status, dict):
            subtype = _text(status.get("subtype"))
            state = _text(status.get("type"))
            failed = state == "FAILED"
            why = _WHY.get(subtype, "the gateway could not deliver it") if failed else ""
            yield Told(_text(one.get("userSuppliedId")), state, why)


def _text(value: Any) -> str:
    return value[:100] if isinstance(value, str) else ""


def credit_in(body: bytes) -> float | None:
    """What is left of the account's credits; None when it does not say."""
    try:
        balance = json.loads(body)["credits"]["balance"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return float(balance) if isinstance(balance, int | float) else None
