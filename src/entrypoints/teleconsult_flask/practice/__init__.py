"""The practitioner's pages: the agenda, one appointment, what it costs. May import the core.

Whoever has signed in as a practitioner sees his own agenda; whoever came by the link of one
appointment sees that one alone.
"""

from __future__ import annotations

from flask import Blueprint

from teleconsult_flask.practice import (
    agenda,
    decide,
    enter,
    figures,
    hours,
    hours_days,
    hours_weekly,
    money,
    patient,
    profile,
)


def pages(site: Blueprint) -> None:
    agenda.pages(site)
    patient.pages(site)
    decide.pages(site)
    enter.pages(site)
    hours.pages(site)
    hours_weekly.pages(site)
    hours_days.pages(site)
    profile.pages(site)
    money.pages(site)
    figures.pages(site)
