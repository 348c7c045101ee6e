"""Weeks in figures, charts and their table: occupancy, absences, money. May import the core."""

from __future__ import annotations

from datetime import date

from attrs import frozen
from flask import Blueprint, abort

from teleconsult_core.ids import PractitionerId
from teleconsult_core.use_cases.show_figures import Figures, WeekFigures
from teleconsult_flask.drawing import render_template
from teleconsult_flask.practice.asker import me
from teleconsult_flask.showing import amount, percent
from teleconsult_flask.web import at_hand, now

HEIGHT = 100
"""Of a bar that is as high as it gets, in the chart's own units."""


@frozen
class Bar:
    """One week in a chart: how high it is, and what stands over it; all is in the table too."""

    monday: date
    value: str
    y: float
    height: float


def pages(site: Blueprint) -> None:
    site.add_url_rule("/practice/figures", view_func=figures)


def figures() -> str:
    by = me()
    found = at_hand().desk.show_figures(practitioner=PractitionerId(by.id), by=by, now=now())
    if not isinstance(found, Figures):
        abort(404)
    return render_template(
        "practice/figures.html",
        found=found,
        occupancy=_bars([_full(week) for week in found.weeks]),
        money=_bars([_charged(week) for week in found.weeks]),
        height=HEIGHT,
    )


def _full(week: WeekFigures) -> tuple[date, float, str]:
    return week.monday, week.occupancy or 0.0, percent(week.occupancy)


def _charged(week: WeekFigures) -> tuple[date, float, str]:
    return week.monday, max(0, week.charged.minor), amount(week.charged)


def _bars(weeks: list[tuple[date, float, str]]) -> list[Bar]:
    """The highest of them fills the chart: what it is, stands over it."""
    highest = max((figure for _, figure, _ in weeks), default=0) or 1
    heights = [round(figure / highest * HEIGHT, 1) for _, figure, _ in weeks]
    return [
        Bar(monday=monday, value=value, y=round(HEIGHT - height, 1), height=height)
        for (monday, _, value), height in zip(weeks, heights, strict=True)
    ]
