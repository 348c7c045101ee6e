"""The clock goes an hour forth or back between two works, and stays so: nothing false comes of it.

What people are answered may differ, since an hour is gone or comes again; what must never be false
is not.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from faults.conftest import LONG
from faults.day import DAY, PATIENTS, Day, thursday
from faults.judged import must_hold
from teleconsult_core.ids import AppointmentId
from teleconsult_core.messages import MessageState
from teleconsult_wiring import App, Settings, open_app

EVERY = 1 if LONG else 24
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forth", "back"])
def test_an_hour_is_gone_or_comes_again(as_described: Path, memory: Path, jump: timedelta) -> None:
    works = [name for name in moments(as_described, memory) if "after commit" in name]
    assert len(works) > 100
    for at in works[::EVERY]:
        with closing(a_clinic(as_described, memory)) as app:
            jumped = lived_through(app, at, jump)
            assert jumped, at
            must_hold(app)
            nothing_is_sent_too_late(app)


def a_clinic(as_described: Path, memory: Path) -> App:
    home = Path(tempfile.mkdtemp(dir=memory)) / "home"
    shutil.copytree(as_described, home)
    return open_app(Settings(home=home))


def moments(as_described: Path, memory: Path) -> list[str]:
    heard: list[str] = []
    with closing(a_clinic(as_described, memory)) as app:
        Day(app, heard.append).live()
    return heard


def lived_through(app: App, at: str, jump: timedelta) -> bool:
    """The day, and six more until every hold has ended; whether the clock jumped."""
    left = {at}

    def befall(name: str) -> None:
        if name in left:
            left.discard(name)
            app.sandbox.clock.forward(jump, force=True)

    day = Day(app, befall)
    day.live()
    for days in range(1, 7):
        day.at(thursday("23:00") + days * DAY)
        day.work()
        app.sandbox.clock.forward(HOUR)
        day.work()
    return not left


def nothing_is_sent_too_late(app: App) -> None:
    with app.desk.open_work(writing=False) as work:
        written = [one for id in PATIENTS for one in work.outbox.of(AppointmentId(id))]
    sent = [one for one in written if one.state is MessageState.SENT]
    assert sent
    assert all(one.done_at is not None and one.done_at < one.useful_until for one in sent)
