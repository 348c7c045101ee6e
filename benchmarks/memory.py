"""A booking on the store in memory costs the same however much is kept.

What is done: the use case `book` with a card, `deliver_due_messages` with nothing due and `recover`
with nothing open. Beside it, how many whole appointments a second one core carries on the fakes:
booked, told about, joined by both, completed, charged.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from attrs import evolve, field, frozen
from figures import Row, microseconds, paired

from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId, CardToken, MessageId, OperationId
from teleconsult_core.payments import OperationState
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import NotFound
from teleconsult_core.slots import Mode, Slot
from teleconsult_core.stores import Work
from teleconsult_core.testing.builders import (
    BOOKED_AT,
    FEE,
    PATIENT,
    PRACTITIONER,
    START,
    VISIT_TYPE,
    a_completed,
    a_consent,
    a_consent_record,
    a_hold,
    a_message,
    a_patient,
    an_operation,
)
from teleconsult_core.testing.world import World, a_world
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.card_step import CardHeld
from teleconsult_core.use_cases.complete import Completed
from teleconsult_core.use_cases.join import Joined

FEW, MANY = 200, 20_000
BOOKINGS = 10
"""Per side and round; a round's figure is their median."""
WHOLE = 60
"""Appointments lived through from beginning to end, per round."""
HALF_HOUR = timedelta(minutes=30)


@frozen
class Clinic:
    """A world, and the times at which its practitioner can still be booked."""

    world: World
    starts: Iterator[datetime]
    numbers: Iterator[int] = field(factory=lambda: count(1))

    def book(self) -> CardHeld:
        booked = self.world.desk.book(
            id=AppointmentId(f"new-{next(self.numbers)}"),
            practitioner=PRACTITIONER,
            visit_type=VISIT_TYPE,
            mode=Mode.VIDEO,
            start=next(self.starts),
            patient=a_patient(),
            now=self.world.clock(),
            consent=a_consent(),
            card=CardToken("visa"),
        )
        assert isinstance(booked, CardHeld), booked
        return booked

    def work(self) -> None:
        """One round of the worker."""
        now = self.world.clock()
        self.world.desk.recover(now=now)
        self.world.desk.deliver_due_messages(now=now)

    def seconds_to_book(self) -> float:
        """Of one booking and one round of the worker that finds nothing more to do."""
        times = []
        for _ in range(BOOKINGS):
            begin = time.perf_counter()
            self.book()
            booked = time.perf_counter()
            self.work()  # what is due at once is not what is measured
            again = time.perf_counter()
            self.work()
            times.append(booked - begin + time.perf_counter() - again)
        return statistics.median(times)

    def live_through(self) -> None:
        """One appointment from its booking to its receipt, its messages at their times."""
        held = self.book()
        terms = held.appointment.terms
        for moment in (terms.start - timedelta(hours=1), terms.start):
            self.world.clock.to(max(moment, self.world.clock()))
            self.work()
        for role, who in ((Role.PRACTITIONER, PRACTITIONER), (Role.PATIENT, PATIENT)):
            came = self.world.desk.join(
                appointment=terms.id, by=Actor(role, who), device=role.value, now=terms.start
            )
            assert isinstance(came, Joined), came
        self.world.clock.to(terms.end)
        ended = self.world.desk.complete(
            appointment=terms.id,
            amount=FEE,
            by=Actor(Role.PRACTITIONER, PRACTITIONER),
            now=terms.end,
        )
        assert isinstance(ended, Completed), ended
        self.work()


def clinic(kept: int) -> Clinic:
    """A clinic whose past holds `kept` appointments, one every half hour."""
    world = a_world()
    for first in range(0, kept, 100):
        with world.store.open_work() as work:
            for number in range(first, min(first + 100, kept)):
                _keep(work, number)
            work.commit()
    offered = world.desk.offer_slots(
        practitioner=PRACTITIONER,
        visit_type=VISIT_TYPE,
        window=Interval(BOOKED_AT, BOOKED_AT + timedelta(days=80)),
        now=BOOKED_AT,
        modes=frozenset({Mode.VIDEO}),
    )
    assert not isinstance(offered, NotFound)
    return Clinic(world, iter(_apart(offered)))


def _keep(work: Work, number: int) -> None:
    id, start = AppointmentId(f"old-{number}"), START - timedelta(days=7) - number * HALF_HOUR
    end = start + timedelta(minutes=20)
    hold = a_hold(HoldState.RELEASED, appointment=id, ref=f"h-{number}")
    sent = a_message(appointment=id).sent(start, 1)
    work.appointments.put(a_completed(id=id, start=start, end=end, blocks_until=end))
    work.holds.put(hold)
    work.consents.put(a_consent_record(appointment=id))
    operation = an_operation(id=OperationId(f"{hold.id}:release:1"), hold=hold.id, appointment=id)
    work.operations.put(evolve(operation, state=OperationState.DONE))
    work.outbox.put(evolve(sent, id=MessageId(f"{id}:{n}")) for n in range(6))


def _apart(slots: tuple[Slot, ...]) -> Iterator[datetime]:
    """Starts that leave room for each other, the buffer included."""
    free_from = BOOKED_AT + HALF_HOUR
    for slot in slots:
        if slot.start >= free_from:
            yield slot.start
            free_from = slot.start + HALF_HOUR


def rows(rounds: int) -> Iterator[Row]:
    much, little = clinic(MANY), clinic(FEW)
    ratios, mine, theirs = paired(rounds, much.seconds_to_book, little.seconds_to_book)
    rate = statistics.median(_rate() for _ in range(3))
    note = (
        f"{microseconds(mine)} against {microseconds(theirs)}; one core carries {rate:,.0f} whole "
        "appointments a second: booked, told, joined twice, completed, paid"
    )
    yield Row(f"book and look for work in memory, {MANY:,} kept / {FEW}", 1.5, ratios, note=note)


def _rate() -> float:
    here = clinic(0)
    begin = time.perf_counter()
    for _ in range(WHOLE):
        here.live_through()
    return WHOLE / (time.perf_counter() - begin)
