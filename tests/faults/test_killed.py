"""`kill -9` at every named moment and at random ones: the next process goes on, nothing is lost.

At the end the clinic, the card network's books, the phone and the mailbox are as on a day on which
nobody was killed: every amount moved exactly once, every message arrived once.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable

from faults.conftest import LONG, Clinic, kill
from faults.judged import Account, account, messages_are_settled, money, must_hold

KILLED = -signal.SIGKILL
MONEY = ("cards.authorise", "cards.capture", "cards.release", "cards.refund")
KILLS = 200 if LONG else 6
Clinics = Callable[[], Clinic]


def judged(clinic: Clinic) -> Account:
    with clinic.opened() as app:
        must_hold(app)
        return account(app)


def test_killed_at_a_named_moment_it_is_as_if_nothing_had_happened(clinics: Clinics) -> None:
    undisturbed = clinics()
    assert undisturbed.lives() == 0
    expected, moments = judged(undisturbed), undisturbed.moments()
    assert [state for _, state, _ in expected.appointments] == ["completed", "no-show", "cancelled"]
    assert expected.network == ((0, 0, 0), (25_00, 0, 0), (30_00, 10_00, 0))
    assert len(moments) > 300
    for moment in moments if LONG else chosen(moments):
        clinic = clinics()
        assert clinic.lives(die_at=moment) == KILLED, moment
        assert clinic.lives() == 0, moment
        assert judged(clinic) == expected, moment


def chosen(moments: list[str]) -> list[str]:
    """When money has moved and nobody has written it down yet, and now and then."""
    moved = [one for one in moments if any(f"after {verb}" in one for verb in MONEY)]
    assert len(moved) == 7
    return moved + moments[::32]


def test_killed_at_any_time_with_a_worker_beside_it(clinics: Clinics) -> None:
    """Nobody chooses the moment, and the worker is a second process that is killed too."""
    undisturbed = clinics()
    began = time.monotonic()
    assert undisturbed.lives() == 0
    lasts, expected = time.monotonic() - began, judged(undisturbed)
    kills = 0
    while kills < KILLS:
        clinic = clinics()
        kills += struck_through_a_day(clinic, lasts)
        assert money(judged(clinic)) == money(expected)
        messages_are_settled(judged(clinic))


def struck_through_a_day(clinic: Clinic, lasts: float) -> int:
    """A day whose process and whose worker are killed now and then; how many were."""
    kills = 0
    for _ in range(8):
        day, worker = (clinic.warm.start(what, clinic.settings) for what in ("day", "worker"))
        time.sleep(random.uniform(0.02, lasts / 2))
        kill(worker)
        kill(day)
        ended = [clinic.warm.wait(one) for one in (worker, day)]
        kills += ended.count(KILLED)
        if ended[1] == 0:
            break
    assert clinic.lives() == 0
    return kills
