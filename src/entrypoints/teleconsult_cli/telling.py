"""The words for what a use case answered: one sentence or two per outcome, in one `match`."""

from __future__ import annotations

from typing import Any

from teleconsult_cli.screen import Screen
from teleconsult_core.appointments import (
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
    Reserved,
)
from teleconsult_core.attendance import Attendance
from teleconsult_core.payments import Operation
from teleconsult_core.ratings import Rating
from teleconsult_core.use_cases.card_step import BeingChecked, CardHeld, PatientNeeded
from teleconsult_core.use_cases.join import Joined
from teleconsult_core.waiting_list import Waiting


def tell(screen: Screen, outcome: Any) -> None:
    """Show an outcome: a refusal ends the command, everything else is told."""
    screen.unless_refused(outcome)
    screen.value(outcome, words_for(screen, outcome))


def words_for(screen: Screen, outcome: Any) -> str:
    """What happened, for a person."""
    match outcome:
        case CardHeld(appointment=appointment, hold=hold, covers=covers):
            until = screen.wall(hold.until)
            again = "" if covers else " It will have to be authorized again before the start."
            held = f"{hold.amount} reserved on {hold.brand} …{hold.last4} until {until}."
            return f"{_confirmed(screen, appointment)} {held} Nothing is charged yet.{again}"
        case PatientNeeded(hold=hold, challenge=challenge):
            return f"The bank asks the patient to confirm, at {challenge} (hold {hold.ref})."
        case BeingChecked(why=why):
            return f"Being checked ({why}). Do not pay again; it will be settled by itself."
        case Confirmed():
            return _confirmed(screen, outcome)
        case Reserved(terms=terms, deadline=deadline):
            return f"{terms.id} is reserved until {screen.wall(deadline)}; a card is needed."
        case AwaitingConfirmation(terms=terms, deadline=deadline):
            start = screen.wall(terms.start)
            return f"{terms.id} is entered for {start}; to be confirmed by {screen.wall(deadline)}."
        case Completed(terms=terms, amount=amount):
            return f"{terms.id} is completed; {amount} will be charged."
        case NoShow(terms=terms, amount=amount):
            return f"{terms.id} is a no-show; {amount} will be charged."
        case Cancelled(terms=terms, fee=fee, practitioner_absent=absent):
            why = " because the practitioner did not come" if absent else ""
            return f"{terms.id} is cancelled{why}; {fee} will be charged."
        case Lapsed(terms=terms):
            return f"{terms.id} has lapsed; the slot is free."
        case Joined(appointment=appointment, role=role, room=room):
            who, until = role.value, screen.wall(room.until)
            return f"The {who} may enter {appointment.terms.id} at {room.address} until {until}."
        case Attendance(role=role, seen=seen, at=at):
            return f"Noted: the {role.value} {seen.value}, {screen.wall(at)}."
        case Operation(amount=amount, appointment=appointment):
            return f"{amount} of {appointment} will be refunded; the worker carries it out."
        case Rating(appointment=appointment, stars=stars):
            return f"{appointment} is rated {stars} of 5."
        case Waiting(id=id, state=state, before=before):
            return f"{id}: {state.value}, for a slot before {screen.wall(before)}."
        case _:
            raise TypeError(f"no words for {type(outcome).__name__}")


def _confirmed(screen: Screen, appointment: Confirmed) -> str:
    terms = appointment.terms
    return f"{terms.id} is confirmed: {terms.mode.value}, {screen.wall(terms.start)}."
