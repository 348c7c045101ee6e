"""A server that ends without losing a request. May import waitress, connections, last_call,
parking, sleeping.

    server = Server(application, listener, threads=64)
    server.run()        # until stop() is called, from a signal or another thread

After `stop` nobody new comes in; whoever has connected is still answered, for at most 30 seconds.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from teleconsult_flask.serving.connections import connections
from teleconsult_flask.serving.last_call import last_call
from teleconsult_flask.serving.parking import ParkingChannel
from teleconsult_flask.serving.sleeping import bedroom

GRACE = 30.0
"""Seconds within which everything that was begun must be answered."""
LINGER = 0.5
"""Seconds without a request after which a connection seems to have none on the way."""
LOOK = 0.05

Application = Callable[..., Any]


class Server:
    """waitress on a socket that is bound already, with an end of its own."""

    def __init__(
        self, application: Application, listener: socket.socket, *, threads: int, ident: str = ""
    ) -> None:
        self._channels: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._server: Any = create_server(
            application,
            map=self._channels,
            sockets=[listener],
            threads=threads,
            ident=ident or None,
            connection_limit=connections(),
            channel_timeout=60,
            asyncore_use_poll=True,
        )
        self._server.channel_class = ParkingChannel
        self._sleepers = bedroom(self._channels)
        self._most = self._server.adj.connection_limit
        # Many who are woken at once make a queue, and that is no trouble.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)

    def stop(self) -> None:
        """End soon; may be called from a signal handler and from any thread."""
        self._stopping.set()
        self._server.trigger.pull_trigger()

    def run(self) -> None:
        """Answer until `stop`, then what was begun."""
        while not self._stopping.is_set():
            self._turn(1.0)
            if self._sleepers is not None:
                self._sleepers.lay_down()
        if self._sleepers is not None:
            self._sleepers.wake_all()
        self._drain(time.monotonic() + GRACE)
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        wasyncore.close_all(self._channels)

    def _drain(self, deadline: float) -> None:
        last_call(self._server.socket)
        self._let_go(deadline)
        self._server.del_channel(self._channels)
        self._server.socket.close()
        self._let_go(deadline)

    def _let_go(self, deadline: float) -> None:
        """Until everybody has his answer, and who has asked nothing for a moment is sent away."""
        least = time.monotonic() + LINGER
        while time.monotonic() < deadline:
            self._turn(LOOK)
            staying = list(self._server.active_channels.values())
            if not staying and time.monotonic() > least:
                return
            for channel in staying:
                idle = time.time() - channel.last_activity
                channel.will_close = channel.will_close or (not _busy(channel) and idle > LINGER)

    def _turn(self, seconds: float) -> None:
        # waitress counts those it sees; the others are connections too.
        unseen = max(0, len(self._server.active_channels) - len(self._channels))
        self._server.adj.connection_limit = max(1, self._most - unseen)
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._channels, count=1)


def _busy(channel: Any) -> bool:
    """Whether a request of it was begun and is not answered in full."""
    return bool(channel.requests or channel.request is not None or channel.total_outbufs_len)
