"""What a device is asked when a passkey is made or used, and whether its answer is one.

May import py_webauthn, the core. The site is named by `base_url` alone, never by a request: a
passkey that was made for it answers nowhere else. The user must have been verified by his device,
which makes of it two factors. No attestation is asked for: any make of device is welcome.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from attrs import field, frozen
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from teleconsult_core.ids import PasskeyId, StaffId
from teleconsult_core.passkeys import CHALLENGE_LIVES, Passkey
from teleconsult_core.sign_ins import StaffMember
from teleconsult_core.use_cases.keep_passkeys import NewKey

WAIT = int(CHALLENGE_LIVES.total_seconds() * 1000)
VERIFIED = UserVerificationRequirement.REQUIRED
LONGEST = 16 * 1024
"""Characters of an answer; real ones are a few thousand at most."""
ID = re.compile(r"[A-Za-z0-9_-]{1,1400}", re.ASCII)
PORTS = {"https": 443, "http": 80}


@frozen
class RelyingParty:
    """Whom passkeys are for: the host name, and the origin as a browser writes it."""

    base_url: str = field()

    @property
    def id(self) -> str:
        return (urlsplit(self.base_url).hostname or "").encode("idna").decode()

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        port = "" if parts.port in {None, PORTS.get(parts.scheme)} else f":{parts.port}"
        return f"{parts.scheme}://{self.id}{port}"


def to_make(
    site: RelyingParty, member: StaffMember, known: Iterable[Passkey], practice: str, challenge: str
) -> str:
    """What the browser is given to make a passkey, as JSON; none twice in one device."""
    options = generate_registration_options(
        rp_id=site.id,
        rp_name=practice,
        user_name=member.email,
        user_id=_handle(member.id),
        challenge=challenge.encode(),
        timeout=WAIT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in known
        ],
    )
    return options_to_json(options)


def made(site: RelyingParty, answer: str, challenge: str) -> Callable[[], NewKey | None]:
    """The new key in `answer`, when it is asked for; None if the answer is not to `challenge`."""

    def read() -> NewKey | None:
        try:
            found = verify_registration_response(
                credential=answer[:LONGEST],
                expected_challenge=challenge.encode(),
                expected_rp_id=site.id,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except Exception:  # whatever a parser stumbles over in bytes from outside is no answer
            return None
        id = PasskeyId(bytes_to_base64url(found.credential_id))
        return NewKey(id, bytes_to_base64url(found.credential_public_key), found.sign_count)

    return read


def to_sign_in(site: RelyingParty, challenge: str) -> str:
    """What the browser is given to sign in; it finds the passkeys of this site itself."""
    options = generate_authentication_options(
        rp_id=site.id, challenge=challenge.encode(), timeout=WAIT, user_verification=VERIFIED
    )
    return options_to_json(options)


def passkey_in(answer: str) -> PasskeyId:
    """Which passkey an answer says it is of; nothing is proved yet."""
    said = str(_read(answer).get("id", ""))
    return PasskeyId(said if ID.fullmatch(said) else "")


def uses_in(site: RelyingParty, answer: str, challenge: str) -> Callable[[Passkey], int | None]:
    """What the device counts, if `answer` is the passkey's to `challenge`; else None.

    Whether it counts backwards is the core's to say, under the lock of the passkey.
    """

    def read(passkey: Passkey) -> int | None:
        try:
            found = verify_authentication_response(
                credential=answer[:LONGEST],
                expected_challenge=challenge.encode(),
                expected_rp_id=site.id,
                expected_origin=site.origin,
                credential_public_key=base64url_to_bytes(passkey.public_key),
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except Exception:  # whatever a parser stumbles over in bytes from outside is no answer
            return None
        his = bytes_to_base64url(_handle(passkey.staff))
        same = _read(answer).get("response", {}).get("userHandle") in {None, his}
        return found.new_sign_count if same else None

    return read


def _handle(staff: StaffId) -> bytes:
    """What the device knows its owner by: always the same, and no name."""
    return hashlib.sha256(b"teleconsult staff " + staff.encode()).digest()


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer[:LONGEST])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
