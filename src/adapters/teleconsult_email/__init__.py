"""E-mail by SMTP, and what comes back. May import the core and the standard library."""

from teleconsult_email.letters import SmtpLetters
from teleconsult_email.refs import ref_of
from teleconsult_email.settings import Security, SmtpSettings
from teleconsult_email.writing import WriteEvent

__all__ = [
    "Security",
    "SmtpLetters",
    "SmtpSettings",
    "WriteEvent",
    "ref_of",
]
