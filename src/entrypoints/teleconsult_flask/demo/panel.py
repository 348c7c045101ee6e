"""What stands beside the clinic in the demonstration: the clock, who one is, phone and mailbox.

May import wiring. None of this is on a real site: here the visitor plays everybody, and moves
the clock.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from attrs import frozen
from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from teleconsult_core.appointments import Appointment, Confirmed
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.messages import Kind, MessageState
from teleconsult_core.people import Actor, Role, practitioner_actor
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval
from teleconsult_flask.browser import session
from teleconsult_flask.drawing import also_around, render_template
from teleconsult_flask.languages import say
from teleconsult_flask.web import at_hand, now
from teleconsult_wiring import App, one_round

OTHERS = (Actor(Role.SUPPORT, "sofie"), Actor(Role.OPERATOR, "olivier"))
SHOWN = 30
"""Messages of each kind, the newest."""
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
REMINDERS = frozenset({Kind.REMINDER, Kind.LAST_REMINDER, Kind.AUTHORIZE})
LINK = re.compile(r"https://[^\s<>\"]+[\w/-]")


@frozen
class Stop:
    """A moment worth going to, and what happens then."""

    at: datetime
    about: str


def acting() -> Actor | None:
    """Whose part the visitor plays in this browser; None is a patient."""
    part = session.get("part", "")
    return next((one for one in _parts() if str(one) == part), None)


def beside(app: App, flask: Flask) -> None:
    """Put the panel beside the pages of `flask`, which shows `app`."""
    panel = Blueprint("demo", __name__)

    def show() -> str:
        """The clock, the parts, the phone and the mailbox."""
        return render_template(
            "demo.html",
            stops=_stops(),
            steps=STEPS,
            texts=app.sandbox.phone.messages()[: -SHOWN - 1 : -1],
            mails=app.sandbox.mailbox.messages()[: -SHOWN - 1 : -1],
        )

    def letter(number: int) -> str:
        found = (one for one in app.sandbox.mailbox.messages() if one.number == number)
        return render_template("demo_letter.html", mail=next(found, None) or abort(404))

    def go() -> Response:
        """Time passes, and whatever was due meanwhile happens."""
        to = request.form.get("to", "")
        step = STEPS.get(to)
        stop = next((one for one in _stops() if one.at.isoformat() == to), None)
        if step is None and stop is None:
            abort(400)
        app.sandbox.clock.forward(step if step else max(stop.at - now(), timedelta()))  # type: ignore[union-attr]
        for _ in range(5):
            if not one_round(app).busy:
                break
        return redirect(url_for("demo.show"), 303)

    def play() -> Response:
        part = request.form.get("part", "")
        if part and part not in {str(one) for one in _parts()}:
            abort(400)
        session["part"] = part
        return redirect(_home(acting()), 303)

    panel.add_url_rule("/demo", view_func=show)
    panel.add_url_rule("/demo/letters/<int:number>", view_func=letter)
    panel.add_url_rule("/demo/clock", view_func=go, methods=["POST"])
    panel.add_url_rule("/demo/part", view_func=play, methods=["POST"])
    flask.register_blueprint(panel)
    also_around(flask, lambda: {"demo": _bar(), "with_links": _with_links})


def _bar() -> dict[str, object]:
    with at_hand().desk.open_work(writing=False) as work:
        names = {one.id: one.name for one in work.clinic.practitioners()}
    words = {Role.SUPPORT: say("Support"), Role.OPERATOR: say("Operator")}
    parts = [
        (str(one), words.get(one.role) or names.get(PractitionerId(one.id), one.id))
        for one in _parts()
    ]
    return {"now": now(), "part": session.get("part", ""), "parts": parts}


def _parts() -> list[Actor]:
    with at_hand().desk.open_work(writing=False) as work:
        doctors = [practitioner_actor(one.id) for one in work.clinic.practitioners()]
    return [*doctors, *OTHERS]


def _home(actor: Actor | None) -> str:
    """Where a part begins, as far as the site has such a page."""
    starts = {
        Role.PRACTITIONER: "teleconsult.agenda",
        Role.SUPPORT: "teleconsult.support",
        Role.OPERATOR: "teleconsult.operator",
    }
    endpoint = starts.get(actor.role, "") if actor else "teleconsult.practitioners"
    known = endpoint in current_app.view_functions
    return url_for(endpoint if known else "demo.show")


def _stops() -> list[Stop]:
    """What is still to come of the visitor's own appointments, or of the doctor's he plays."""
    at, stops = now(), []
    with at_hand().desk.open_work(writing=False) as work:
        for found in _his(work, at)[:3]:
            stops += _moments(work, found)
    return sorted((one for one in stops if one.at > at), key=lambda one: one.at)


def _his(work: Work, at: datetime) -> list[Appointment]:
    actor = acting()
    if actor is not None and actor.role is Role.PRACTITIONER:
        soon = Interval(at - timedelta(hours=2), at + timedelta(days=14))
        found = work.appointments.starting(PractitionerId(actor.id), soon)
        return [one for one in found if isinstance(one, Confirmed)]
    own = [work.appointments.get(AppointmentId(id)) for id, _ in session.get("mine", [])]
    return [one for one in reversed(own) if one is not None]


def _moments(work: Work, found: Appointment) -> list[Stop]:
    terms, policies = found.terms, at_hand().practice().policies
    if not isinstance(found, Confirmed):
        return []
    waiting = [
        one.due_at
        for one in work.outbox.of(terms.id)
        if one.state is MessageState.PLANNED and one.kind in REMINDERS
    ]
    holds = [hold.until for hold in work.holds.of(terms.id) if hold.until]
    return [
        *(Stop(at, say("the next reminder")) for at in sorted(set(waiting))[:1]),
        *(Stop(until, say("the reservation on the card ends")) for until in holds[-1:]),
        Stop(terms.start - policies.join_early, say("the waiting room opens")),
        Stop(terms.start, say("the consultation begins")),
        Stop(terms.start + policies.grace, say("whoever is not there counts as absent")),
        Stop(terms.end, say("the consultation ends")),
    ]


def _with_links(text: str) -> Markup:
    """The words of a message; links of the clinic lead to the pages of the demonstration."""
    base = at_hand().base_url
    parts, last = [], 0
    for found in LINK.finditer(text):
        address = found[0]
        target = address.removeprefix(base) if address.startswith(base) else address
        parts.append(escape(text[last : found.start()]))
        parts.append(Markup('<a href="{}">{}</a>').format(target, address))
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])
