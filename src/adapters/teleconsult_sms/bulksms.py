"""Text messages by BulkSMS, which knows a repeated message by our key. May import wire, answers.

A submission carries a `deduplication-id`: repeated within about twelve hours it is not sent again,
and answered as it was the first time. That id has 31 bits, so two messages may share one now and
then; the answer then names the other message, and ours goes under another id.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from typing import TYPE_CHECKING, Any

from teleconsult_core.gateways import Accepted, NotDelivered, Texts
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.sms import fits_gsm7, segments
from teleconsult_sms.answers import Told, credit_in, read_messages
from teleconsult_sms.wire import Answer, Wire

ADDRESS = "https://api.bulksms.com/v1"
MOST_PARTS = 10
_SENDER = re.compile(r"[A-Za-z0-9 ]{1,11}|\+[1-9][0-9]{6,14}")
_TEMPLATE = re.compile(r"\{((?:F[0-9]+|fn|sn)#*)\}")
_OTHER_IDS = 5


def ref_of(key: str) -> str:
    """Our name for a message there, at most 20 characters; receipts carry it."""
    return b32encode(hashlib.sha256(key.encode()).digest())[:20].decode().lower()


class BulkSmsTexts:
    """`ports.Texts` through one account: a token's id and its secret.

    `sender` is an alphanumeric name of at most 11 characters or a number; the account's own where
    it is empty. Operators may replace it, so texts name the practice.
    """

    def __init__(
        self, token_id: str, token_secret: str, *, sender: str = "", address: str = ADDRESS
    ) -> None:
        if not token_id or not token_secret:
            raise PortMisused("BulkSMS needs a token's id and its secret")
        if sender and _SENDER.fullmatch(sender) is None:
            raise PortMisused(f"sender {sender}: at most 11 letters and digits, or a number")
        self._sender = sender
        self._wire = Wire(address.rstrip("/"), token_id, token_secret)

    def send(self, *, key: str, to: str, text: str) -> Accepted | NotDelivered:
        """The ref of what is accepted is `ref_of(key)`.

        Raises `PortTrouble`, unknown where the message may be on its way, and `PortMisused` for
        what somebody must mend: credentials, credit, the sender.
        """
        if not key or not text:
            raise PortMisused("a text needs a key and words")
        words = _TEMPLATE.sub(r"(\1)", text)  # there, braces are filled in from a phone book
        if segments(words) > MOST_PARTS:
            return NotDelivered(f"longer than {MOST_PARTS} parts")
        ref = ref_of(key)
        for attempt in range(_OTHER_IDS):
            told = self._submit(ref, _deduplication_id(key, attempt), to, words)
            if told.ref in {ref, ""}:
                return NotDelivered(told.why) if told.state == "FAILED" else Accepted(ref)
        raise PortTrouble("BulkSMS takes this message for others")

    def check(self) -> str:
        """A sentence for whoever looks after the installation; sends nothing."""
        answer = self._wire.ask("GET", "/profile", asked={})
        _must_be_taken(answer, 200)
        credit = credit_in(answer.body)
        if credit is None:
            raise PortTrouble("BulkSMS does not say how much credit is left")
        if credit <= 0:
            raise PortMisused("no credit is left at BulkSMS")
        return f"BulkSMS answers, {credit:.0f} credits are left"

    def close(self) -> None:
        self._wire.close()

    def _submit(self, ref: str, deduplication_id: int, to: str, words: str) -> Told:
        entry: dict[str, Any] = {
            "to": {"type": "INTERNATIONAL", "address": to},
            "body": words,
            "encoding": "TEXT" if fits_gsm7(words) else "UNICODE",
            "longMessageMaxParts": MOST_PARTS,
            "deliveryReports": "ALL",
            "userSuppliedId": ref,
        }
        if self._sender:
            entry["from"] = self._sender
        asked = {"deduplication-id": deduplication_id, "auto-unicode": "false"}
        answer = self._wire.ask("POST", "/messages", asked=asked, json=[entry])
        _must_be_taken(answer, 201)
        told = read_messages(answer.body)
        if not told or len(told) != 1:
            raise PortTrouble("BulkSMS does not say what it took", unknown=True)
        return told[0]


def _deduplication_id(key: str, attempt: int) -> int:
    digest = hashlib.sha256(f"{attempt}:{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


_MISUSED = {
    400: "BulkSMS does not understand what it is asked; is the sender allowed there?",
    401: "BulkSMS does not know the token, or its secret is another",
    403: "BulkSMS lets nothing go: is there credit left?",
    404: "BulkSMS is not at this address",
}


def _must_be_taken(answer: Answer, wanted: int) -> None:
    status = answer.status
    if status == wanted:
        return
    if status in _MISUSED:
        raise PortMisused(_MISUSED[status])
    if status == 429:
        raise PortTrouble("BulkSMS asks us to wait")
    if status >= 500 or 200 <= status < 300:
        raise PortTrouble(f"BulkSMS is in trouble ({status})", unknown=True)
    raise PortMisused(f"BulkSMS answers with {status}")


if TYPE_CHECKING:
    _conforms: type[Texts] = BulkSmsTexts
