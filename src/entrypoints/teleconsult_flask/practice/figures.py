"""Weeks in figures, charts and their table: occupancy, absences, money. May import the core."""

from __future__ import annotations

from attrs import frozen
from flask import Blueprint, abort, render_template

from teleconsult_core.ids import PractitionerId
from teleconsult_core.use_cases.show_figures import Figures
from teleconsult_flask.practice.asker import me
from teleconsult_flask.web import at_hand, now

HEIGHT = 100
"""Of a bar that is as high as it gets, in the chart's own units."""


@frozen
class Bar:
    """One week in a chart: where it stands and how high it is; the words are in the table."""

    x: int
    y: float
    height: float


def pages(site: Blueprint) -> None:
    site.add_url_rule("/practice/figures", view_func=figures)


def figures() -> str:
    by = me()
    found = at_hand().desk.show_figures(practitioner=PractitionerId(by.id), by=by, now=now())
    if not isinstance(found, Figures):
        abort(404)
    highest = max((week.charged.minor for week in found.weeks), default=0) or 1
    return render_template(
        "practice/figures.html",
        found=found,
        occupancy=_bars([min(1.0, week.occupancy or 0.0) for week in found.weeks]),
        money=_bars([max(0, week.charged.minor) / highest for week in found.weeks]),
        percent=_percent,
        height=HEIGHT,
    )


def _bars(shares: list[float]) -> list[Bar]:
    heights = [round(share * HEIGHT, 1) for share in shares]
    return [
        Bar(x=n * 40 + 6, y=round(HEIGHT - height, 1), height=height)
        for n, height in enumerate(heights)
    ]


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{round(share * 100)} %"
