"""Pages kept as they were drawn, for as long as what they were made from is the same.

May import the core. A page is shown again only while the mark of its agenda stands, which is looked
up for this very request: what a reader sees is never older than his question. Each process keeps
its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from attrs import frozen

from teleconsult_core.use_cases.mark_agenda import AgendaMark


@frozen
class Drawn:
    """A page, and how many weeks of the agenda were looked at for it."""

    text: str
    weeks: int


class KeptPages:
    """The `most` pages that were asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[AgendaMark, bytes]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable, stands: Callable[[AgendaMark], bool]) -> bytes | None:
        """What was drawn for `key`, if its mark stands."""
        mark, page = self._kept.get(key, (None, None))
        return page if mark is not None and stands(mark) else None

    def draw(
        self,
        key: Hashable,
        draw: Callable[[], Drawn],
        mark: Callable[[int], AgendaMark],
        weeks: int,
    ) -> bytes:
        """Draw it, and keep it under the mark of as many weeks as it looked at.

        `weeks` is what it looks at as a rule; the mark is read first, so a page that had to look
        further is drawn a second time.
        """
        before, drawn = mark(weeks), draw()
        if drawn.weeks > weeks:
            weeks = drawn.weeks
            before, drawn = mark(weeks), draw()
        page = drawn.text.encode()
        if drawn.weeks <= weeks:
            self._keep(key, before, page)
        return page

    def _keep(self, key: Hashable, mark: AgendaMark, page: bytes) -> None:
        with self._lock:
            self._kept[key] = mark, page
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
