"""A patient's calendar, as a program that keeps to RFC 5546 would keep it: tests look into it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import Factory, define

from teleconsult_core.gateways import Event, Letter, Method


@define
class Diary:
    """What stands in it, by `uid`. Of two messages about one event the later wins, however they
    arrive: the higher SEQUENCE, and of the same the younger DTSTAMP (RFC 5546, section 2.1.5)."""

    latest: dict[str, Event] = Factory(dict)

    def take(self, event: Event) -> None:
        known = self.latest.get(event.invitation.uid)
        if known is None or _age(known) <= _age(event):
            self.latest[event.invitation.uid] = event

    def read(self, letters: Iterable[Letter]) -> Diary:
        for letter in letters:
            if letter.event is not None:
                self.take(letter.event)
        return self

    @property
    def events(self) -> list[tuple[str, datetime, datetime, bool]]:
        """Name, start, end, and whether the patient has said that he comes."""
        standing = (one for one in self.latest.values() if one.invitation.method is Method.REQUEST)
        return sorted(
            (one.invitation.uid, one.start, one.end, one.invitation.confirmed) for one in standing
        )


def _age(event: Event) -> tuple[int, datetime]:
    return event.invitation.sequence, event.invitation.stamp
