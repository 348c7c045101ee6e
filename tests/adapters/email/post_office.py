"""A real mail server on loopback, for tests: takes letters, refuses some, keeps the others."""

from __future__ import annotations

from collections import deque
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from attrs import Factory, define, frozen

from teleconsult_email import Security, SmtpSettings

LOOPBACK = "127.0.0.1"
USER, PASSWORD = "clinic", "correct horse"


@frozen
class Received:
    sender: str
    recipients: tuple[str, ...]
    content: bytes


@define
class Clerk:
    """Answers each verb with what lies ready for it, or politely."""

    received: list[Received] = Factory(list)
    refused: set[str] = Factory(set)
    ready: dict[str, deque[str]] = Factory(dict)
    sessions: set[int] = Factory(set)

    def says(self, verb: str, *answers: str) -> None:
        self.ready.setdefault(verb, deque()).extend(answers)

    def _next(self, verb: str) -> str:
        waiting = self.ready.get(verb)
        return waiting.popleft() if waiting else "250 fine"

    async def handle_MAIL(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        self.sessions.add(id(session))
        answer = self._next("MAIL")
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        answer = f"550 5.1.1 <{address}> is unknown" if address in self.refused else ""
        answer = answer or self._next("RCPT")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._next("DATA")
        if answer.startswith("2"):
            content = envelope.original_content or b""
            sender, recipients = envelope.mail_from or "", tuple(envelope.rcpt_tos)
            self.received.append(Received(sender, recipients, content))
        return answer


def _let_in(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == known, handled=False)


class PostOffice(Controller):
    """Serves between `start` and `stop`, at the same port every time."""

    def __init__(self, clerk: Clerk, port: int = 0, **options: Any) -> None:
        options = {"authenticator": _let_in, "enable_SMTPUTF8": False, **options}
        super().__init__(clerk, hostname=LOOPBACK, port=port, **options)
        self.clerk = clerk

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def close(self) -> None:
        """Whether or not it was stopped before."""
        if not self.loop.is_closed():
            self.stop()

    def settings(self, **others: Any) -> SmtpSettings:
        fields = {"security": Security.NONE, "sender": "clinic@clinic.example", **others}
        return SmtpSettings(host=LOOPBACK, port=self.port, **fields)
