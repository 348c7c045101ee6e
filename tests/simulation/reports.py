"""What gateways say of messages after they took them: receipts, and letters that came back.

Soon, late, twice, out of order, wrong at first, before we have noted that it was taken, or never.
They are brought again, a few times, until they are acknowledged.
"""

from __future__ import annotations

from datetime import timedelta

from simulation.timeline import Crash
from simulation.world import World
from teleconsult_core.messages import Delivery
from teleconsult_core.ports import PortTrouble
from teleconsult_core.refusals import NotFound

SAID_AFTER = tuple(timedelta(seconds=s) for s in (1, 20, 600, 7200, 86_400))
MANY = 5
"""One message in so many is reported on, or a season would be nothing but receipts."""


def reports_on_messages(world: World) -> None:
    """From now on."""
    world.phone.report = lambda key, delivery: _receipt(world, key, delivery)
    world.mail.report = lambda key, delivery: _goes_out(world, key, delivery)


def _receipt(world: World, key: str, delivery: Delivery) -> None:
    stream = f"receipt {key}"
    if world.choices.n(MANY, stream) != MANY - 1:
        return
    if world.choices.one_in(5, stream):  # the phone was off, and then it was not
        _goes_out(world, key, Delivery.FAILED)
        if world.choices.one_in(2, stream):
            return
    _goes_out(world, key, delivery)


def _goes_out(world: World, key: str, delivery: Delivery) -> None:
    stream = f"receipt {key}"
    wait = world.choices.pick(SAID_AFTER, stream)
    world.person(world.timeline.now + wait, brings, world, key, delivery)
    world.faults.struck["receipts", delivery.value] += 1
    if world.choices.one_in(4, stream):
        again = world.choices.pick(SAID_AFTER, stream)
        world.person(world.timeline.now + again, brings, world, key, delivery)
        world.faults.struck["receipts", "twice"] += 1


def brings(world: World, key: str, delivery: Delivery) -> None:
    """A gateway tells it until it is acknowledged, or it gives up."""
    desk, post = world.desk, world.safety.post
    for attempt in range(4):
        post.tried[key].add(delivery)
        answer = world.ask(
            f"receipt {key}",
            lambda now: desk.note_delivery(
                ref=key, delivery=delivery, why="no such mailbox", at=now, now=now
            ),
        )
        if not isinstance(answer, PortTrouble | Crash | NotFound):
            post.said[key].append((delivery, world.timeline.now))
            return
        world.timeline.pause(timedelta(minutes=5 * 12**attempt))
