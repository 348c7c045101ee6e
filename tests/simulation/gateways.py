"""The phone and the mailbox, harsher than any vendor, and what they say afterwards.

A gateway for texts knows a key again in one run and not in the next; mail never does. Some
numbers and addresses are refused for good, and some letters come back after they were taken.
"""

from __future__ import annotations

from collections.abc import Callable

from simulation.faults import Faults
from simulation.safety import Safety
from teleconsult_core.gateways import Accepted, Letter, NotDelivered
from teleconsult_core.messages import Delivery

NO_NUMBER, NO_MAILBOX = "a number that does not exist", "550 no such mailbox"
Report = Callable[[str, Delivery], None]


class Phone:
    """With `knows_keys`, what is sent again under a key arrives once."""

    def __init__(self, faults: Faults, safety: Safety, *, knows_keys: bool, harsh: bool) -> None:
        self._faults, self._safety = faults, safety
        self._knows_keys, self._harsh = knows_keys, harsh
        self.inbox: dict[str, list[str]] = {}
        self.report: Report = lambda key, delivery: None
        self._seen: set[str] = set()

    def send(self, *, key: str, to: str, text: str) -> Accepted | NotDelivered:
        self._safety.arrivals.goes(key)
        self._safety.post.rings(self._safety.arrivals.messages[key], text)
        return self._faults.call("texts.send", lambda: self._take(key, to, text))

    def _take(self, key: str, to: str, text: str) -> Accepted | NotDelivered:
        if self._harsh and refused(to):
            return NotDelivered(NO_NUMBER)
        if key not in self._seen or not self._knows_keys:
            self._seen.add(key)
            self.inbox.setdefault(to, []).append(text)
            self._safety.arrivals.arrived("sms", key, to, text)
            self.report(key, Delivery.DELIVERED)
        return Accepted(key)


class Mail:
    """What is sent twice arrives twice, under the same name."""

    def __init__(self, faults: Faults, safety: Safety, *, harsh: bool) -> None:
        self._faults, self._safety, self._harsh = faults, safety, harsh
        self.inbox: dict[str, list[str]] = {}
        self.report: Report = lambda key, delivery: None

    def send(self, *, key: str, to: str, letter: Letter) -> Accepted | NotDelivered:
        self._safety.arrivals.goes(key)
        return self._faults.call("letters.send", lambda: self._take(key, to, letter))

    def _take(self, key: str, to: str, letter: Letter) -> Accepted | NotDelivered:
        if self._harsh and refused(to):
            return NotDelivered(NO_MAILBOX)
        if self._harsh and comes_back(to):
            self.report(key, Delivery.FAILED)
            return Accepted(key)
        self.inbox.setdefault(to, []).append(letter.text)
        self._safety.arrivals.arrived("email", key, to, f"{letter.subject}\n{letter.text}")
        self._safety.post.arrived(key, to, letter)
        return Accepted(key)


def refused(to: str) -> bool:
    """Whether nothing ever arrives there, and the gateway knows it."""
    return _number(to) % 23 == 7


def comes_back(to: str) -> bool:
    """Whether a letter to this address is taken, and bounces afterwards."""
    return _number(to) % 19 == 5


def _number(to: str) -> int:
    """The patient's, by his phone number or address; -1 for practitioners and the practice."""
    figures = "".join(one for one in to.partition("@")[0] if one.isdigit())
    return int(figures) % 10_000_000 if figures and "dr-" not in to else -1
