"""Everything that happened to one appointment, on one time-line. May import the core."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from attrs import frozen
from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from teleconsult_core.audit import AuditEntry
from teleconsult_core.holds import CHARGED, CardHold
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.messages import Channel, Message, MessageState
from teleconsult_core.people import Role
from teleconsult_core.refusals import NotFound, Refusal, TooEarly
from teleconsult_core.use_cases.look_at import TimeLine, note_looks
from teleconsult_flask.drawing import render_template
from teleconsult_flask.hold_words import hold_words
from teleconsult_flask.languages import say
from teleconsult_flask.limits import limited_for
from teleconsult_flask.own import signed_in
from teleconsult_flask.showing import amount, local_day, when
from teleconsult_flask.support.masked import masked, uncovered
from teleconsult_flask.support.words import action_words, kind_words
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response


@frozen
class Event:
    """One line of the time-line: what happened, and through whom."""

    at: datetime
    what: str
    who: str = ""
    detail: str = ""


def pages(site: Blueprint) -> None:
    own = "/support/a/<appointment>"
    site.add_url_rule(own, view_func=look_at)
    site.add_url_rule(f"{own}/contact", view_func=uncover, methods=["POST"])
    site.add_url_rule(f"{own}/link", view_func=link_again, methods=["POST"])


def look_at(appointment: str) -> Page:
    return line_page(line_for_support(appointment))


def uncover(appointment: str) -> Page:
    """The patient's name and how to reach him, this once; that it was done is written down."""
    by, line = signed_in(Role.SUPPORT), line_for_support(appointment)
    limited_for("uncover", "120 per hour", str(by))
    terms = line.appointment.terms
    seen = AuditEntry(now(), by, "see contact details", terms.id, terms.patient)
    note_looks(at_hand().desk, seen)
    return line_page(line, contact=True)


def link_again(appointment: str) -> Page:
    """New links to what is on file; the earlier ones end."""
    by, line = signed_in(Role.SUPPORT), line_for_support(appointment)
    id = line.appointment.terms.id
    outcome = at_hand().desk.resend_link(appointment=id, by=by, now=now())
    if isinstance(outcome, TooEarly):
        told = say("A link has just been sent. The next can go from %(when)s on.")
        return line_page(line, told % {"when": when(outcome.opens_at)}), 409
    if isinstance(outcome, Refusal):
        return line_page(line, say("There is no link to send for this appointment any more.")), 409
    return redirect(url_for("teleconsult.look_at", appointment=id), 303)


def line_for_support(appointment: str) -> TimeLine:
    """Everything about an appointment; the look is noted."""
    by = signed_in(Role.SUPPORT)
    line = at_hand().desk.show_appointment(appointment=AppointmentId(appointment), by=by, now=now())
    return abort(404) if isinstance(line, NotFound) else line


def charged(line: TimeLine) -> CardHold | None:
    """The hold of which something was taken."""
    return next((hold for hold in line.holds if hold.state in CHARGED), None)


def line_page(
    line: TimeLine,
    error: str = "",
    *,
    contact: bool = False,
    asked: dict[str, str] | None = None,
    field: str = "",
) -> str:
    return render_template(
        "support/appointment.html",
        line=line,
        terms=line.appointment.terms,
        patient=uncovered(line.patient) if contact else masked(line.patient),
        contact=contact,
        charged=charged(line),
        days=_by_day(_events(line)),
        practitioner=_name(line.appointment.terms.practitioner),
        error=error,
        field=field,
        asked=asked or {},
    )


def _events(line: TimeLine) -> list[Event]:
    """In the order in which it happened."""
    actions, kinds = action_words(), kind_words()
    happened = [
        Event(one.at, actions.get(one.action, one.action), one.actor.role.value, _detail(one))
        for one in line.audit
    ]
    entered, left = say("entered the room"), say("left the room")
    happened += [
        Event(one.at, entered if one.seen.value == "entered" else left, one.role.value)
        for one in line.attendance
    ]
    happened += [
        Event(one.done_at or one.due_at, _message(one, kinds), "", _note(one))
        for one in line.messages
    ]
    happened += [
        Event(one.issued_at, say("document issued"), "", f"{one.number}, {amount(one.amount)}")
        for one in line.receipts
    ]
    return sorted(happened, key=lambda event: event.at)


def _detail(entry: AuditEntry) -> str:
    """What changed on a card is said in words; the rest was written by somebody."""
    words = hold_words()
    before, arrow, after = entry.detail.rpartition(": ")[2].partition(" -> ")
    if entry.action == "hold" and arrow:
        return f"{words.get(before, before)} → {words.get(after, after)}"
    return entry.detail


def _by_day(events: list[Event]) -> list[tuple[date, list[Event]]]:
    """A day is said once, over its hours."""
    return [(day, list(its)) for day, its in groupby(events, lambda event: local_day(event.at))]


def _name(practitioner: PractitionerId) -> str:
    with at_hand().desk.open_work(writing=False) as work:
        found = work.clinic.practitioner(practitioner)
    return found.name if found else practitioner


def _note(message: Message) -> str:
    """Why it was not sent, where that is one of our own reasons."""
    return {"over": say("no longer needed"), "stale": say("too late")}.get(
        message.note, message.note
    )


def _message(message: Message, kinds: dict[str, str]) -> str:
    states = {
        MessageState.PLANNED: say("planned"),
        MessageState.SENT: say("sent"),
        MessageState.DROPPED: say("not sent"),
        MessageState.PARKED: say("given up"),
    }
    kind = kinds.get(message.kind.value, message.kind.value)
    channel = say("E-mail") if message.channel is Channel.EMAIL else say("SMS")
    return f"{channel} · {kind} · {states[message.state]}"
