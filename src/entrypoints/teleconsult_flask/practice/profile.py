"""The practitioner's own profile, and the message of his video consultations (S21).

May import the core. Before it is kept, the page shows what patients will see: the profile, and the
message as it stands in the booking of a video consultation. How he is reached is shown and not
asked: links to his consultations go there, and whoever finds his browser open must not turn them.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.ids import PractitionerId
from teleconsult_core.people import (
    CONTACT,
    MOST_LANGUAGES,
    OWN_FIELDS,
    OwnProfile,
    check_languages,
)
from teleconsult_core.refusals import BadInput, Outdated, Refusal
from teleconsult_core.versions import version
from teleconsult_flask.details import NAME, Unfit, answered
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.practice.asker import me, my_profile
from teleconsult_flask.practice.hours_typed import Wrong
from teleconsult_flask.practice.told import told
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
SPOKEN = (
    *("fr", "nl", "en", "de", "ar", "bg", "el", "es", "fa", "it", "pl", "pt", "ro", "ru"),
    *("sq", "tr", "uk"),
)
"""Languages to choose from; whoever speaks another has it from the clinic's file."""
HIS = tuple(name for name in OWN_FIELDS if name not in CONTACT)
"""What the form asks."""
Given = dict[str, str | Sequence[str]]


def pages(site: Blueprint) -> None:
    site.add_url_rule("/practice/profile", view_func=own_profile)
    site.add_url_rule("/practice/profile", "set_profile", set_profile, methods=["POST"])


def own_profile() -> Page:
    me()
    own = my_profile().own
    return _form(_given(own), own)


def set_profile() -> Page:
    """First the preview, then, when it is confirmed, the profile itself."""
    by, standing = me(), my_profile().own
    given, seen = _typed(), request.form.get("based_on", "")
    try:
        wanted = _wanted(given)
    except Wrong as wrong:
        return _form(given, standing, wrong=wrong), 422
    if seen != version(standing) and wanted != standing:
        return _late(Outdated(what="profile", id=by.id), standing, wanted)
    if request.form.get("sure") == "again":
        return _form(given, standing)
    if request.form.get("sure") != "yes":
        return _form(given, standing, preview=wanted)
    outcome = at_hand().desk.change_profile(
        practitioner=PractitionerId(by.id), profile=wanted, based_on=seen, by=by, now=now()
    )
    if isinstance(outcome, Refusal):
        return _late(outcome, my_profile().own, wanted)
    return redirect(url_for("teleconsult.own_profile", kept="yes"), 303)


def _late(refusal: Refusal, standing: OwnProfile, wanted: OwnProfile) -> Page:
    """The form as it stands now, and beside it what was typed."""
    late = Wrong("", told(refusal))
    return _form(_given(standing), standing, wrong=late, typed=wanted), 409


def _typed() -> Given:
    given: Given = {name: request.form.get(name, "").strip() for name in HIS}
    given["languages"] = tuple(request.form.getlist("languages"))
    given["video_message"] = request.form.get("video_message", "").replace("\r\n", "\n").strip()
    return given


def _wanted(given: Given) -> OwnProfile:
    """The profile as it was typed. Raises `Wrong` for the first thing that is wrong with it."""
    said, standing = dict(given), my_profile().own
    if given["name"] != standing.name:  # what the clinic's file said is not judged
        try:
            said["name"] = answered(NAME, str(given["name"]))
        except Unfit as unfit:
            raise Wrong("name", str(unfit)) from None
    if not set(given["languages"]) <= set(_offered(standing)):
        raise Wrong("languages", _words("languages"))
    try:
        wanted = evolve(standing, **said)  # type: ignore[arg-type]  # each as its field wants it
        if wanted.languages != standing.languages:
            check_languages(wanted.languages)
        return wanted
    except BadInput as error:
        raise Wrong(error.field, _words(error.field)) from None


def _words(field: str) -> str:
    return {
        "profession": say("Enter your profession, in at most 200 characters."),
        "languages": say("Choose 1 to %(most)s languages.") % {"most": MOST_LANGUAGES},
        "video_message": say("The message may have 2,000 characters, and only ordinary ones."),
    }.get(field, say("Please look through it again."))


def _given(own: OwnProfile) -> Given:
    return {name: getattr(own, name) for name in HIS}


def _form(
    given: Given,
    standing: OwnProfile,
    *,
    wrong: Wrong | None = None,
    preview: OwnProfile | None = None,
    typed: OwnProfile | None = None,
) -> str:
    offered = _offered(standing)
    chosen = [one for one in given["languages"] if one in offered]
    return render_template(
        "practice/profile.html",
        mine=me().id,
        standing=standing,
        given=given,
        spoken=[*chosen, *(one for one in offered if one not in chosen)],
        based_on=version(standing),
        preview=preview,
        typed=_differing(typed, standing) if typed else [],
        kept=request.args.get("kept") == "yes",
        error=wrong.words if wrong else "",
        field=wrong.field if wrong else "",
    )


def _offered(standing: OwnProfile) -> list[str]:
    return [*standing.languages, *(one for one in SPOKEN if one not in standing.languages)]


def _differing(typed: OwnProfile, standing: OwnProfile) -> list[tuple[str, object]]:
    """What was typed and is not there, so that nothing typed is lost."""
    said = [(name, getattr(typed, name)) for name in HIS]
    return [(name, value) for name, value in said if value != getattr(standing, name)]
