"""All parts of a sandbox in one directory, for its owner alone. May import every part."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import frozen

from teleconsult_core.ports import PortTrouble
from teleconsult_sandbox.clock import Clock, SandboxClock
from teleconsult_sandbox.mailbox import SandboxMailbox
from teleconsult_sandbox.network import SandboxCardNetwork
from teleconsult_sandbox.payouts import SandboxPayouts
from teleconsult_sandbox.phone import SandboxPhone
from teleconsult_sandbox.rooms import SandboxRooms

# Each part has its own file: none waits for another, and a clock is read inside a transaction.
_FILES = ("clock.sqlite3", "cards.sqlite3", "phone.sqlite3", "mailbox.sqlite3", "rooms.sqlite3")


@frozen
class Sandbox:
    directory: Path
    clock: SandboxClock
    cards: SandboxCardNetwork
    payouts: SandboxPayouts
    phone: SandboxPhone
    mailbox: SandboxMailbox
    rooms: SandboxRooms

    @classmethod
    def open(cls, directory: str | os.PathLike[str], *, clock: Clock | None = None) -> Sandbox:
        """The sandbox in `directory`, begun when there is none. Several processes may open it.

        Its parts go by `clock` where one is given, instead of the sandbox's own. The directory is
        made for its owner alone (0700), and so is every file (0600), whatever the umask says.
        Raises `PortTrouble` when it cannot be made or used.
        """
        place = Path(directory)
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.chmod(0o700)
        except OSError as error:
            raise PortTrouble(f"the sandbox {place} cannot be used: {error}") from error
        own = SandboxClock(place / _FILES[0])
        cards, phone, mailbox, rooms = (place / name for name in _FILES[1:])
        going_by = clock or own
        network = SandboxCardNetwork(cards, going_by)
        return cls(
            directory=place,
            clock=own,
            cards=network,
            payouts=SandboxPayouts(network),
            phone=SandboxPhone(phone, going_by),
            mailbox=SandboxMailbox(mailbox, going_by),
            rooms=SandboxRooms(rooms, going_by),
        )

    def close(self) -> None:
        """Let go of every file; the next use opens it again."""
        self.clock.close()
        self.cards.close()
        self.phone.close()
        self.mailbox.close()
        self.rooms.disconnect()
