"""The public profile: who it is, what it costs at most, and every free time of a week (S1).

Everything works by links alone, and looking leaves nothing in the browser. The video message is
not here: it belongs to the booking (S21).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache

from attrs import frozen
from flask import Blueprint, Request, Response, abort, request, url_for
from werkzeug.datastructures import MultiDict

from teleconsult_core.ids import PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.policies import no_show_cap
from teleconsult_core.refusals import NotFound
from teleconsult_core.schedules import VisitType
from teleconsult_core.slots import Mode, Slot
from teleconsult_core.use_cases.offer_slots import Profile
from teleconsult_flask.drawing import render_template
from teleconsult_flask.free_times import WEEKS, by_day, first_free, free_in, kept, week_of
from teleconsult_flask.kept_views import Made
from teleconsult_flask.languages import wished
from teleconsult_flask.showing import machine
from teleconsult_flask.web import at_hand, living_session

LONGEST = 400
"""Characters; no browser of a person asks for a page in more."""


@frozen
class Choice:
    """What the reader of a profile has chosen: a visit, a mode, and from when on."""

    visit_type: VisitType
    mode: Mode
    week: int


def pages(site: Blueprint) -> None:
    site.add_url_rule("/p/<practitioner>", view_func=profile)
    site.add_url_rule("/p/<practitioner>/slots.json", view_func=slots)


def profile(practitioner: str) -> Response:
    """The page. Whoever has signed in finds his own around it, and has it made for him."""
    id = PractitionerId(practitioner)
    if living_session() is not None:
        return Response(_page(id).view)
    return Response(_kept(id, wished(), lambda: _page(id)))


def slots(practitioner: str) -> Response:
    """The same free times for programs: starts and ends in UTC, and where each is booked."""
    id = PractitionerId(practitioner)
    return Response(_kept(id, ("json",), lambda: _json(id)), mimetype="application/json")


def _kept(id: PractitionerId, how: tuple[str, ...], make: Callable[[], Made[bytes]]) -> bytes:
    """By what was asked for and how; whoever asks at length has it made for him."""
    asked = request.query_string
    visit, mode, week = _asked(asked) if len(asked) <= LONGEST else _asked.__wrapped__(asked)
    key = (request.script_root, id, visit, mode, *how)
    if sum(map(len, key)) > LONGEST:
        return make().view
    return kept(id, (*key, week), make, week + 1)


@lru_cache(maxsize=512)
def _asked(query: bytes) -> tuple[str, str, int]:
    """The visit, the mode and the week that the end of an address names; most name none."""
    asked = Request({"QUERY_STRING": query.decode("latin-1")}).args
    return asked.get("visit", ""), asked.get("mode", ""), week_of(asked.get("week", ""))


def _page(id: PractitionerId) -> Made[bytes]:
    found, choice = _chosen(id)
    first, looked = first_free(id, choice.visit_type.id, choice.mode)
    text = render_template(
        "profile.html",
        profile=found,
        choice=choice,
        fee=choice.visit_type.offers[choice.mode].fee,
        cap=_no_show(found, choice),
        first=first,
        days=by_day(free_in(id, choice.visit_type.id, choice.mode, choice.week)),
        book=_booking(id, choice),
        weeks=WEEKS,
        here=_address(id, choice),
    )
    return Made(text.encode(), max(looked, choice.week + 1))


def _json(id: PractitionerId) -> Made[bytes]:
    found, choice = _chosen(id)
    fee, book = choice.visit_type.offers[choice.mode].fee, _booking(id, choice)
    told = {
        "practitioner": id,
        "visit": choice.visit_type.id,
        "mode": choice.mode.value,
        "week": choice.week,
        "zone": found.practice.zone,
        "fee": {"amount": fee.decimal, "currency": fee.currency},
        "slots": [
            {"start": machine(slot.start), "end": machine(slot.end), "book": book(slot)}
            for slot in free_in(id, choice.visit_type.id, choice.mode, choice.week)
        ],
    }
    return Made(json.dumps(told).encode(), choice.week + 1)


def _chosen(id: PractitionerId) -> tuple[Profile, Choice]:
    found = at_hand().desk.show_profile(practitioner=id)
    if isinstance(found, NotFound) or not found.visit_types:
        abort(404)
    return found, _choice(found, request.args)


def _choice(profile: Profile, asked: MultiDict[str, str]) -> Choice:
    """What the address names; what it names wrongly is the first there is."""
    kinds = profile.visit_types
    kind = next((one for one in kinds if one.id == asked.get("visit")), kinds[0])
    mode = next((one for one in kind.offers if one.value == asked.get("mode")), None)
    if mode is None:
        mode = next(one for one in Mode if one in kind.offers)
    return Choice(kind, mode, week_of(asked.get("week", "")))


def _booking(id: PractitionerId, choice: Choice) -> Callable[[Slot], str]:
    """Where a slot is booked; its start is the last part of the address."""
    visit, mode = choice.visit_type.id, choice.mode.value
    stem = url_for("teleconsult.check", practitioner=id, visit=visit, mode=mode, start="")
    return lambda slot: f"{stem}{slot.start:%Y%m%dT%H%MZ}"


def _address(id: PractitionerId, choice: Choice) -> str:
    """Of this very page, whatever else stood in the address that was asked for."""
    return url_for(
        "teleconsult.profile",
        practitioner=id,
        visit=choice.visit_type.id,
        mode=choice.mode.value,
        week=choice.week or None,
    )


def _no_show(profile: Profile, choice: Choice) -> Money | None:
    """The most that not coming may cost; None where nothing may be asked."""
    fee = choice.visit_type.offers[choice.mode].fee
    cap = no_show_cap(profile.practitioner.no_show or profile.practice.policies.no_show, fee)
    return cap if isinstance(cap, Money) and cap.minor else None
