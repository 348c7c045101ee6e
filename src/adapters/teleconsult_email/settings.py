"""How letters leave: by which server, in whose name, and how long that may take. May import
addresses, the core's trouble.

A wrong setting is refused as soon as it is written down, not when the first patient waits.
"""

from __future__ import annotations

import ipaddress
from enum import StrEnum

from attrs import field, frozen

from teleconsult_core.ports import PortMisused
from teleconsult_email.addresses import on_its_way

_LONGEST_NAME = 100


class Security(StrEnum):
    """How the way to the server is kept from others."""

    STARTTLS = "starttls"
    """Begun in the clear and then encrypted, usually on port 587; refused without."""
    TLS = "tls"
    """Encrypted from the first byte, usually on port 465."""
    NONE = "none"
    """In the clear: only to a server on this machine."""


@frozen
class SmtpSettings:
    """One mail server and one sender. Raises `PortMisused` for what can never work.

    `sender` is who writes, and the organizer of every event; `bounces_to` gets what comes back,
    `reply_to` what patients answer: both are the sender where they are empty. Times are seconds:
    `budget` is how long one letter may take in all, whatever the server does meanwhile.
    """

    host: str
    sender: str
    security: Security = Security.STARTTLS
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    sender_name: str = ""
    reply_to: str = ""
    bounces_to: str = ""
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    budget: float = 60.0

    def __attrs_post_init__(self) -> None:
        if not self.host or not self.host.isascii() or not self.host.isprintable():
            raise PortMisused("the mail server's name is not one")
        if not 0 < self.port < 65536:
            raise PortMisused("the mail server's port is between 1 and 65535")
        if self.security is Security.NONE and not _here(self.host):
            raise PortMisused("without encryption only a mail server on this machine is spoken to")
        self._check_sign_in()
        self._check_people()
        if min(self.connect_timeout, self.read_timeout, self.budget) <= 0:
            raise PortMisused("the mail server must be given time to answer")

    def _check_sign_in(self) -> None:
        if bool(self.user) != bool(self.password):
            raise PortMisused("the mail server's user and password come together")
        if not (self.user + self.password).isascii():
            raise PortMisused("the mail server's user and password are ASCII")

    def _check_people(self) -> None:
        if not _plain(self.sender):
            raise PortMisused("the sender of letters is one plain e-mail address")
        if any(other and not _plain(other) for other in (self.reply_to, self.bounces_to)):
            raise PortMisused("where answers and bounces go is one plain e-mail address each")
        name = self.sender_name
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise PortMisused("the sender's name is one line of at most 100 characters")

    @property
    def domain(self) -> str:
        """The sender's, in ASCII: we greet in its name, and every Message-ID ends with it."""
        return (on_its_way(self.sender) or "").rpartition("@")[2]

    @property
    def envelope_sender(self) -> str:
        """Where a letter that cannot be delivered comes back to."""
        return on_its_way(self.bounces_to or self.sender) or ""


def _plain(address: str) -> bool:
    """Such as every server takes; patients may have others."""
    travels = on_its_way(address)
    return travels is not None and travels.isascii()


def _here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
