"""Golden stories of what comes after a consultation: refunds, disputes, and both at once.

Importing this fills `golden.STORIES`.
"""

from __future__ import annotations

from datetime import timedelta

from simulation.golden import FEE, HALF, Story, story
from teleconsult_core.testing.fakes import Failure


@story
def refunded_whole(s: Story) -> None:
    s.books()
    s.meets()
    s.costs(FEE)
    s.wait(hours=2)
    s.refunds("r1", FEE)


@story
def refunded_in_two_parts(s: Story) -> None:
    s.books()
    s.meets()
    s.costs(FEE)
    s.wait(hours=2)
    s.refunds("r1", HALF)
    s.refunds("r2", HALF)


@story
def disputed_and_lost(s: Story) -> None:
    s.books()
    s.meets()
    s.costs(FEE)
    s.wait(hours=2)
    captured = s.world.safety.money.captures.get(s.a)
    if captured is not None:
        s.world.network.dispute(captured.ref)
        s.wait(hours=30)
        s.world.network.decide_dispute(captured.ref, won=False)


@story
def refunded_in_part_around_a_dispute_that_is_won(s: Story) -> None:
    """Before it, during it (which is refused), and after it: once the books were reconciled."""
    s.books()
    s.meets()
    s.costs(FEE)
    s.wait(hours=2)
    s.refunds("r1", HALF)
    s.wait(hours=30)
    captured = s.world.safety.money.captures.get(s.a)
    if captured is not None:
        s.world.network.dispute(captured.ref)
        s.wait(hours=30)
        s.refunds("r2", HALF)
        s.wait(hours=30)
        s.world.network.decide_dispute(captured.ref, won=True)
    s.wait(hours=100)
    s.refunds("r3", HALF)


@story
def refunded_in_part_then_disputed_and_lost(s: Story) -> None:
    s.books()
    s.meets()
    s.costs(FEE)
    s.wait(hours=2)
    s.refunds("r1", HALF)
    s.wait(hours=30)
    captured = s.world.safety.money.captures.get(s.a)
    if captured is not None:
        s.world.network.dispute(captured.ref)
        s.wait(hours=30)
        s.world.network.decide_dispute(captured.ref, won=False)


@story
def a_refund_whose_key_the_network_has_forgotten(s: Story) -> None:
    """It was made, answer and news were lost, and the worker was away for longer than keys live."""
    s.books()
    s.meets()
    s.costs(FEE)
    s.wait(hours=2)
    s.world.told = lambda news, ref: None
    s.world.network.fail_next("refund", Failure.AFTER)
    s.refunds("r1", HALF)
    for _ in range(120):
        if s.world.network.refunded().minor:
            break
        s.wait(seconds=15)
    s.world.workers[0].kill(timedelta(hours=30))


@story
def a_refund_meets_a_lost_dispute(s: Story) -> None:
    """The bank has decided, and nobody has heard of it yet."""
    s.books()
    s.meets()
    s.costs(FEE)
    s.wait(hours=2)
    captured = s.world.safety.money.captures.get(s.a)
    if captured is not None:
        s.world.network.dispute(captured.ref)
        s.world.network.decide_dispute(captured.ref, won=False)
    s.refunds("r1", FEE)
