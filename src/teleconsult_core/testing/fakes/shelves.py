"""What is committed: facts by kind and key, and the indexes that queries ask for. Imports attrs.

Facts are frozen values; a commit puts them here in place. An index is built when it is first asked
for and kept from then on, so that a query costs by the size of its answer and a store that nobody
asks pays nothing. `None` in the place of a fact stands for one that is not there.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from operator import attrgetter
from typing import Any, Generic, TypeVar

from attrs import frozen

K = TypeVar("K")
V = TypeVar("V")

Placed = tuple[Any, K]
"""A key after its place in an order; what is placed alike follows by key."""


INSTANT = timedelta.resolution
"""The smallest step of time; turns "up to and with" into "before"."""


@frozen(eq=False)
class Kind(Generic[K, V]):
    """What is kept under one name: facts of the same type by their key."""

    name: str


@frozen(eq=False)
class Grouping(Generic[V]):
    """An index of facts by a value they share; `of` gives None for what is in no group."""

    of: Callable[[V], Hashable | None]


@frozen(eq=False)
class Ordering(Generic[V]):
    """An index of facts in an order; `of` gives the group and the place in it, or None."""

    of: Callable[[V], tuple[Hashable, Any] | None]


BY_APPOINTMENT: Grouping[Any] = Grouping(attrgetter("appointment"))
"""What belongs to an appointment, whatever its kind."""


class Rows(Generic[K, V]):
    """Everything of one kind."""

    def __init__(self) -> None:
        self.values: dict[K, V] = {}
        self.numbers = count(1)
        """Never given twice, for facts that are kept in the order of writing."""
        self._groups: dict[Grouping[V], dict[Hashable, dict[K, None]]] = {}
        self._orders: dict[Ordering[V], dict[Hashable, list[Placed[K]]]] = {}

    def group(self, by: Grouping[V], wanted: Hashable) -> Mapping[K, None]:
        """The keys of a group, in the order of writing."""
        groups = self._groups.get(by)
        if groups is None:
            groups = self._groups[by] = {}
            for key, value in self.values.items():
                _regroup(groups, key, None, by.of(value))
        return groups.get(wanted) or {}

    def order(self, by: Ordering[V], group: Hashable) -> Sequence[Placed[K]]:
        """The keys of a group after their places, sorted."""
        orders = self._orders.get(by)
        if orders is None:
            orders = self._orders[by] = {}
            for key, value in self.values.items():
                _reorder(orders, key, None, by.of(value))
        return orders.get(group) or ()

    def put(self, key: K, value: V | None) -> None:
        """Write, replace or (None) remove."""
        old = self.values.get(key)
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value
        for by, groups in self._groups.items():
            was = None if old is None else by.of(old)
            now = None if value is None else by.of(value)
            if was != now:
                _regroup(groups, key, was, now)
        for order, orders in self._orders.items():
            at = None if old is None else order.of(old)
            to = None if value is None else order.of(value)
            if at != to:
                _reorder(orders, key, at, to)


def _regroup(
    groups: dict[Hashable, dict[K, None]], key: K, old: Hashable | None, new: Hashable | None
) -> None:
    if old is not None:
        left = groups[old]
        del left[key]
        if not left:
            del groups[old]
    if new is not None:
        groups.setdefault(new, {})[key] = None


def _reorder(
    orders: dict[Hashable, list[Placed[K]]],
    key: K,
    old: tuple[Hashable, Any] | None,
    new: tuple[Hashable, Any] | None,
) -> None:
    if old is not None:
        group, place = old
        order = orders[group]
        del order[bisect_left(order, (place, key))]
    if new is not None:
        group, place = new
        insort(orders.setdefault(group, []), (place, key))
