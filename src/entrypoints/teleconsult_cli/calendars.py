"""Calendars to subscribe to: give an address out, take it away, see what stands behind it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from teleconsult_cli.asking import as_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.main import cli
from teleconsult_core.ids import PatientId, PractitionerId
from teleconsult_core.people import Actor, patient_actor, practitioner_actor
from teleconsult_wiring import feed_text


@cli.group("calendar")
def calendar() -> None:
    """Calendars to subscribe to: a practitioner's agenda, a patient's appointments."""


def _owner_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--patient", metavar="ID", help="His appointments."),
        click.option("--practitioner", metavar="ID", help="His agenda, without patients' names."),
    ):
        function = option(function)
    return function


def _owner(practitioner: str | None, patient: str | None) -> Actor:
    if practitioner is not None and patient is None:
        return practitioner_actor(PractitionerId(practitioner))
    if patient is not None and practitioner is None:
        return patient_actor(PatientId(patient))
    raise click.UsageError("whose calendar? give --practitioner or --patient")


@command(calendar, "feed")
@_owner_options
@as_option
def feed(at: AtHand, practitioner: str | None, patient: str | None, actor: Actor | None) -> None:
    """The secret address to subscribe to, the same until it is revoked."""
    owner = _owner(practitioner, patient)
    address = at.screen.unless_refused(
        at.desk.make_feed(owner=owner, by=actor or OPERATOR, now=at.now)
    )
    at.screen.value({"address": address}, address)


@command(calendar, "revoke")
@_owner_options
@as_option
def revoke(at: AtHand, practitioner: str | None, patient: str | None, actor: Actor | None) -> None:
    """Let the address that was given out lead nowhere; the next one is another."""
    owner = _owner(practitioner, patient)
    revoked = at.screen.unless_refused(
        at.desk.revoke_feed(owner=owner, by=actor or OPERATOR, now=at.now)
    )
    words = "The address is dead." if revoked else "There was no address."
    at.screen.value({"revoked": len(revoked)}, words)


@command(calendar, "show")
def show(at: AtHand) -> None:
    """What a calendar program reads at the address given on stdin, as an .ics file on stdout."""
    token = sys.stdin.readline().strip().rpartition("/")[2]
    view = at.screen.unless_refused(at.desk.read_feed(token=token, now=at.now))
    text = feed_text(view)
    if at.json:
        at.screen.value({"calendar": text}, "")
    else:
        click.echo(text, nl=False)
