"""One composed message to its gateway, and what came of it. Not a use case; no transaction.

Whatever goes wrong with one message is that message's own: it waits and is tried again, and the
others go. Only what the gateway will never take is given up at once; trouble, a wrong
configuration or a bug may be mended, so they count as tries.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from teleconsult_core.gateways import Accepted, NotDelivered
from teleconsult_core.messages import Message
from teleconsult_core.pauses import TRIES, pause
from teleconsult_core.ports import Ports, PortTrouble
from teleconsult_core.sms import segments
from teleconsult_core.use_cases.compose import Ready

FIRST_PAUSE = timedelta(minutes=1)


@frozen
class Outcome:
    """The message as it is now to be noted, and what the trouble was, if any."""

    message: Message
    trouble: str = ""


def hand_over(ports: Ports, ready: Ready, now: datetime) -> Outcome:
    """Send it under its own id as the gateway's key."""
    message = ready.message
    try:
        if ready.letter is not None:
            answer = ports.letters.send(key=message.id, to=ready.address, letter=ready.letter)
            cost = 0
        else:
            answer = ports.texts.send(key=message.id, to=ready.address, text=ready.text)
            cost = segments(ready.text)
    except Exception as problem:  # whatever is wrong with this one, the others must go
        return not_now(message, _without(told(problem), ready.address), now)
    match answer:
        case Accepted(ref=ref):
            return Outcome(message.sent(now, cost, ref))
        case NotDelivered(reason=reason):
            return Outcome(message.parked(now, _without(reason, ready.address)))


def not_now(message: Message, why: str, now: datetime) -> Outcome:
    """To be tried again later, and less and less often; given up after too many tries."""
    if message.attempts >= TRIES:
        return Outcome(message.parked(now, why), why)
    wait = pause(message.id, message.attempts, first=FIRST_PAUSE)
    return Outcome(message.later(now + wait, why), why)


def told(problem: Exception) -> str:
    """Trouble in its own words; anything else with its name, for whoever mends it."""
    if isinstance(problem, PortTrouble):
        return str(problem)
    return f"{type(problem).__name__}: {problem}"[:200]


def _without(note: str, address: str) -> str:
    """A gateway's words, without the address it may repeat: notes are not personal data."""
    return note.replace(address, "…")[:200]
