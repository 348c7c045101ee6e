"""E-mail by SMTP, and what comes back. May import the core and the standard library."""

from teleconsult_email.bounces import Bounce, Fate, read_bounce
from teleconsult_email.letters import SmtpLetters
from teleconsult_email.refs import ref_of
from teleconsult_email.settings import Security, SmtpSettings
from teleconsult_email.writing import WriteEvent

__all__ = [
    "Bounce",
    "Fate",
    "Security",
    "SmtpLetters",
    "SmtpSettings",
    "WriteEvent",
    "read_bounce",
    "ref_of",
]
