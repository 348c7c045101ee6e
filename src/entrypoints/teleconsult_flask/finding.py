"""Find a practitioner and a time: the list, the public profile, its slots by day (S1).

Everything works by links alone. The video message is not here: it belongs to the booking (S21).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from attrs import frozen
from flask import Blueprint, abort, render_template, request
from werkzeug.datastructures import MultiDict

from teleconsult_core.ids import PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.people import Practitioner
from teleconsult_core.policies import no_show_cap
from teleconsult_core.refusals import NotFound
from teleconsult_core.schedules import VisitType
from teleconsult_core.slots import Mode, Slot
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.offer_slots import Profile
from teleconsult_flask.showing import local_day
from teleconsult_flask.web import at_hand, now

PAGE = timedelta(days=7)
"""How much of an agenda one page shows."""
FAR = timedelta(days=90)
"""How far the first free slot is looked for."""


@frozen
class Found:
    """A practitioner in the list, with the first slot that is free for what was asked."""

    practitioner: Practitioner
    modes: tuple[Mode, ...]
    first: Slot | None
    visit_type: VisitType | None


@frozen
class Choice:
    """What the reader of a profile has chosen: a visit, a mode, and from when on."""

    visit_type: VisitType
    mode: Mode
    page: int


def pages(site: Blueprint) -> None:
    site.add_url_rule("/", view_func=practitioners)
    site.add_url_rule("/p/<practitioner>", view_func=profile)


def practitioners() -> str:
    """All who fit what was asked, whoever is free first on top."""
    with at_hand().desk.open_work(writing=False) as work:
        everybody = work.clinic.practitioners()
    asked = request.args
    mode = _mode(asked)
    fitting = [one for one in everybody if _fits(one, asked)]
    found = sorted((_found(one, mode) for one in fitting), key=_soonest)
    return render_template(
        "practitioners.html",
        found=[one for one in found if mode is None or mode in one.modes],
        professions=sorted({one.profession for one in everybody}),
        spoken=sorted({language for one in everybody for language in one.languages}),
        asked=asked,
    )


def profile(practitioner: str) -> str:
    """Who it is, what it costs at most, and every free slot of a week."""
    web = at_hand()
    found = web.desk.show_profile(practitioner=PractitionerId(practitioner))
    if isinstance(found, NotFound) or not found.visit_types:
        abort(404)
    choice = _choice(found, request.args)
    first = _first(found.practitioner, choice.visit_type, choice.mode)
    window = Interval(now() + choice.page * PAGE, now() + (choice.page + 1) * PAGE)
    slots = _slots(found.practitioner, choice.visit_type, choice.mode, window)
    return render_template(
        "profile.html",
        profile=found,
        choice=choice,
        fee=choice.visit_type.offers[choice.mode].fee,
        cap=_no_show(found, choice),
        first=first,
        days=by_day(slots),
        pages=FAR // PAGE,
    )


def by_day(slots: Iterable[Slot]) -> list[tuple[date, list[Slot]]]:
    """Slots under the local day on which they begin."""
    return [(day, list(its)) for day, its in groupby(slots, key=lambda one: local_day(one.start))]


def _no_show(profile: Profile, choice: Choice) -> Money | None:
    """The most that not coming may cost; None where nothing may be asked."""
    fee = choice.visit_type.offers[choice.mode].fee
    cap = no_show_cap(profile.practitioner.no_show or profile.practice.policies.no_show, fee)
    return cap if isinstance(cap, Money) and cap.minor else None


def _fits(one: Practitioner, asked: MultiDict[str, str]) -> bool:
    profession, language = asked.get("profession", ""), asked.get("speaks", "")
    return profession in {"", one.profession} and (not language or language in one.languages)


def _found(one: Practitioner, mode: Mode | None) -> Found:
    """With the earliest slot over all visit types."""
    with at_hand().desk.open_work(writing=False) as work:
        kinds = work.clinic.visit_types(one.id)
    modes = tuple(mode for mode in Mode if any(mode in kind.offers for kind in kinds))
    firsts = [
        (first, kind)
        for kind in kinds
        for wanted in ([mode] if mode else modes)
        if wanted in kind.offers and (first := _first(one, kind, wanted)) is not None
    ]
    slot, kind = min(firsts, key=lambda pair: pair[0].start, default=(None, None))
    return Found(one, modes, slot, kind)


def _soonest(one: Found) -> tuple[bool, str, str]:
    return (
        one.first is None,
        one.first.start.isoformat() if one.first else "",
        one.practitioner.name,
    )


def _first(one: Practitioner, kind: VisitType, mode: Mode) -> Slot | None:
    """The first free slot; looked for a week at a time, since most are near."""
    for week in range(FAR // PAGE):
        window = Interval(now() + week * PAGE, now() + (week + 1) * PAGE)
        if slots := _slots(one, kind, mode, window):
            return slots[0]
    return None


def _slots(one: Practitioner, kind: VisitType, mode: Mode, window: Interval) -> tuple[Slot, ...]:
    found = at_hand().desk.offer_slots(
        practitioner=one.id,
        visit_type=kind.id,
        window=window,
        now=now(),
        modes=frozenset({mode}),
    )
    return () if isinstance(found, NotFound) else found


def _choice(profile: Profile, asked: MultiDict[str, str]) -> Choice:
    """What the address names; what it names wrongly is the first there is."""
    kinds = profile.visit_types
    kind = next((one for one in kinds if one.id == asked.get("visit")), kinds[0])
    mode = _mode(asked)
    if mode is None or mode not in kind.offers:
        mode = next(one for one in Mode if one in kind.offers)
    page = asked.get("week", "0")
    far = FAR // PAGE - 1
    return Choice(kind, mode, min(int(page), far) if page.isascii() and page.isdigit() else 0)


def _mode(asked: MultiDict[str, str]) -> Mode | None:
    return next((mode for mode in Mode if mode.value == asked.get("mode")), None)
