"""The operator's page: whether everything goes, what is set aside, what retention would forget.

May import the core. It shows work and counts, and nothing of any patient.
"""

from __future__ import annotations

from datetime import datetime

from attrs import asdict, frozen
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.ids import MessageId, OperationId
from teleconsult_core.people import Role
from teleconsult_core.refusals import NotFound, Refusal
from teleconsult_core.use_cases.apply_retention import Forgotten
from teleconsult_flask.drawing import render_template
from teleconsult_flask.health import work_counted
from teleconsult_flask.languages import say
from teleconsult_flask.own import signed_in
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
SHOWN = 100


@frozen
class SetAside:
    """What nobody tries any more, and why."""

    kind: str
    id: str
    since: datetime
    why: str


def pages(site: Blueprint) -> None:
    site.add_url_rule("/operate", view_func=operator)
    site.add_url_rule("/operate/retry", view_func=retry, methods=["POST"])
    site.add_url_rule("/operate/retention", view_func=retention, methods=["POST"])


def operator() -> Page:
    signed_in(Role.OPERATOR)
    return _page()


def retry() -> Page:
    """Take up again what was set aside; the worker does the rest."""
    by, id = signed_in(Role.OPERATOR), request.form.get("id", "")
    desk = at_hand().desk
    outcome: object = desk.retry_payment(operation=OperationId(id), by=by, now=now())
    if isinstance(outcome, NotFound):
        outcome = desk.retry_message(message=MessageId(id), by=by, now=now())
    if isinstance(outcome, Refusal):
        return _page(error=say("This is no longer set aside.")), 409
    return redirect(url_for("teleconsult.operator"), 303)


def retention() -> Page:
    """What a run would forget now; nothing is forgotten here."""
    forgotten = at_hand().desk.apply_retention(by=signed_in(Role.OPERATOR), now=now(), dry_run=True)
    return _page(forgotten if isinstance(forgotten, Forgotten) else None)


def _page(forgotten: Forgotten | None = None, error: str = "") -> str:
    with at_hand().desk.open_work(writing=False) as work:
        aside = [
            *(
                SetAside("payment", one.id, one.created_at, one.outcome)
                for one in work.operations.parked(SHOWN)
            ),
            *(
                SetAside("message", one.id, one.due_at, one.note)
                for one in work.outbox.parked(SHOWN)
            ),
        ]
    counts = {} if forgotten is None else asdict(forgotten)
    counts.pop("dry_run", None)
    return render_template(
        "operate.html", counted=work_counted(), aside=aside, forgotten=counts, error=error
    )
