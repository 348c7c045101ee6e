"""Those who beat at the same time are written down together, and each gets his own answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import PortTrouble
from teleconsult_core.refusals import SeatLost
from teleconsult_core.use_cases.keep_seat import Beat, Kept
from teleconsult_flask.beats import MOST, Beats

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
SHORT = 500
"""The epoch with which nobody is answered."""


def a_beat(epoch: int) -> Beat:
    return Beat(AppointmentId("a1"), Actor(Role.PATIENT, "ann"), epoch, NOW)


class Disk:
    """Whose first commit takes as long as it is told to."""

    def __init__(self, trouble: BaseException | None = None) -> None:
        self.trouble = trouble or PortTrouble("the disk is away")
        self.groups: list[list[int]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def keep_seats(self, *, beats: Sequence[Beat]) -> tuple[Kept, ...]:
        self.groups.append([one.epoch for one in beats])
        self.begun.set()
        assert self.go_on.wait(30)
        if any(one.epoch == 0 for one in beats):
            raise self.trouble
        if any(one.epoch == SHORT for one in beats):
            return ()
        return tuple(SeatLost(epoch=one.epoch) for one in beats)


def all_at_once(beats: Beats, disk: Disk, epochs: range) -> dict[int, object]:
    """One begins to be written; the others come meanwhile."""
    told: dict[int, object] = {}

    def keep(epoch: int) -> None:
        try:
            told[epoch] = beats.keep(a_beat(epoch))
        except BaseException as trouble:
            told[epoch] = trouble

    first = threading.Thread(target=keep, args=(999,), daemon=True)
    first.start()
    assert disk.begun.wait(30)
    others = [threading.Thread(target=keep, args=(epoch,), daemon=True) for epoch in epochs]
    for one in others:
        one.start()
    while len(beats._come) < len(epochs):
        pass
    disk.go_on.set()
    for one in [first, *others]:
        one.join(30)
    return told


def test_who_comes_during_a_commit_is_in_the_next_and_gets_his_own_answer() -> None:
    disk = Disk()
    told = all_at_once(Beats(disk.keep_seats), disk, range(1, 31))
    assert disk.groups[0] == [999]
    assert [sorted(group) for group in disk.groups[1:]] == [list(range(1, 31))]
    assert told == {epoch: SeatLost(epoch=epoch) for epoch in [999, *range(1, 31)]}


def test_no_commit_is_longer_than_others_can_wait_for() -> None:
    disk = Disk()
    all_at_once(Beats(disk.keep_seats), disk, range(1, MOST + 11))
    assert [len(group) for group in disk.groups] == [1, MOST, 10]


def test_trouble_is_told_to_each_of_them_and_to_nobody_after() -> None:
    disk = Disk()
    beats = Beats(disk.keep_seats)
    told = all_at_once(beats, disk, range(3))
    assert isinstance(told.pop(999), SeatLost)
    assert all(isinstance(one, PortTrouble) for one in told.values())
    assert len(told) == 3
    with pytest.raises(PortTrouble):
        beats.keep(a_beat(0))
    assert beats.keep(a_beat(5)) == SeatLost(epoch=5)


def test_a_thread_that_is_ended_while_it_writes_leaves_nobody_waiting() -> None:
    disk = Disk(SystemExit("the server ends this thread"))
    told = all_at_once(Beats(disk.keep_seats), disk, range(4))
    assert isinstance(told.pop(999), SeatLost)
    assert sorted(type(one).__name__ for one in told.values()) == ["PortTrouble"] * 3 + [
        "SystemExit"
    ]


def test_who_is_not_answered_is_told_so_and_does_not_ask_for_ever() -> None:
    disk = Disk()
    told = all_at_once(Beats(disk.keep_seats), disk, range(SHORT, SHORT + 3))
    assert isinstance(told.pop(999), SeatLost)
    assert [type(one) for one in told.values()] == [ValueError] * 3
