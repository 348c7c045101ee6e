"""One connection to a mail server, on which no word may take longer than agreed. May import
settings, smtplib.

smtplib waits for every byte anew, so that a server which sends one now and then would hold us for
ever; here every read and every write ends with the letter's own time.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from time import monotonic

from teleconsult_email.settings import Security, SmtpSettings

_CHUNK = 16 * 1024
_LONGEST_REPLY = 64 * 1024
_RSET_PATIENCE = 5.0
_KEPT_IDLE = 60.0
"""In seconds: routers and servers forget idle connections without telling."""


class Wire(smtplib.SMTP):
    """A connection that is open and, where the settings say so, encrypted and signed in.

    `by` is when the letter in hand must be through, on the clock of `time.monotonic`. Raises what
    smtplib, ssl and sockets raise; after that the connection is of no use.
    """

    def __init__(self, settings: SmtpSettings, context: ssl.SSLContext, by: float) -> None:
        self._settings, self._context, self.by = settings, context, by
        self._used = monotonic()
        super().__init__(settings.host, settings.port, local_hostname=settings.domain)
        try:
            self.ehlo_or_helo_if_needed()
            if settings.security is Security.STARTTLS:
                self.starttls(context=context)
                self.ehlo_or_helo_if_needed()
            if settings.user:
                self.login(settings.user, settings.password)
        except BaseException:
            self.close()
            raise

    @property
    def tls_version(self) -> str:
        """`TLSv1.3`; empty in the clear."""
        return (self.sock.version() or "") if isinstance(self.sock, ssl.SSLSocket) else ""

    def answers(self, by: float) -> bool:
        """Whether it can take another letter: asked before one is entrusted to it."""
        if monotonic() - self._used > _KEPT_IDLE:
            return False
        self.by = min(by, monotonic() + _RSET_PATIENCE)
        try:
            code, _ = self.rset()
        except OSError:
            return False
        self.by = by
        return code == 250

    def rest(self) -> None:
        """Nobody needs it for now."""
        self._used = monotonic()

    def leave(self) -> None:
        """Say goodbye without waiting for an answer."""
        self.by = monotonic() + 1
        try:
            if self.sock is not None:
                self.putcmd("QUIT")
        except OSError:
            pass  # it has left before us
        finally:
            self.close()

    # smtplib's own ways to the socket, each within what is left of the time

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), self._left(self._settings.connect_timeout))
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(self._left(self._settings.read_timeout))
            if self._settings.security is Security.TLS:
                return self._context.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
        return sock

    def send(self, s: bytes | str) -> None:  # type: ignore[override]  # typeshed wants any buffer
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        for start in range(0, len(data), _CHUNK):
            if self.sock is not None:
                self.sock.settimeout(self._left(self._settings.read_timeout))
            super().send(data[start : start + _CHUNK])

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        if self.file is None:
            self.file = _Lines(self, self.sock)
        self.file.begin()
        return super().getreply()

    def _left(self, most: float) -> float:
        left = self.by - monotonic()
        if left <= 0:
            raise TimeoutError("the time for this letter is over")
        return min(most, left)

    def wait_at_most(self) -> float:
        """In seconds, for the next bytes of an answer."""
        return self._left(self._settings.read_timeout)


class _Lines:
    """A server's answers, line by line: the part of a file that smtplib uses."""

    def __init__(self, wire: Wire, sock: socket.socket) -> None:
        self._wire, self._sock = wire, sock
        self._ahead = b""
        self._read = 0

    def begin(self) -> None:
        """A new answer, which may be as long as any other."""
        self._read = 0

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._ahead and len(self._ahead) < limit:
            self._sock.settimeout(self._wire.wait_at_most())
            more = self._sock.recv(4096)
            self._read += len(more)
            if self._read > _LONGEST_REPLY:
                raise ConnectionAbortedError("the answer does not end")
            if not more:
                return b""
            self._ahead += more
        end = min(self._ahead.find(b"\n") + 1 or limit, limit)
        line, self._ahead = self._ahead[:end], self._ahead[end:]
        return line

    def close(self) -> None:
        """Nothing of its own to close: the socket is the connection's."""
