"""A device that keeps passkeys, as a program: it answers rightly, or falsely where it is told."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40
Answer = dict[str, Any]


class Device:
    """One passkey. `origin` and `rp_id` are what its browser sees; `uses` what it counts."""

    def __init__(self, origin: str = "https://localhost", rp_id: str = "localhost") -> None:
        self.origin, self.rp_id, self.uses = origin, rp_id, 0
        self.flags = PRESENT | VERIFIED
        self.id = b"credential of one device"
        self.handle = ""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, question: str) -> str:
        """The answer to what `navigator.credentials.create` is asked."""
        asked = json.loads(question)
        self.handle = asked["user"]["id"]
        point = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        of_key = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(key)
        data = self._said(self.flags | WITH_KEY) + of_key
        whole = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        seen = self._seen("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": text(seen), "attestationObject": text(whole)})

    def use(self, question: str, **changed: str) -> str:
        """The answer to what `navigator.credentials.get` is asked."""
        self.uses += 1
        seen = self._seen("webauthn.get", json.loads(question)["challenge"])
        data = self._said(self.flags)
        signature = self._key.sign(data + hashlib.sha256(seen).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": text(seen),
            "authenticatorData": text(data),
            "signature": text(signature),
            "userHandle": self.handle,
        }
        return self._answer({**response, **changed})

    def _said(self, flags: int) -> bytes:
        whom = hashlib.sha256(self.rp_id.encode()).digest()
        return whom + bytes([flags]) + self.uses.to_bytes(4)

    def _seen(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: Answer) -> str:
        id = text(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
