"""The sandbox's news: every change once, or late, twice and out of order on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import AppointmentId, CardToken, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import Authorise
from teleconsult_core.refusals import BadInput
from teleconsult_sandbox import News, NewsDelivery, Sandbox

Hold = Callable[..., HoldView]


def lead_a_life(sandbox: Sandbox, hold: Hold) -> None:
    """Holds, a capture, refunds: ten pieces of news."""
    for _ in range(6):
        ref = hold().ref
    capture = OperationId("capture")
    sandbox.cards.capture(key=capture, ref=ref, amount=Money(40_00, "EUR"))
    for number in range(3):
        key = OperationId(f"refund-{number}")
        sandbox.cards.refund(key=key, ref=ref, amount=Money(1_00, "EUR"))


def everything(sandbox: Sandbox) -> list[News]:
    """Read as a worker does: a look, then whatever came since."""
    read: list[News] = []
    while news := sandbox.cards.news(read[-1].number if read else 0):
        read += news
    return read


def test_every_change_is_told_once_and_in_order(
    sandbox: Sandbox, hold: Hold, noon: datetime
) -> None:
    lead_a_life(sandbox, hold)
    news = everything(sandbox)
    assert [piece.number for piece in news] == list(range(1, 11))
    assert len({piece.id for piece in news}) == 10
    assert [piece.fact for piece in news[5:8]] == [
        HoldFact.AUTHORISED,
        HoldFact.CAPTURED,
        HoldFact.PARTLY_REFUNDED,
    ]
    assert {piece.at for piece in news} == {noon}


def test_nothing_is_told_of_what_changed_nothing(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    sandbox.cards.release(key=OperationId("r1"), ref=ref)
    told = len(everything(sandbox))
    sandbox.cards.release(key=OperationId("r2"), ref=ref)
    assert len(everything(sandbox)) == told


def test_a_lapse_is_told_with_its_own_instant(sandbox: Sandbox, hold: Hold, noon: datetime) -> None:
    hold()
    sandbox.clock.forward(timedelta(days=30))
    last = everything(sandbox)[-1]
    assert (last.fact, last.at) == (HoldFact.LAPSED, noon + timedelta(days=7))


def test_only_what_came_after_is_read(sandbox: Sandbox, hold: Hold) -> None:
    lead_a_life(sandbox, hold)
    assert [piece.number for piece in sandbox.cards.news(after=8)] == [9, 10]
    assert sandbox.cards.news(after=10) == ()


def test_news_comes_out_of_order_on_demand(sandbox: Sandbox, hold: Hold) -> None:
    sandbox.cards.deliver(NewsDelivery(seed=7, shuffled=True))
    lead_a_life(sandbox, hold)
    ids = [piece.id for piece in everything(sandbox)]
    assert ids != sorted(ids)
    assert len(set(ids)) == len(ids) == 10


def test_news_comes_twice_on_demand_under_the_same_id(sandbox: Sandbox, hold: Hold) -> None:
    sandbox.cards.deliver(NewsDelivery(seed=7, duplicated=True))
    lead_a_life(sandbox, hold)
    news = everything(sandbox)
    assert len({piece.id for piece in news}) == 10 < len(news)
    assert [piece.number for piece in news] == list(range(1, len(news) + 1))


def test_news_comes_late_on_demand_and_none_is_missed(sandbox: Sandbox, hold: Hold) -> None:
    sandbox.cards.deliver(NewsDelivery(seed=7, late=timedelta(hours=10)))
    lead_a_life(sandbox, hold)
    read: list[News] = []
    arrivals = []
    for _ in range(11):
        news = sandbox.cards.news(read[-1].number if read else 0)
        arrivals.append(len(news))
        read += news
        sandbox.clock.forward(timedelta(hours=1))
    assert max(arrivals) < 10
    assert len({piece.id for piece in read}) == len(read) == 10
    ids = [piece.id for piece in read]
    assert ids != sorted(ids)


def test_the_same_seed_disturbs_in_the_same_way(noon: datetime, tmp_path: Path) -> None:
    def told(name: str, seed: int) -> list[str]:
        sandbox = Sandbox.open(tmp_path / name)
        sandbox.clock.set(noon, force=True)
        sandbox.cards.deliver(NewsDelivery(seed=seed, shuffled=True, duplicated=True))
        for number in range(8):
            _place(sandbox, f"key-{number}")
        ids = [piece.id for piece in everything(sandbox)]
        sandbox.close()
        return ids

    assert told("one", 3) == told("two", 3) != told("three", 4)


def test_news_is_never_early() -> None:
    with pytest.raises(BadInput, match="late"):
        NewsDelivery(late=timedelta(seconds=-1))


def _place(sandbox: Sandbox, key: str) -> None:
    request = Authorise(
        AppointmentId("a"), PractitionerId("p"), Money(40_00, "EUR"), CardToken("visa-ok")
    )
    sandbox.cards.authorise(key=OperationId(key), request=request)
