"""What the machines share: how long they run, everything that is kept, and saying things twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings

from teleconsult_core import refusals
from teleconsult_core.appointments import Appointment
from teleconsult_core.holds import CardHold
from teleconsult_core.times import Interval
from world import ANN, BOB, DR, World

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVER = Interval(LONG_AGO, datetime(2040, 1, 1, tzinfo=UTC))
ALL = 1_000_000

_TIMES = int(os.environ.get("TELECONSULT_MACHINES", "1"))
"""How many times as many examples as in a normal run."""

REFUSALS = tuple(one for one in vars(refusals).values() if isinstance(one, type))


def running(examples: int = 40, steps: int = 30) -> settings:
    """How long a machine runs; whether it always runs alike is the profile's choice (CI: yes)."""
    return settings(
        max_examples=examples * _TIMES,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def appointments(world: World) -> dict[str, Appointment]:
    with world.store.open_work(writing=False) as work:
        return {one.terms.id: one for one in work.appointments.starting(DR, EVER)}


def holds(world: World) -> list[CardHold]:
    with world.store.open_work(writing=False) as work:
        return list(work.holds.placed_since(LONG_AGO))


def everything(world: World) -> dict[str, Any]:
    """All that is kept, by kind; equal when nothing has changed."""
    with world.store.open_work(writing=False) as work:
        kept = list(work.appointments.starting(DR, EVER))
        ids = [one.terms.id for one in kept]
        placed = list(work.holds.placed_since(LONG_AGO))
        return {
            "appointments": kept,
            "holds": placed,
            "operations": [list(work.operations.of(hold.id)) for hold in placed],
            "consents": [list(work.consents.of(id)) for id in ids],
            "attendance": [list(work.attendance.of(id)) for id in ids],
            "links": [list(work.links.of(id)) for id in ids],
            "ratings": [work.ratings.get(id) for id in ids],
            "messages": list(work.outbox.recent(ALL)),
            "ledger": list(work.ledger.every()),
            "receipts": [list(work.receipts.of_patient(one.id)) for one in (ANN, BOB)],
            "documents": [
                [(printed, printed.content) for printed in work.receipts.documents_of(one.id)]
                for one in (ANN, BOB)
            ],
            "patients": [work.patients.get(one.id) for one in (ANN, BOB)],
            "waiting": [list(work.waiting_list.of_patient(one.id)) for one in (ANN, BOB)],
            "audit": list(work.audit.recent(ALL)),
        }


def twice(world: World, command: Callable[[], Any]) -> Any:
    """Say it, say it again: the same answer, nothing changed; a refusal changes nothing at all."""
    at_first = everything(world)
    answer = command()
    after = everything(world)
    if isinstance(answer, REFUSALS) and not isinstance(answer, refusals.CardDeclined):
        assert after == at_first, f"{answer} changed something"
    assert command() == answer, "said twice, another answer"
    assert everything(world) == after, "said twice, it changed something"
    return answer


def let_pass(world: World, minutes: int) -> None:
    world.clock.forward(timedelta(minutes=minutes))
