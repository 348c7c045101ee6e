"""Availability kept in memory: one bit per slot of the grid, and the soonest free slot of many.

May import availability, grid, schedules, slots, times. For those who are asked far more often than
they book: a profile page, a search over a whole directory. What is kept here always equals what
`availability.free_starts` would answer; a law in the tests holds it to that.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property, lru_cache
from itertools import compress

from attrs import evolve, frozen

from teleconsult_core.availability import Minutes
from teleconsult_core.grid import starts_between
from teleconsult_core.ids import PractitionerId
from teleconsult_core.schedules import Schedule, VisitType
from teleconsult_core.slots import Mode
from teleconsult_core.times import from_minutes

_BITS = bytes.maketrans(b"01", b"\x00\x01")
_NEVER = 2**62
_PIECE = 64
"""Slots per kept piece of text; about three days."""
_ANYONE = PractitionerId("anyone")


@frozen(eq=False)
class Grid:
    """The starts of one schedule, mode and duration; shared by every practitioner who has it."""

    starts: tuple[int, ...]
    duration: int
    blocked: int
    """Minutes a visit takes with the buffer after it."""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The starts as JSON strings, made when first asked for: a search never needs them."""
        return tuple(f'"{from_minutes(start):%Y-%m-%dT%H:%M:%SZ}"' for start in self.starts)

    def places(self, first: int, last: int) -> Minutes:
        """From which slot up to which the grid starts within [first, last]."""
        low = bisect_left(self.starts, first)
        return low, bisect_right(self.starts, last, low)

    def bits(self, busy: Iterable[Minutes], span: int) -> int:
        """The slots whose [start, start + span) meets a busy stretch, one bit each."""
        mask = 0
        for begin, end in busy:
            low = bisect_right(self.starts, begin - span)
            high = bisect_left(self.starts, end, low)
            mask |= (1 << high) - (1 << low)
        return mask


@lru_cache(maxsize=512)
def _grid(schedule: Schedule, mode: Mode, lasts: Minutes, first: int, last: int) -> Grid:
    duration, blocked = lasts
    return Grid(tuple(starts_between(schedule, mode, duration, first, last)), duration, blocked)


@frozen(eq=False)
class KeptSlots:
    """The free slots of one practitioner in one mode, within [first, last] of its grid.

    Notice and horizon move with the clock, so they are asked with the question: give the first
    and last minute that may be answered.
    """

    grid: Grid
    free: int

    @classmethod
    def of(
        cls,
        schedule: Schedule,
        visit_type: VisitType,
        mode: Mode,
        within: Minutes,
        *,
        taken: Iterable[Minutes],
        unavailable: Iterable[Minutes],
    ) -> KeptSlots:
        """Built from what is stored. Raises `KeyError` for a mode that is not offered."""
        duration = visit_type.offers[mode].duration
        lasts = (duration, duration + visit_type.buffer_after)
        # Whose schedule it is makes no difference to its grid, so equal hours share one.
        anyones = evolve(schedule, practitioner=_ANYONE, edited=frozenset())
        grid = _grid(anyones, mode, lasts, *within)
        every = (1 << len(grid.starts)) - 1
        busy = grid.bits(taken, grid.blocked) | grid.bits(unavailable, grid.duration)
        return cls(grid, every & ~busy)

    def block(
        self, *, taken: Iterable[Minutes] = (), unavailable: Iterable[Minutes] = ()
    ) -> KeptSlots:
        """After a booking, or an unavailability in this mode."""
        grid = self.grid
        busy = grid.bits(taken, grid.blocked) | grid.bits(unavailable, grid.duration)
        return evolve(self, free=self.free & ~busy)

    def release(
        self, freed: Minutes, *, taken: Iterable[Minutes], unavailable: Iterable[Minutes]
    ) -> KeptSlots:
        """After `freed` was given back.

        `taken` and `unavailable` are what remains: all of it, or at least all that lies within a
        visit and its buffer of `freed`; what merely overlaps `freed` itself is not enough.
        """
        grid = self.grid
        opened = grid.bits([freed], grid.blocked)
        still = grid.bits(taken, grid.blocked) | grid.bits(unavailable, grid.duration)
        return evolve(self, free=self.free | (opened & ~still))

    def between(self, first: int, last: int) -> list[int]:
        """The free starts in [first, last], in minutes, sorted."""
        low, high = self.grid.places(first, last)
        flags = _flags((self.free >> low) & ((1 << high - low) - 1), high - low)
        return list(compress(self.grid.starts[low:high], flags))

    def as_json(self, first: int, last: int) -> str:
        """The same as a JSON array of UTC instants."""
        return f"[{self.text(*self.grid.places(first, last))}]"

    def text(self, low: int, high: int) -> str:
        """The free starts of the slots from `low` up to `high` of the grid, as JSON strings."""
        width = max(0, high - low)
        bits = (self.free >> low) & ((1 << width) - 1)
        return ",".join(compress(self.grid.texts[low:high], _flags(bits, width)))

    def first_from(self, first: int) -> int | None:
        """The soonest free start at or after `first`."""
        low = bisect_left(self.grid.starts, first)
        rest = self.free >> low
        return self.grid.starts[low + (rest & -rest).bit_length() - 1] if rest else None


class KeptPage:
    """The free slots of one practitioner as JSON text, kept in pieces of the grid.

    A booking touches one piece or two; a page asked for in between is joined from what is there.
    """

    def __init__(self, kept: KeptSlots) -> None:
        self._kept = kept
        pieces = range(0, len(kept.grid.starts), _PIECE)
        self._pieces = [kept.text(low, low + _PIECE) for low in pieces]

    def update(self, kept: KeptSlots) -> None:
        """After `kept` was blocked or released; it must be of the same grid."""
        changed, self._kept = self._kept.free ^ kept.free, kept
        while changed:
            piece = ((changed & -changed).bit_length() - 1) // _PIECE
            low = piece * _PIECE
            self._pieces[piece] = kept.text(low, low + _PIECE)
            changed &= -1 << (low + _PIECE)

    def as_json(self, first: int, last: int) -> str:
        """What `KeptSlots.as_json` gives, the same to the letter."""
        low, high = self._kept.grid.places(first, last)
        begin, end = -(-low // _PIECE), high // _PIECE
        if begin >= end:
            return f"[{self._kept.text(low, high)}]"
        head = self._kept.text(low, begin * _PIECE)
        tail = self._kept.text(end * _PIECE, high)
        return f"[{','.join(filter(None, (head, *self._pieces[begin:end], tail)))}]"


def _flags(bits: int, width: int) -> bytes:
    """One byte per slot, 1 where it is free."""
    return f"{bits:0{width}b}"[::-1].encode().translate(_BITS) if width else b""


class FirstFree:
    """Who of many practitioners is free soonest, in one mode and visit.

    Keeps each one's bits and soonest start. Time only goes forward here: `first`, the soonest
    minute that may be answered, is never before that of an earlier call.
    """

    def __init__(self, kept: Iterable[KeptSlots], first: int) -> None:
        self._grids: list[Grid] = []
        self._free: list[int] = []
        self._soonest = array("q")
        for one in kept:
            self._grids.append(one.grid)
            self._free.append(one.free)
            self._soonest.append(self._look(len(self._soonest), first))

    def update(self, place: int, kept: KeptSlots, first: int) -> None:
        """The practitioner at `place` was booked, freed, or is new to the day."""
        self._grids[place], self._free[place] = kept.grid, kept.free
        self._soonest[place] = self._look(place, first)

    def soonest(self, first: int) -> tuple[int, int] | None:
        """The soonest start at or after `first`, and whose it is; None when nobody is free."""
        start = min(self._soonest, default=_NEVER)
        if start < first:
            self._pass_over(first)
            start = min(self._soonest)
        return None if start == _NEVER else (start, self._soonest.index(start))

    def size(self, place: int) -> int:
        """Bytes kept for the practitioner at `place`; grids are shared and not counted."""
        return self._free[place].__sizeof__() + 3 * 8

    def _pass_over(self, first: int) -> None:
        """Every start that has passed gives way to that practitioner's next one."""
        for place, start in enumerate(self._soonest):
            if start < first:
                self._soonest[place] = self._look(place, first)

    def _look(self, place: int, first: int) -> int:
        start = KeptSlots(self._grids[place], self._free[place]).first_from(first)
        return _NEVER if start is None else start
