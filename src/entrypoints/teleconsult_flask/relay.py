"""The way around for two browsers that do not find each other: a TURN server of the clinic's own.

May import nothing of ours. Passes are made as coturn takes them with `use-auth-secret`
(draft-uberti-behave-turn-rest-00): the user's name says until when it is good, the password is an
HMAC of it. The name tells nobody whose call it is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from attrs import field, frozen


@frozen
class Relay:
    """A TURN server. `only` sends every call through it: then neither person learns the other's
    network address, and the media goes where the server stands."""

    urls: tuple[str, ...]
    """Such as "turn:turn.clinic.example:3478?transport=udp"; "turns:" for TLS."""
    secret: str = field(repr=False)
    """coturn's `static-auth-secret`."""
    only: bool = False

    def servers(self, who: str, until: datetime) -> list[dict[str, object]]:
        """As `RTCPeerConnection` takes them, with a pass for `who` that ends at `until`."""
        opaque = hmac.digest(self.secret.encode(), who.encode(), "sha256").hex()[:24]
        name = f"{int(until.timestamp())}:{opaque}"
        digest = hmac.digest(self.secret.encode(), name.encode(), hashlib.sha1)
        password = base64.b64encode(digest).decode()
        return [{"urls": list(self.urls), "username": name, "credential": password}]
