"""News at every step: what was acknowledged is kept, and let go only once the books were looked at.

Judged by what was committed and by the looks at the card network, not by our own account of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import define, field

from simulation.broken import Broken
from teleconsult_core.ids import HoldRef
from teleconsult_core.payments import News

CLOCKS_DIFFER = timedelta(minutes=3)


@define
class NewsSafety:
    waiting: dict[str, News] = field(factory=dict)
    """Received and not looked into yet."""
    acknowledged: set[str] = field(factory=set)
    """What its sender was told that it arrived: he will never bring it again."""
    looked: dict[HoldRef, datetime] = field(factory=dict)
    """When the network's books about a hold were looked at last."""
    done: set[str] = field(factory=set)

    def received(self, news: News) -> None:
        if news.id not in self.done:
            self.waiting.setdefault(news.id, news)

    def noted(self, id: str) -> None:
        news = self.waiting.pop(id, None)
        self.done.add(id)
        if news is None:
            return
        looked = self.looked.get(news.ref)
        if looked is None or looked < news.received_at - CLOCKS_DIFFER:
            raise Broken("news", f"{id} about {news.ref} was let go unseen")

    def at_rest(self) -> None:
        """Once everything has calmed down: nothing acknowledged is lost, nothing waits for ever."""
        lost = sorted(self.acknowledged - self.done)
        if lost:
            raise Broken("news", f"{lost[:5]} were acknowledged and never looked into")
        if self.waiting:
            raise Broken("news", f"{sorted(self.waiting)[:5]} wait for ever")
