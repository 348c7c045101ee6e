"""The worker: lanes that wait for themselves alone, troubles told once, and an end when told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from attrs import evolve

from command_line import Clinic
from teleconsult_core.gateways import Accepted, NotDelivered
from teleconsult_core.messages import MessageState
from teleconsult_core.ports import PortTrouble
from teleconsult_core.use_cases.deliver_due_messages import Delivered
from teleconsult_wiring import App, Round, Worker, load_settings, open_app
from teleconsult_wiring.worker import Troubles

PATIENCE = 30.0
"""Seconds that a test waits for what must happen before it gives up."""


@pytest.fixture
def app(clinic: Clinic) -> Iterator[App]:
    """The example clinic with an appointment called off: an SMS and two letters are due."""
    clinic.booked()
    clinic.done("worker", "--once")
    clinic.done("cancel", "a1")
    with closing(open_app(load_settings({}, str(clinic.home)))) as opened:
        yield opened


class Said(list[str]):
    """What was told, and a way to wait until something is."""

    def __init__(self) -> None:
        super().__init__()
        self._news = threading.Condition()

    def hear(self, words: str) -> None:
        with self._news:
            self.append(words)
            self._news.notify_all()

    def wait_for(self, part: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: any(part in one for one in self), PATIENCE), self


@contextmanager
def running(app: App, *, every: float = 0.01) -> Iterator[tuple[Said, Said]]:
    """A worker at work beside the test."""
    told, warned = Said(), Said()
    worker = Worker(app, told.hear, warned.hear, every=every)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield told, warned
    finally:
        worker.stop()
        thread.join(PATIENCE)
    assert not thread.is_alive()


class Blocked:
    """A gateway that answers nobody until it is let."""

    def __init__(self) -> None:
        self.asked, self.let = threading.Event(), threading.Event()

    def send(self, *, key: str, to: str, text: str) -> Accepted | NotDelivered:
        self.asked.set()
        assert self.let.wait(PATIENCE)
        return Accepted(key)


def states(app: App) -> set[tuple[str, MessageState]]:
    with app.desk.open_work(writing=False) as work:
        found = [one for one in work.outbox.of("a1") if one.kind == "cancelled"]
    return {(one.channel.value, one.state) for one in found}


def test_a_slow_gateway_holds_up_its_own_channel_only(app: App) -> None:
    gateway = Blocked()
    slow = evolve(app, desk=evolve(app.desk, texts=gateway))
    with running(slow) as (told, _):
        assert gateway.asked.wait(PATIENCE)
        told.wait_for("2 messages sent")
        told.wait_for("1 payments settled")
        assert ("sms", MessageState.PLANNED) in states(app)
        gateway.let.set()
    assert states(app) == {("sms", MessageState.SENT), ("email", MessageState.SENT)}


def test_told_to_stop_it_finishes_what_is_in_its_hands_and_gives_back_the_rest(
    clinic: Clinic, app: App
) -> None:
    clinic.booked("a2", "2027-03-04T11:20")
    clinic.done("cancel", "a2")
    gateway = Blocked()
    worker = Worker(evolve(app, desk=evolve(app.desk, texts=gateway)), print, print)
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert gateway.asked.wait(PATIENCE)
    worker.stop()
    gateway.let.set()
    thread.join(PATIENCE)
    with app.desk.open_work(writing=False) as work:
        texts = [m for m in work.outbox.recent(100) if (m.kind, m.channel) == ("cancelled", "sms")]
    assert sorted(one.state for one in texts) == [MessageState.PLANNED, MessageState.SENT]
    assert app.desk.deliver_due_messages(now=app.now()).sent > 0  # free at once
    assert len(app.sandbox.phone.messages()) == 1


def test_many_workers_send_everything_once(app: App) -> None:
    workers = [Worker(app, print, print, every=0.01) for _ in range(4)]
    threads = [threading.Thread(target=one.until_idle) for one in workers]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)
    keys = [one.key for one in (*app.sandbox.phone.messages(), *app.sandbox.mailbox.messages())]
    assert sorted(set(keys)) == sorted(keys)
    assert states(app) == {("sms", MessageState.SENT), ("email", MessageState.SENT)}


def test_a_part_in_trouble_is_told_and_the_others_go_on(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> Any:
        raise PortTrouble("the network is away")

    monkeypatch.setattr(type(app.sandbox.cards), "news", lambda _: breaks())
    (first, *_) = Worker(app, print, print).until_idle()
    assert first.failed == ("news of the card network: the network is away",)
    assert (first.payments.settled, first.messages.sent) == (1, 3)


def test_a_bug_in_one_part_is_told_by_name_and_ends_nothing(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(app.desk), "sweep", lambda *_, **__: {}["a bug"])
    with running(app) as (told, warned):
        warned.wait_for("tidying: KeyError: 'a bug'")
        told.wait_for("1 payments settled")
        told.wait_for("2 messages sent")
    assert len([one for one in warned if "tidying" in one]) == 1


def test_a_trouble_that_has_ended_is_told_and_may_come_again() -> None:
    warned: list[str] = []
    troubles = Troubles("SMS", warned.append)
    away = Round(messages=Delivered(waiting=1, trouble="away"))
    for done in (away, away, Round(), Round(messages=Delivered(sent=1)), Round(), away):
        troubles.hear(done)
    assert warned == ["SMS: away", "SMS: it goes on", "SMS: away"]
