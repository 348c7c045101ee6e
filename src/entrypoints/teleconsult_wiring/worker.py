"""A worker: rounds until it is told to stop, one thread for each lane. May import rounds.

A slow gateway holds up its own lane only. Any number of workers run side by side, on one machine
or on several: what one has claimed no other takes. The core reads no clock and throws no dice;
here both are done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from random import SystemRandom

from teleconsult_core.use_cases.deliver_due_messages import LEASE as MESSAGE_LEASE
from teleconsult_core.use_cases.going_on import GoOn
from teleconsult_core.use_cases.recover import LEASE as PAYMENT_LEASE
from teleconsult_wiring.app import App
from teleconsult_wiring.rounds import LANES, Round, one_round, work_in_lane

MANY = 1000
"""Rounds after which `until_idle` ends although there is always more."""

_chance = SystemRandom()

Tell = Callable[[str], None]


class Worker:
    """Made from an app. `tell` is given what was done, `warn` what is in trouble, once each."""

    def __init__(self, app: App, tell: Tell, warn: Tell, *, every: float = 15.0) -> None:
        self._app, self._tell, self._every = app, tell, every
        self._troubles = {name: Troubles(name, warn) for name in LANES}
        self._stopped = threading.Event()

    def until_idle(self) -> list[Round]:
        """Rounds until one finds nothing more to do."""
        rounds = [one_round(self._app)]
        while rounds[-1].busy and len(rounds) < MANY:
            rounds.append(one_round(self._app))
        return rounds

    def stop(self) -> None:
        """No further piece of work is begun; may be called by a signal."""
        self._stopped.set()

    def run(self) -> None:
        """Until `stop`. Raises `NotConfigured` at once where there is no clinic."""
        self._app.practice()
        lanes = [threading.Thread(target=self._lane, args=(name,), name=name) for name in LANES]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            while lane.is_alive():  # woken now and then, so that signals are heard on any system
                lane.join(timeout=1)

    def _lane(self, name: str) -> None:
        while not self._stopped.is_set():
            done = work_in_lane(self._app, name, self._may_go_on(name))
            self._troubles[name].hear(done)
            if done.busy:
                self._tell(f"{name}: {done}")
            else:
                self._stopped.wait(self._every * _chance.uniform(0.75, 1.25))

    def _may_go_on(self, name: str) -> GoOn:
        """Until told to stop, or until half of the lease of what was claimed has passed."""
        lease = MESSAGE_LEASE if LANES[name] else PAYMENT_LEASE
        ends = time.monotonic() + lease.total_seconds() / 2
        return lambda: not self._stopped.is_set() and time.monotonic() < ends


class Troubles:
    """Tells of each trouble once, and of its end once something has gone well again."""

    def __init__(self, name: str, warn: Tell) -> None:
        self._name, self._warn = name, warn
        self._known: set[str] = set()

    def hear(self, done: Round) -> None:
        for trouble in done.troubles:
            if trouble not in self._known:
                self._warn(f"{self._name}: {trouble}")
                self._known.add(trouble)
        if self._known and done.busy and not done.troubles:
            self._warn(f"{self._name}: it goes on")
            self._known.clear()
