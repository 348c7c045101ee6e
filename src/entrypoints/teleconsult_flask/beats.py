"""Many who say at the same time that they are still here are written down together.

    beats = Beats(desk.keep_seats)
    beats.keep(beat)

A commit that must survive a power cut takes some milliseconds of the disk, one after the other; two
hundred beats a second have no room for one each. Who comes while a commit is under way waits for
it, and the next one takes all who have come. May import the core.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from attrs import define

from teleconsult_core.ports import PortTrouble
from teleconsult_core.use_cases.keep_seat import Beat, Kept

MOST = 100
"""In one commit: nobody else writes meanwhile."""


class KeepSeats(Protocol):
    def __call__(self, *, beats: Sequence[Beat]) -> tuple[Kept, ...]: ...


@define(eq=False)
class _Waiting:
    beat: Beat
    answer: Callable[[], Kept] | None = None


class Beats:
    def __init__(self, keep_seats: KeepSeats) -> None:
        self._keep_seats = keep_seats
        self._mutex, self._turn = threading.Lock(), threading.Lock()
        self._come: list[_Waiting] = []

    def keep(self, beat: Beat) -> Kept:
        """As `keep_seat` says, and raising what it raises."""
        mine = _Waiting(beat)
        with self._mutex:
            self._come.append(mine)
        while mine.answer is None:
            with self._turn:
                if mine.answer is None:
                    self._write(self._those_who_came())
        return mine.answer()

    def _those_who_came(self) -> list[_Waiting]:
        with self._mutex:
            those, self._come = self._come[:MOST], self._come[MOST:]
        return those

    def _write(self, those: list[_Waiting]) -> None:
        try:
            kept = self._keep_seats(beats=[one.beat for one in those])
            answers = [_giving(room) for _, room in zip(those, kept, strict=True)]
        except Exception as trouble:  # it is everybody's: each of them raises it to his own
            answers = [_raising(trouble)] * len(those)
        except BaseException:  # this thread is ended; the others are not
            _answer(those, [_raising(PortTrouble("nobody wrote it down"))] * len(those))
            raise
        _answer(those, answers)


def _answer(those: Sequence[_Waiting], answers: Sequence[Callable[[], Kept]]) -> None:
    for one, answer in zip(those, answers, strict=True):
        one.answer = answer


def _giving(room: Kept) -> Callable[[], Kept]:
    return lambda: room


def _raising(trouble: Exception) -> Callable[[], Kept]:
    def answer() -> Kept:
        raise trouble

    return answer
