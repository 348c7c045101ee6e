"""What reaches people: each thing once, nothing stale, and nobody who was forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import define, field

from simulation.broken import Broken
from simulation.timeline import Task, current_task
from teleconsult_core.appointments import Appointment, Confirmed
from teleconsult_core.messages import Kind, Message
from teleconsult_core.people import ErasedPatient, Patient

CLOCKS = timedelta(minutes=2)
"""How wrong the clock of a process may be."""

A_ROUND = timedelta(minutes=5)
"""How long a worker goes by the time at which its round began."""
A_MOMENT = timedelta(seconds=30)
"""Between judging a message and handing it over."""

REMINDERS = {Kind.REMINDER, Kind.LAST_REMINDER, Kind.PRACTITIONER_LINK}


@define
class Arrivals:
    now: Callable[[], datetime]
    appointment: Callable[[str], Appointment | None]
    by_key: dict[str, list[Task | None]] = field(factory=lambda: defaultdict(list))
    """By message id: in the hands of which tasks it arrived."""
    messages: dict[str, Message] = field(factory=dict)
    changed_at: dict[str, datetime] = field(factory=dict)
    """When an appointment changed for the last time."""
    erased: dict[str, datetime] = field(factory=dict)
    """Names, numbers and addresses nobody may be told any more, and since when."""
    _patients: dict[str, Patient] = field(factory=dict)
    _said: dict[tuple[str, str], str] = field(factory=dict)

    def patient(self, new: Patient | ErasedPatient) -> None:
        if isinstance(new, Patient):
            self._patients[new.id] = new
            for word in (new.name, new.phone, new.email):  # he has come back by himself
                self.erased.pop(word, None)
            return
        old = self._patients.pop(new.id, None)
        if old is not None:
            for word in (old.name, old.phone, old.email):
                self.erased[word] = self.now()

    def goes(self, key: str) -> None:
        """A message is handed to its gateway: judged a moment ago, it must have been wanted."""
        message = self.messages.get(key)
        if message is None:
            raise Broken("messages", f"{key} goes, and nobody planned it")
        if self.now() >= message.useful_until + CLOCKS + A_ROUND:
            raise Broken("stale", f"{key} goes although it is of no use")
        if message.kind not in REMINDERS or message.appointment is None:
            return
        found = self.appointment(message.appointment)
        dead = not isinstance(found, Confirmed) or found.terms.sequence != message.sequence
        if dead and self.changed_at[message.appointment] < self.now() - A_MOMENT:
            raise Broken("dead reminder", f"{key} goes, and it is {found}")

    def arrived(self, channel: str, key: str, to: str, text: str) -> None:
        """A message reached somebody."""
        task = current_task()
        earlier = self.by_key[key]
        alone = task is None or task.befallen
        if not alone and not all(one is None or one.doomed or one.struck for one in earlier):
            raise Broken("sent twice", f"{key} arrived again, and nothing had gone wrong")
        earlier.append(task)
        if self._said.setdefault((to, text), key) != key and any(
            kind.value in key for kind in REMINDERS
        ):
            raise Broken("sent twice", f"{key} and {self._said[to, text]} say the same to {to}")
        if task is None:  # sent long ago; the gateway took its time
            return
        for word, erased_at in self.erased.items():
            if erased_at < task.began - CLOCKS and (word == to or word in text):
                raise Broken("erased", f"{key} still speaks of somebody who was erased")
