"""What is committed, by kind and key, with the indexes that queries ask for. May import the nouns.

An index is either a group (everything with the same value) or an order (everything in a range).
Facts are frozen values; a commit puts them here in place. Queries cost by the size of their
answer, so that a store can carry a simulation of many thousand appointments.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from teleconsult_core.appointments import BLOCKING, AwaitingConfirmation, Confirmed, Reserved
from teleconsult_core.holds import HoldState
from teleconsult_core.messages import MessageState
from teleconsult_core.payments import OperationState

GONE: Any = object()
"""Stands for a fact that was removed."""

Index = Callable[[Any], Any]
"""Gives the value under which a fact is found; None when it is not to be found there."""


@frozen
class Indexes:
    groups: Mapping[str, Index] = {}
    orders: Mapping[str, Index] = {}


def _by(name: str) -> Index:
    return lambda fact: getattr(fact, name)


def _when(wanted: Index, then: Index) -> Index:
    return lambda fact: then(fact) if wanted(fact) else None


_OF_APPOINTMENT: Mapping[str, Index] = {"appointment": _by("appointment")}
_WAITING_HOLDS = frozenset({HoldState.HELD, HoldState.AWAITING_PATIENT})

INDEXES: dict[str, Indexes] = {
    "appointments": Indexes(
        groups={"patient": lambda one: one.terms.patient},
        orders={
            "blocking": lambda one: (
                (one.terms.practitioner, one.terms.start) if isinstance(one, BLOCKING) else None
            ),
            "starts": lambda one: (one.terms.practitioner, one.terms.start),
            "all starts": lambda one: one.terms.start,
            "deadline": _when(
                lambda one: isinstance(one, Reserved | AwaitingConfirmation), _by("deadline")
            ),
            "ends": lambda one: one.terms.end if isinstance(one, Confirmed) else None,
        },
    ),
    "holds": Indexes(
        groups={
            **_OF_APPOINTMENT,
            "ref": _by("ref"),
            "waiting": lambda one: one.state in _WAITING_HOLDS or None,
        },
        orders={
            "placed": _by("placed_at"),
            "until": _when(lambda one: one.state is HoldState.HELD, _by("until")),
        },
    ),
    "operations": Indexes(
        groups={
            "hold": _by("hold"),
            "open": lambda one: one.open or None,
            "parked": lambda one: one.state is OperationState.PARKED or None,
        },
        orders={
            "due": _when(_by("open"), _by("ready_at")),
            "open": _when(_by("open"), _by("created_at")),
        },
    ),
    "messages": Indexes(
        groups={
            **_OF_APPOINTMENT,
            "kind": _by("kind"),
            "parked": lambda one: one.state is MessageState.PARKED or None,
            "counted": lambda one: one.practitioner if one.segments and not one.exempt else None,
        },
        orders={
            "due": _when(_by("planned"), lambda one: (one.channel, one.ready_at)),
            "planned": _when(_by("planned"), _by("due_at")),
        },
    ),
    "consents": Indexes(_OF_APPOINTMENT),
    "attendance": Indexes(_OF_APPOINTMENT),
    "links": Indexes({**_OF_APPOINTMENT, "hash": _by("token_hash")}),
    "ledger": Indexes(_OF_APPOINTMENT),
    "receipts": Indexes(
        {**_OF_APPOINTMENT, "cause": _by("cause"), "patient": _by("patient"),
         "issuer": _by("issuer_id")}
    ),
    "ratings": Indexes({"practitioner": _by("practitioner")}),
    "waiting list": Indexes(
        {"practitioner": _by("practitioner"), "patient": _by("patient"), "offer": _by("offer")}
    ),
    "audit": Indexes({"patient": _by("patient"), "subject": _by("subject")}),
    "unavailabilities": Indexes({"practitioner": _by("practitioner")}),
    "visit types": Indexes({"practitioner": _by("practitioner")}),
}  # fmt: skip
"""Every index there is; a kind that is not named has none."""


class Rows:
    """One kind of fact."""

    def __init__(self, indexes: Indexes) -> None:
        self.indexes = indexes
        self.values: dict[Any, Any] = {}
        self.groups: dict[str, dict[Any, dict[Any, None]]] = {n: {} for n in indexes.groups}
        self.orders: dict[str, list[tuple[Any, Any]]] = {n: [] for n in indexes.orders}
        self._last = 0

    def next_number(self) -> int:
        """A number never given before, for facts that are kept in the order of writing."""
        self._last += 1
        return self._last

    def put(self, key: Any, value: Any) -> None:
        """Write, replace, or with `GONE` remove."""
        old = self.values.get(key, GONE)
        for name, index in self.indexes.groups.items():
            self._regroup(name, key, _of(index, old), _of(index, value))
        for name, index in self.indexes.orders.items():
            self._reorder(self.orders[name], key, _of(index, old), _of(index, value))
        if value is GONE:
            self.values.pop(key, None)
        else:
            self.values[key] = value

    def _regroup(self, name: str, key: Any, old: Any, new: Any) -> None:
        if old == new:
            return
        groups = self.groups[name]
        if old is not None:
            groups[old].pop(key, None)
        if new is not None:
            groups.setdefault(new, {})[key] = None

    @staticmethod
    def _reorder(order: list[tuple[Any, Any]], key: Any, old: Any, new: Any) -> None:
        if old == new:
            return
        if old is not None:
            del order[bisect_left(order, (old, key))]
        if new is not None:
            insort(order, (new, key))


def _of(index: Index, value: Any) -> Any:
    return None if value is GONE else index(value)
