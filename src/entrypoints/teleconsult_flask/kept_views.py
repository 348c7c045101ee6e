"""What was made of an agenda, kept for as long as the agenda is the same.

May import the core. A view is given again only while its mark stands, which is looked up for this
very request: what a reader sees is never older than his question. Each process keeps its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from attrs import frozen

from teleconsult_core.use_cases.mark_agenda import AgendaMark

T = TypeVar("T")


@frozen
class Made(Generic[T]):
    """A view, and how many weeks of the agenda were looked at for it."""

    view: T
    weeks: int


class KeptViews:
    """The `most` views that were asked for last: pages, and who is free when."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[AgendaMark, Any]] = OrderedDict()
        self._lock = Lock()

    def get(
        self,
        key: Hashable,
        make: Callable[[], Made[T]],
        *,
        stands: Callable[[AgendaMark], bool],
        mark: Callable[[int], AgendaMark],
        weeks: int,
    ) -> T:
        """What is kept under `key` if its mark stands; else it is made.

        `weeks` is what is looked at as a rule. The mark is read before, so what had to look
        further is made a second time, under a mark that reaches as far.
        """
        kept = self._kept.get(key)
        if kept is not None and stands(kept[0]):
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
            view: T = kept[1]
            return view
        before, made = mark(weeks), make()
        if made.weeks > weeks:
            weeks = made.weeks
            before, made = mark(weeks), make()
        if made.weeks <= weeks:
            self._keep(key, before, made.view)
        return made.view

    def _keep(self, key: Hashable, mark: AgendaMark, view: object) -> None:
        with self._lock:
            self._kept[key] = mark, view
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
