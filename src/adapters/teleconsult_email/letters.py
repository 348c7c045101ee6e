"""E-mail by SMTP. May import every module of this package.

At least once: a server that takes a letter and then falls silent may have it, and SMTP knows no
keys. The repetition carries the same Message-ID, by which most readers show one.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from teleconsult_core.gateways import Accepted, Letter, Letters, NotDelivered
from teleconsult_core.ports import PortMisused
from teleconsult_email.addresses import on_its_way
from teleconsult_email.handing import Envelope, hand_over
from teleconsult_email.pool import Pool
from teleconsult_email.refs import ref_of
from teleconsult_email.settings import SmtpSettings
from teleconsult_email.trouble import refused, spoken
from teleconsult_email.writing import WriteEvent, written


def _now() -> datetime:
    return datetime.now(UTC)


class SmtpLetters:
    """`ports.Letters` on one mail server; any number of threads may send.

    `write_event` makes the calendar part. `tls_context` replaces the system's authorities, `clock`
    gives the letters' date. Connections stay open between letters until `close`.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        write_event: WriteEvent,
        *,
        tls_context: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._settings, self._write_event, self._clock = settings, write_event, clock
        self._pool = Pool(settings, tls_context or ssl.create_default_context())

    def send(self, *, key: str, to: str, letter: Letter) -> Accepted | NotDelivered:
        """The ref of what is accepted is `ref_of(key, settings.domain)`.

        Raises `PortTrouble` for what may be otherwise later, unknown where the server may have
        the letter, and `PortMisused` for what somebody must mend.
        """
        if not key:
            raise PortMisused("a letter needs a key")
        recipient = on_its_way(to)
        if recipient is None:
            return NotDelivered("not an address")
        ref = ref_of(key, self._settings.domain)
        content = written(
            letter,
            settings=self._settings,
            ref=ref,
            to=recipient,
            now=self._clock(),
            events=self._write_event,
        )
        envelope = Envelope(self._settings.envelope_sender, recipient, ref)
        with self._pool.wire(self._by()) as wire:
            return hand_over(wire, self._pool.server, envelope, content)

    def check(self) -> str:
        """A sentence for whoever looks after the installation; sends nothing.

        Raises `PortTrouble` and `PortMisused` as `send` does.
        """
        with self._pool.wire(self._by()) as wire:
            with spoken(self._pool.server):
                code, said = wire.noop()
            if code != 250:
                raise refused(self._pool.server, "takes no letters from us now", code, said)
            way = f"over {wire.tls_version}" if wire.tls_version else "in the clear"
        who = "signed in" if self._settings.user else "not signed in"
        return f"{self._pool.server} answers {way}, {who}"

    def close(self) -> None:
        """Ends the idle connections; a letter in hand is finished first."""
        self._pool.close()

    def _by(self) -> float:
        return monotonic() + self._settings.budget


if TYPE_CHECKING:
    _conforms: type[Letters] = SmtpLetters
