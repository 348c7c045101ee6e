"""Find a practitioner: by profession, mode and language, whoever is free first on top (S1)."""

from __future__ import annotations

from attrs import frozen
from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from teleconsult_core.people import Practitioner
from teleconsult_core.schedules import VisitType
from teleconsult_core.slots import Mode, Slot
from teleconsult_flask.drawing import render_template
from teleconsult_flask.free_times import first_free, kept
from teleconsult_flask.kept_views import Made
from teleconsult_flask.web import at_hand


@frozen
class Found:
    """A practitioner in the list, with the first slot that is free for what was asked."""

    practitioner: Practitioner
    modes: tuple[Mode, ...]
    first: Slot | None
    visit_type: VisitType | None


def pages(site: Blueprint) -> None:
    site.add_url_rule("/", view_func=practitioners)


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


def _fits(one: Practitioner, asked: MultiDict[str, str]) -> bool:
    profession, language = asked.get("profession", ""), asked.get("speaks", "")
    return profession in {"", one.profession} and (not language or language in one.languages)


def _found(one: Practitioner, mode: Mode | None) -> Found:
    """With the earliest slot over all visit types."""
    return kept(one.id, ("first free", one.id, mode), lambda: _looked_for(one, mode))


def _looked_for(one: Practitioner, mode: Mode | None) -> Made[Found]:
    with at_hand().desk.open_work(writing=False) as work:
        kinds = work.clinic.visit_types(one.id)
    modes = tuple(mode for mode in Mode if any(mode in kind.offers for kind in kinds))
    looked = [
        (kind, *first_free(one.id, kind.id, wanted))
        for kind in kinds
        for wanted in ([mode] if mode else modes)
        if wanted in kind.offers
    ]
    firsts = [(slot, kind) for kind, slot, _ in looked if slot is not None]
    slot, kind = min(firsts, key=lambda pair: pair[0].start, default=(None, None))
    return Made(Found(one, modes, slot, kind), max((weeks for *_, weeks in looked), default=1))


def _soonest(one: Found) -> tuple[bool, str, str]:
    return (
        one.first is None,
        one.first.start.isoformat() if one.first else "",
        one.practitioner.name,
    )


def _mode(asked: MultiDict[str, str]) -> Mode | None:
    return next((mode for mode in Mode if mode.value == asked.get("mode")), None)
