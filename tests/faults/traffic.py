"""Patients who book and cancel without a pause, each insisting until he is answered, and a worker.

What anybody was answered stands in `answers`; what went wrong on the way, in `troubles`.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

from attrs import Factory, define

from faults.day import DR, MONDAY, VISIT
from teleconsult_core.appointments import Confirmed
from teleconsult_core.consents import Consent
from teleconsult_core.ids import AppointmentId, CardToken, PatientId
from teleconsult_core.money import Money
from teleconsult_core.people import Patient, patient_actor
from teleconsult_core.ports import PortTrouble
from teleconsult_core.slots import Mode, Slot
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.card_step import BeingChecked, CardHeld
from teleconsult_wiring import App, one_round

FEE = Money(30_00, "EUR")
PATIENCE = 240.0
"""Seconds after which a person gives up who gets no answer: longer than anything is away."""
BACK_AGAIN = 60.0
"""Seconds within which people must be answered again, once everything is back."""


def patient(number: int) -> Patient:
    name = f"Patient {number}"
    return Patient(PatientId(f"p{number}"), name, "+32475123456", f"p{number}@p.example", "en")


@define
class Traffic:
    app: App
    answers: dict[AppointmentId, type] = Factory(dict)
    troubles: set[str] = Factory(set)
    broken: list[BaseException] = Factory(list)
    _over: threading.Event = Factory(threading.Event)

    @contextmanager
    def under_way(self, people: int = 4) -> Iterator[None]:
        """Traffic during the block; afterwards everybody has been answered."""
        slots, home = self._slots(), threading.Event()
        worker = self._thread(lambda: self._works(home))
        clients = [self._thread(lambda n=n: self._comes_and_goes(n, slots)) for n in range(people)]
        try:
            yield
        finally:
            self._over.set()
            for client in clients:
                client.join(2 * PATIENCE)
            home.set()
            worker.join(PATIENCE)
        assert not self.broken, self.broken
        assert not any(thread.is_alive() for thread in (worker, *clients))

    def a_crowd(self, people: int, slots: int) -> None:
        """So many at once, who each want one of `slots` times and no other."""
        wanted, line = self._slots()[::2][:slots], threading.Barrier(people)

        def client(number: int) -> None:
            line.wait(PATIENCE)
            self._wants(AppointmentId(f"{number}"), wanted[number % slots], patient(number))

        clients = [self._thread(lambda n=n: client(n)) for n in range(people)]
        for one in clients:
            one.join(2 * PATIENCE)
        assert not self.broken, self.broken

    def goes_on(self) -> None:
        """Wait until some more have been answered."""
        before, ends = len(self.answers), time.monotonic() + BACK_AGAIN
        while len(self.answers) < before + 10:
            assert time.monotonic() < ends, self.troubles
            time.sleep(0.01)

    def _slots(self) -> list[Slot]:
        # Days ahead, so that all may be cancelled for nothing.
        window = Interval(MONDAY + timedelta(days=7), MONDAY.replace(month=5))
        found = self.app.desk.offer_slots(
            practitioner=DR, visit_type=VISIT, window=window, now=self.app.now()
        )
        assert isinstance(found, tuple | list)
        return [slot for slot in found if Mode.VIDEO in slot.modes]

    def _thread(self, life: Callable[[], None]) -> threading.Thread:
        def live() -> None:
            try:
                life()
            except BaseException as problem:
                self.broken.append(problem)

        thread = threading.Thread(target=live)
        thread.start()
        return thread

    def _works(self, home: threading.Event) -> None:
        """Rounds; the clinic's clock goes on as long as they succeed, and with it every lease."""
        while not home.is_set():
            done = one_round(self.app)
            self.troubles |= set(done.troubles)
            if not done.failed:
                self.app.sandbox.clock.forward(timedelta(seconds=5))

    def _comes_and_goes(self, number: int, slots: list[Slot]) -> None:
        for booking in count():
            if self._over.is_set():
                return
            id, who = AppointmentId(f"{number}-{booking}"), patient(number)
            self._wants(id, random.choice(slots), who)
            if self.answers[id] is Confirmed and random.random() < 0.7:
                self.answers[id] = type(self._insists(lambda i=id, w=who: self._cancels(i, w)))

    def _wants(self, id: AppointmentId, slot: Slot, who: Patient) -> None:
        step = self._insists(lambda: self._books(id, slot, who))
        self.answers[id] = Confirmed if isinstance(step, CardHeld) else type(step)

    def _books(self, id: AppointmentId, slot: Slot, who: Patient) -> Any:
        return self.app.desk.book(
            id=id, practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO, start=slot.start,
            patient=who, consent=Consent(FEE, "2027-01", "en", "I agree.", MONDAY),
            card=CardToken("visa-ok"), now=self.app.now(),
        )  # fmt: skip

    def _cancels(self, id: AppointmentId, who: Patient) -> Any:
        by = patient_actor(who.id)
        return self.app.desk.cancel(appointment=id, by=by, now=self.app.now())

    def _insists(self, ask: Callable[[], Any]) -> Any:
        """Ask in the same words until there is an answer; only `PortTrouble` may come between."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            try:
                answer = ask()
            except PortTrouble as trouble:
                self.troubles.add(str(trouble))
            else:
                if not isinstance(answer, BeingChecked):
                    return answer
            time.sleep(0.02)
        raise AssertionError(f"nobody was answered for {PATIENCE} s: {self.troubles}")
