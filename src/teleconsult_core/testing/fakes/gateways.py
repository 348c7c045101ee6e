"""A phone and a mailbox that keep what was sent. May import ports.

Like the best of gateways they recognise a key: what is sent again under it arrives once, and is
told the first one's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import frozen

from teleconsult_core.gateways import Accepted, Letter, Letters, NotDelivered, Texts
from teleconsult_core.ports import PortTrouble
from teleconsult_core.testing.fakes.store import InTransaction, must_be_outside

Content = TypeVar("Content")


@frozen
class Sent(Generic[Content]):
    """One message as it arrived."""

    key: str
    to: str
    content: Content


class _Gateway(Generic[Content]):
    """What texts and letters share: arrivals by key, refusals by address, failures in line."""

    def __init__(self, store: InTransaction | None = None) -> None:
        self._store = store
        self._sent: dict[str, Sent[Content]] = {}
        self._names: dict[str, str] = {}
        self._by_address: dict[str, list[Content]] = {}
        self._refused: dict[str, str] = {}
        self._failures: list[bool] = []

    @property
    def sent(self) -> tuple[Sent[Content], ...]:
        """Everything that arrived, oldest first."""
        return tuple(self._sent.values())

    def sent_to(self, address: str) -> tuple[Content, ...]:
        return tuple(self._by_address.get(address, ()))

    def refuse(self, address: str, reason: str = "no such address") -> None:
        """From now on nothing can be delivered to `address`."""
        self._refused[address] = reason

    def fail_next(self, times: int = 1, *, unknown: bool = False) -> None:
        """The next `times` calls fail; with `unknown`, the message arrives all the same."""
        self._failures += [unknown] * times

    def _take(self, key: str, to: str, content: Content) -> Accepted | NotDelivered:
        must_be_outside(self._store, "a message gateway")
        unknown = self._failures.pop(0) if self._failures else None
        if unknown is False:
            raise PortTrouble("the gateway did not take the message")
        if to in self._refused:
            return NotDelivered(self._refused[to])
        if key not in self._sent:
            self._arrive(Sent(key, to, content))
        if unknown:
            raise PortTrouble("the gateway's answer was lost", unknown=True)
        return Accepted(self._names[key])

    def _arrive(self, one: Sent[Content]) -> None:
        self._sent[one.key] = one
        self._names[one.key] = f"message-{len(self._sent)}"
        self._by_address.setdefault(one.to, []).append(one.content)


class FakeTexts(_Gateway[str]):
    """A phone."""

    def send(self, *, key: str, to: str, text: str) -> Accepted | NotDelivered:
        return self._take(key, to, text)


class FakeLetters(_Gateway[Letter]):
    """A mailbox."""

    def send(self, *, key: str, to: str, letter: Letter) -> Accepted | NotDelivered:
        return self._take(key, to, letter)


if TYPE_CHECKING:
    _texts: type[Texts] = FakeTexts
    _letters: type[Letters] = FakeLetters
