"""Text messages through any gateway that Apprise knows, about thirty. May import apprise.

Where a clinic has a contract already. Apprise says only whether it worked, not why not: whatever
failed is tried again, though it may have arrived; gateways behind it know no key of ours, and give
no receipts to us.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

import apprise

from teleconsult_core.gateways import Accepted, NotDelivered, Texts
from teleconsult_core.ports import PortMisused, PortTrouble

PLACE = "{to}"


class AppriseTexts:
    """`ports.Texts` by one Apprise address, in which `{to}` stands for the number.

    `twilio://SID:TOKEN@+32460200000/{to}`: the address holds the secret, and is never shown.
    """

    def __init__(self, address: str) -> None:
        if address.count(PLACE) != 1 or not _known(address, "+32475550101"):
            raise PortMisused(f"no Apprise address of a gateway with {PLACE} for the number")
        self._address = address
        # It writes numbers and addresses into its log.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)

    def send(self, *, key: str, to: str, text: str) -> Accepted | NotDelivered:
        if not key or not text:
            raise PortMisused("a text needs a key and words")
        gateway = apprise.Apprise()
        if not gateway.add(_filled(self._address, to)):
            return NotDelivered("not a number this gateway takes")
        try:
            sent = gateway.notify(body=text, body_format=apprise.NotifyFormat.TEXT)
        except Exception as trouble:  # whatever a plug-in stumbles over
            told = f"the gateway failed: {type(trouble).__name__}"
            raise PortTrouble(told, unknown=True) from None
        if not sent:
            raise PortTrouble("the gateway did not say that it took the message", unknown=True)
        return Accepted(hashlib.sha256(key.encode()).hexdigest()[:20])


def _filled(address: str, to: str) -> str:
    return address.replace(PLACE, quote(to, safe=""))


def _known(address: str, to: str) -> bool:
    return bool(apprise.Apprise().add(_filled(address, to)))


if TYPE_CHECKING:
    _conforms: type[Texts] = AppriseTexts
