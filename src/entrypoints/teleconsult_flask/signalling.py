"""What the scripts of the room ask, as JSON: a seat, who else is there, what the other says.

May import the core. Anything refused is a problem (RFC 9457) with the refusal's stable code.
Nothing of the call passes before both are admitted, and no address of a relay either.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import NotAdmitted, NotFound, Refusal, RoomEnded, SeatTaken
from teleconsult_core.seats import Seat, Signal
from teleconsult_core.use_cases.keep_seat import Beat
from teleconsult_core.use_cases.see_room import Room
from teleconsult_core.use_cases.take_seat import Seated
from teleconsult_flask.beats import Beats
from teleconsult_flask.bells import PLACE, Bells, SetAside
from teleconsult_flask.limits import limited
from teleconsult_flask.own import one_of_the_two
from teleconsult_flask.room import device
from teleconsult_flask.web import EXTENSION as WEB
from teleconsult_flask.web import Web, at_hand, now

EXTENSION, BEATS = "teleconsult-bells", "teleconsult-beats"
PATIENCE = 20.0
"""Seconds for which a question for news stays open."""
IN_A_WHILE = 1000
"""Milliseconds until the next question, when there are too many open ones."""


def pages(site: Blueprint) -> None:
    here = "/room/<appointment>"
    for name, view, method in (
        ("seat", sit_down, "POST"),
        ("beat", beat, "POST"),
        ("news", news, "GET"),
        ("signals", signal, "POST"),
        ("admit", admit, "POST"),
        ("leave", leave, "POST"),
        ("end", end, "POST"),
    ):
        site.add_url_rule(f"{here}/{name}", f"room_{name}", view, methods=[method])


def sit_down(appointment: str) -> Response:
    """Take one's seat with this browser."""
    by = _asker(appointment, "60 per minute")
    seated = at_hand().desk.take_seat(
        appointment=AppointmentId(appointment), by=by, device=device(), now=now()
    )
    if not isinstance(seated, Seated):
        return problem(seated)
    _bells().ring(seated.seat.appointment)
    return _shown(by, Room(seated.seat, seated.other, ended=False, moment=seated.moment))


def beat(appointment: str) -> Response:
    """Still here."""
    by = _asker(appointment, "120 per minute")
    kept = _beats().keep(Beat(AppointmentId(appointment), by, _number("epoch"), now()))
    return _shown(by, kept) if isinstance(kept, Room) else problem(kept)


def news(appointment: str) -> Response:
    """The room as it is once it is another than the asker has seen, and what was said to him.

    Only who may be there waits for it; anybody else is told at once.
    """
    by, id = _asker(appointment, "600 per minute"), AppointmentId(appointment)
    epoch, seen = _number("epoch"), request.args.get("seen", "")[:200]
    desk = at_hand().desk
    room = desk.see_room(appointment=id, by=by, epoch=epoch, now=at_hand().now())
    if not isinstance(room, Room):
        return problem(room)
    mark = "" if room.ended else _mark_of(id, by.role, seen)
    asked = at_hand().now()
    said = desk.read_signals(appointment=id, by=by, epoch=epoch, after=_number("after"), now=asked)
    room = desk.see_room(appointment=id, by=by, epoch=epoch, now=asked)
    if not isinstance(room, Room):
        return problem(room)
    if not isinstance(said, tuple):
        if not isinstance(said, (NotAdmitted, RoomEnded)):
            return problem(said)
        said = ()
    return _shown(by, room, said, mark=mark or "", again_in=IN_A_WHILE if mark is None else 0)


def _mark_of(room: AppointmentId, role: Role, seen: str) -> str | None:
    """As `Bells.wait`; where the server can set a question aside, without keeping a thread."""
    bells, place = _bells(), request.environ.get(PLACE)
    if place is None:
        return bells.wait(room, seen, PATIENCE, role)
    told = False if place.used else bells.tell(room, seen, PATIENCE, place.wake, role)
    if told:
        raise SetAside
    return bells.mark(room) if told is False else None


def signal(appointment: str) -> Response:
    """Pass on to the other browser what this one says; we do not read it."""
    by = _asker(appointment, "600 per minute")
    sent = _passed_on(AppointmentId(appointment), by)
    if isinstance(sent, Refusal):
        return problem(sent)
    _bells().ring(sent.appointment)
    return jsonify(number=sent.number)


def admit(appointment: str) -> Response:
    """The practitioner lets the patient in; his first word may come along, and passes after that.

    `number` is null when it was not passed on: he says it again, if it still matters. Both browsers
    hear of the admission as news.
    """
    by, id = _asker(appointment, "60 per minute"), AppointmentId(appointment)
    seat = at_hand().desk.admit_patient(appointment=id, by=by, now=now())
    if not isinstance(seat, Seat):
        return problem(seat)
    sent = _passed_on(id, by) if request.form.get("body") else None
    _bells().ring(id)
    return jsonify(admitted=True, number=sent.number if isinstance(sent, Signal) else None)


def leave(appointment: str) -> Response:
    """Go, and come back later or with another device."""
    by = _asker(appointment, "60 per minute")
    left = at_hand().desk.give_up_seat(
        appointment=AppointmentId(appointment), by=by, epoch=_number("epoch"), now=now()
    )
    if not isinstance(left, Seat):
        return problem(left)
    _bells().ring(left.appointment)
    return jsonify(left=True)


def end(appointment: str) -> Response:
    """The practitioner ends the consultation for both."""
    by = _asker(appointment, "60 per minute")
    closed = at_hand().desk.end_room(appointment=AppointmentId(appointment), by=by, now=now())
    if not isinstance(closed, tuple):
        return problem(closed)
    _bells().ring(AppointmentId(appointment))
    return jsonify(ended=True)


def _passed_on(appointment: AppointmentId, by: Actor) -> Signal | Refusal:
    return at_hand().desk.send_signal(
        appointment=appointment,
        by=by,
        epoch=_number("epoch"),
        to_epoch=_number("to_epoch"),
        body=request.form.get("body", ""),
        now=now(),
    )


def problem(refusal: Refusal, status: int = 409) -> Response:
    """A refusal as RFC 9457 tells it; 404 for what is not there."""
    status = 404 if isinstance(refusal, NotFound) else status
    told: dict[str, object] = {
        "type": "about:blank",
        "title": refusal.code,
        "status": status,
        "code": refusal.code,
        "detail": str(refusal),
    }
    if isinstance(refusal, SeatTaken):
        told["free_in"] = max(0, int((refusal.free_at - now()).total_seconds() * 1000))
    answer = jsonify(told)
    answer.status_code, answer.mimetype = status, "application/problem+json"
    return answer


def _shown(
    by: Actor, room: Room, said: tuple[Signal, ...] = (), mark: str = "", again_in: int = 0
) -> Response:
    """The room as its two people may see it; the way around only to who is admitted."""
    mine, relay = room.seat, at_hand().relay
    shown: dict[str, object] = {
        "ended": room.ended,
        "moment": room.moment,
        "mark": mark,
        "again_in": again_in,
        "mine": _seat(mine),
        "other": _seat(room.other),
        "signals": [
            {"number": one.number, "from_epoch": one.from_epoch, "body": one.body} for one in said
        ],
    }
    if mine and mine.admitted_at and not room.ended and relay:
        until = mine.admitted_at + at_hand().longest_call
        who = f"{mine.appointment} {by.role.value} {mine.epoch}"
        shown["ice"] = relay.servers(who, until)
        shown["relay_only"] = relay.only
    return jsonify(shown)


def _seat(seat: Seat | None) -> dict[str, object] | None:
    if seat is None:
        return None
    admitted = seat.admitted_at is not None
    return {"epoch": seat.epoch, "admitted": admitted, "since": _instant(seat.taken_at)}


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _asker(appointment: str, rate: str) -> Actor:
    """One of the two, who does not ask without end."""
    by = one_of_the_two(appointment)
    limited(f"room {request.endpoint}", f"{appointment} {by.role.value}", rate)
    return by


def _number(name: str) -> int:
    value = request.values.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def close_rooms(app: Flask) -> None:
    """Send home whoever waits for news, before what `app` was made from is closed."""
    if WEB in app.extensions:
        cast(Web, app.extensions[WEB]).closing.set()
    if EXTENSION in app.extensions:
        cast(Bells, app.extensions[EXTENSION]).rest()


def _beats() -> Beats:
    """One for each application."""
    kept = current_app.extensions
    if BEATS not in kept:
        kept.setdefault(BEATS, Beats(at_hand().desk.keep_seats))
    return cast(Beats, kept[BEATS])


def _bells() -> Bells:
    """One for each application."""
    kept = current_app.extensions
    if EXTENSION not in kept:
        web = at_hand()

        def look() -> Mapping[AppointmentId, str]:
            with web.desk.open_work(writing=False) as work:
                return work.seats.marks()

        def look_at(room: AppointmentId) -> str:
            with web.desk.open_work(writing=False) as work:
                return work.seats.mark(room)

        kept.setdefault(EXTENSION, Bells(look, look_at, web.closing, places=web.long_polls))
    return cast(Bells, kept[EXTENSION])
