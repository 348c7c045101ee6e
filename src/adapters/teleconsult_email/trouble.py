"""What a mail server's troubles mean, in the port's words. May import words, smtplib.

What will be otherwise later is `PortTrouble`; what somebody must mend, at the server or in our
settings, is `PortMisused`. Nothing a server said is repeated: it may name the reader.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_email.words import in_words, status_in

_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL"})


@contextmanager
def spoken(server: str) -> Iterator[None]:
    """Around a conversation with `server` that has handed nothing over yet."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise _refused(error, f"{server} does not let us in with this user and password") from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error, f"{server} takes no letters from us") from None
    except smtplib.SMTPNotSupportedError:
        raise PortMisused(f"{server} lacks the encryption or the sign-in that we need") from None
    except ssl.SSLCertVerificationError as error:
        raise PortMisused(f"{server} is not who it says: {error.verify_message}") from None
    except ssl.SSLError as error:
        if error.reason in _NO_TLS:
            raise PortMisused(f"{server} speaks no TLS that we know on this port") from None
        raise PortTrouble(f"the encryption with {server} broke down") from error
    except TimeoutError as error:
        raise PortTrouble(f"{server} did not answer in time") from error
    except smtplib.SMTPServerDisconnected:
        raise PortTrouble(f"{server} did not answer in time, or broke off") from None
    except smtplib.SMTPException as error:
        raise PortMisused(f"{server} offers no sign-in that we know") from error
    except ValueError:
        raise PortTrouble(f"{server} answers the sign-in with no SMTP") from None
    except OSError as error:
        raise PortTrouble(f"{server} cannot be reached: {error.strerror or 'no reason'}") from error


def refused(server: str, what: str, code: int, said: bytes) -> PortTrouble | PortMisused:
    """The server's no to what is none of the reader's business."""
    return _refused(smtplib.SMTPResponseException(code, said), f"{server} {what}")


def _refused(error: smtplib.SMTPResponseException, what: str) -> PortTrouble | PortMisused:
    code = error.smtp_code
    if not 400 <= code < 600:
        return PortTrouble(f"{what}: the answer is no SMTP")
    said = error.smtp_error
    told = f"{what}: {in_words(status_in(said), code)}"
    return PortTrouble(told) if code < 500 else PortMisused(told)
