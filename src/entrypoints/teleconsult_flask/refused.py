"""What the business refuses, in the patient's words: what happened, and what he can do next.

May import the core's refusals. A refusal without words here is told as what it is to a patient:
something the practice must look at, with its stable code.
"""

from __future__ import annotations

from teleconsult_core.refusals import (
    AccountNotReady,
    AlreadyRated,
    CardBrandRefused,
    CardDeclined,
    ConsentMissing,
    Expired,
    NotAbsent,
    Refusal,
    SlotNotOffered,
    SlotTaken,
    TooEarly,
    TooLate,
    WrongState,
)
from teleconsult_flask.languages import say
from teleconsult_flask.showing import amount, hour, phone, when


def refused(refusal: Refusal) -> str:
    """The sentence for a patient, in the language of this request."""
    match refusal:
        case SlotTaken():
            return say("Somebody has just taken this time. Please choose another.")
        case SlotNotOffered():
            return say("This time is no longer offered. Please choose another.")
        case CardBrandRefused(brand=brand):
            return say(
                "%(brand)s is not accepted. Please use Visa, Mastercard or American Express; "
                "nothing was reserved."
            ) % {"brand": brand}
        case CardDeclined():
            return say(
                "Your bank has declined this card; nothing was reserved. Please use another card."
            )
        case ConsentMissing(amount=sum):
            return say("Please agree to the reservation of %(amount)s first.") % {
                "amount": amount(sum)
            }
        case Expired(deadline=deadline):
            return say(
                "This time was kept for you until %(hour)s and is free again. Please choose a time."
            ) % {"hour": hour(deadline)}
        case AccountNotReady():
            return say(
                "Video consultations cannot be paid for here yet. Nothing was reserved; "
                "please call the practice."
            )
        case TooLate(phone=number):
            return say("It is too late to do this here. Please call %(phone)s.") % {
                "phone": phone(number)
            }
        case TooEarly(opens_at=opens_at):
            return say("This is possible from %(when)s on.") % {"when": when(opens_at)}
        case NotAbsent():
            return say(
                "We have seen the practitioner in the room. If something went wrong, "
                "please call the practice."
            )
        case AlreadyRated():
            return say("You have rated this consultation already.")
        case WrongState():
            return say("This was already done, or is no longer possible.")
        case _:
            return say("This is not possible (%(code)s). Please call the practice.") % {
                "code": refusal.code
            }
