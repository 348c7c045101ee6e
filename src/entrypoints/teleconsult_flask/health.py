"""Whether the site lives and is ready, and its figures, for machines. May import the core.

`/metrics` shows counts of work, of nobody's: it is there for whoever has the token, and nowhere
for anybody else.
"""

from __future__ import annotations

import hmac
from datetime import timedelta

from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from teleconsult_core.ports import PortTrouble
from teleconsult_core.use_cases.record import NoPractice
from teleconsult_flask.watching import figures
from teleconsult_flask.web import at_hand, now

LATE = timedelta(minutes=10)
STUCK = timedelta(hours=1)


def pages(site: Blueprint) -> None:
    site.add_url_rule("/health", view_func=health)
    site.add_url_rule("/ready", view_func=ready)
    site.add_url_rule("/metrics", view_func=metrics)


def health() -> Response:
    """The process lives; nothing else is asked."""
    return jsonify(status="ok")


def ready() -> Response:
    """Requests can be answered: the database does, a clinic is there, and we are not closing."""
    try:
        at_hand().practice()
    except (PortTrouble, NoPractice):
        return _not_ready("database")
    return _not_ready("closing") if at_hand().closing.is_set() else jsonify(status="ready")


def metrics() -> Response:
    """In Prometheus's text format, for the bearer of the token."""
    token = at_hand().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    text = generate_latest(figures().registry) + generate_latest(_of_the_work())
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _not_ready(why: str) -> Response:
    answer = jsonify(status="not ready", why=why)
    answer.status_code = 503
    return answer


def work_counted() -> dict[str, int]:
    """How much is due, stuck or set aside now."""
    with at_hand().desk.open_work(writing=False) as work:
        return {
            "messages_late": work.outbox.overdue(now() - LATE),
            "messages_parked": len(work.outbox.parked(1000)),
            "payments_under_way": work.operations.open_count(),
            "payments_stuck": len(work.operations.open_since(now() - STUCK, 1000)),
            "payments_parked": len(work.operations.parked(1000)),
        }


def _of_the_work() -> CollectorRegistry:
    """Counted when it is asked for; the same in every process."""
    registry = CollectorRegistry()
    for name, count in work_counted().items():
        words = f"{name.replace('_', ' ').capitalize()}, now."
        Gauge(f"teleconsult_{name}", words, registry=registry).set(count)
    return registry
