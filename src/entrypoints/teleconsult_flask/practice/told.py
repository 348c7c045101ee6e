"""What the business refuses, in the practitioner's words. May import the core's refusals."""

from __future__ import annotations

from datetime import time

from teleconsult_core.refusals import (
    AboveConsent,
    AboveHold,
    AlreadyDecided,
    BelowMinimum,
    HoursOverlap,
    ModeNotOffered,
    NoLiveHold,
    NoShowChargeForbidden,
    NotAbsent,
    NotOnTick,
    Outdated,
    OverPolicyCap,
    PatientNotSeen,
    Refusal,
    SlotNotOffered,
    SlotTaken,
    StartsInThePast,
    TooEarly,
    WrongState,
)
from teleconsult_flask.languages import say
from teleconsult_flask.showing import amount, wall, weekday_written, when


def told(refusal: Refusal) -> str:
    """What happened, and what the practitioner can do."""
    match refusal:
        case AboveHold(amount=wanted, held=held) | AboveConsent(amount=wanted, consented=held):
            return say("%(amount)s is more than the %(most)s reserved on the card.") % {
                "amount": amount(wanted),
                "most": amount(held),
            }
        case BelowMinimum(minimum=minimum):
            return say("The smallest amount that can be charged is %(amount)s.") % {
                "amount": amount(minimum)
            }
        case OverPolicyCap(cap=cap):
            return say("For an absence the terms allow %(amount)s at most.") % {
                "amount": amount(cap)
            }
        case NoLiveHold():
            return say("Nothing is reserved on the card any more: only 0 is possible.")
        case PatientNotSeen():
            return say("The patient was not seen in the room, so care cannot be charged.")
        case NotAbsent():
            return say("What was recorded in the room does not show an absence.")
        case NoShowChargeForbidden():
            return say("The terms do not allow charging an absence here; it can be waived.")
        case TooEarly(opens_at=opens_at):
            return say("This is possible from %(when)s on.") % {"when": when(opens_at)}
        case AlreadyDecided() | WrongState():
            return say("This was already done, or is no longer possible.")
        case SlotTaken():
            return say("Another appointment is at this time.")
        case SlotNotOffered():
            return say("You have said that you are not there at this time.")
        case ModeNotOffered():
            return say("This reason is not offered in this way.")
        case NotOnTick():
            return say("Appointments start on whole 5 minutes, such as 14:20.")
        case StartsInThePast():
            return say("This time is in the past.")
        case HoursOverlap(weekday=weekday, opens=opens, closes=closes):
            return say("On %(day)s you are open already from %(opens)s to %(closes)s.") % {
                "day": weekday_written(weekday),
                "opens": wall(time.fromisoformat(opens)),
                "closes": wall(time.fromisoformat(closes)),
            }
        case Outdated():
            return say(
                "This changed meanwhile, perhaps in another window. Here it is as it stands now."
            )
        case _:
            return say("This is not possible (%(code)s).") % {"code": refusal.code}
