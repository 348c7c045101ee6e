"""Rate a completed consultation, once, video exactly like in person (S17)."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Completed
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.ratings import Rating
from teleconsult_core.refusals import AlreadyRated, NotFound, NotYours, WrongState
from teleconsult_core.use_cases.permissions import not_its_patient
from teleconsult_core.use_cases.record import note


def rate(
    ports: Ports,
    *,
    appointment: AppointmentId,
    stars: int,
    by: Actor,
    now: datetime,
    words: str = "",
) -> Rating | NotFound | NotYours | WrongState | AlreadyRated:
    """1 to 5 stars and words. Raises `BadInput` for other stars or words that are none."""
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        if refusal := not_its_patient(found, by):
            return refusal
        if not isinstance(found, Completed):
            return WrongState(state=found.state, wanted="completed")
        rating = Rating(appointment, found.terms.practitioner, stars, now, words)
        known = work.ratings.get(appointment)
        if known is not None:
            same = (known.stars, known.words) == (rating.stars, rating.words)
            return known if same else AlreadyRated(stars=known.stars)
        work.ratings.put(rating)
        note(work, found, action="rate", actor=by, now=now)
        work.commit()
    return rating
