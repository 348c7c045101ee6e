"""Who takes messages: the sandbox, a mail server, a gateway for SMS.

May import settings, secret_files. A gateway is loaded by who has chosen it only: it is an extra of
its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from teleconsult_core.gateways import Letters, Texts
from teleconsult_core.ports import PortMisused
from teleconsult_sandbox import Sandbox
from teleconsult_wiring.secret_files import read_secret
from teleconsult_wiring.settings import NotConfigured, Settings

if TYPE_CHECKING:
    from teleconsult_email import Bounce, SmtpLetters
    from teleconsult_sms import GuardedTexts, NotReceipts, Told


@contextmanager
def letters(settings: Settings, sandbox: Sandbox) -> Iterator[Letters]:
    """Raises `NotConfigured` when a mail server is chosen and cannot be spoken to as it is set."""
    if settings.mail_gateway == "sandbox":
        yield sandbox.mailbox
        return
    with closing(_by_smtp(settings)) as by_smtp:
        yield by_smtp


@contextmanager
def texts(settings: Settings, sandbox: Sandbox) -> Iterator[Texts]:
    """Raises `NotConfigured` when a gateway is chosen and cannot be spoken to as it is set."""
    if settings.sms_gateway == "sandbox":
        yield sandbox.phone
        return
    with closing(_guarded(settings)) as guarded:
        yield guarded


def told_by(gateway: object) -> str:
    """What a gateway says of itself when it is asked; nothing is sent.

    Raises `PortTrouble` when it does not answer, `PortMisused` when it does not want us.
    """
    check = getattr(gateway, "check", None)
    return str(check()) if check else "the sandbox's"


def _guarded(settings: Settings) -> GuardedTexts:
    try:
        from teleconsult_sms import EUROPE, AppriseTexts, BulkSmsTexts, GuardedTexts
    except ImportError as error:
        raise NotConfigured(
            f"sms_gateway is {settings.sms_gateway}, which is not installed: "
            "run `pip install 'teleconsult[sms]'`"
        ) from error
    lines = read_secret(settings.sms_secret).decode("utf-8", "replace").split()
    countries = settings.sms_countries.replace(",", " ").split() or EUROPE
    try:
        if settings.sms_gateway == "apprise":
            return GuardedTexts(AppriseTexts(next(iter(lines), "")), countries)
        id, secret = (*lines, "", "")[:2]
        address = {"address": settings.sms_address} if settings.sms_address else {}
        bulksms = BulkSmsTexts(id, secret, sender=settings.sms_sender, **address)
        return GuardedTexts(bulksms, countries)
    except PortMisused as refused:
        raise NotConfigured(f"sms_gateway is {settings.sms_gateway}: {refused}") from refused


def receipts_in(body: bytes) -> tuple[Told, ...] | NotReceipts:
    """What BulkSMS has posted, read; the web compares the secret in its address before."""
    from teleconsult_sms import read_receipts

    return read_receipts(body)


def read_bounce(raw: bytes) -> Bounce | None:
    """What one message of the bounce mailbox says of a letter of ours; None when nothing."""
    from teleconsult_email import read_bounce

    return read_bounce(raw)


def _by_smtp(settings: Settings) -> SmtpLetters:
    from teleconsult_calendars import invitation_text
    from teleconsult_email import Security, SmtpLetters, SmtpSettings

    password = ""
    if settings.smtp_user:
        password = read_secret(settings.smtp_password).decode("utf-8", "replace").strip()
    try:
        server = SmtpSettings(
            host=settings.smtp_host,
            port=int(settings.smtp_port),
            security=Security(settings.smtp_security),
            user=settings.smtp_user,
            password=password,
            sender=settings.mail_from,
            sender_name=settings.mail_from_name,
            reply_to=settings.mail_reply_to,
            bounces_to=settings.mail_bounces_to,
        )
    except PortMisused as refused:
        raise NotConfigured(f"mail_gateway is smtp: {refused}") from refused
    return SmtpLetters(server, invitation_text)
