"""Meeting: join, leave, trouble, and the lost link."""

from __future__ import annotations

import sys

import click

from teleconsult_cli.asking import as_option
from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.main import cli
from teleconsult_cli.telling import tell
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Role

role_option = click.option(
    "--role",
    type=click.Choice(["patient", "practitioner"]),
    default="patient",
    show_default=True,
    help="Which of the two.",
)
device_option = click.option("--device", default="cli", show_default=True, help="Which browser.")


@command(cli, "join")
@role_option
@device_option
@as_option
@click.option("--link", "by_link", is_flag=True, help="Read the link from stdin instead.")
@click.argument("appointment", required=False)
def join(
    at: AtHand, appointment: str | None, role: str, device: str, actor: Actor | None, by_link: bool
) -> None:
    """Enter the waiting room of APPOINTMENT, or by the link that a message carried (--link)."""
    if by_link:
        token = sys.stdin.readline().strip().rpartition("/")[2]
        tell(at.screen, at.desk.join_by_link(token=token, device=device, now=at.now))
        return
    if appointment is None:
        raise click.UsageError("which appointment? give its id, or --link")
    by = actor or at.person(Role(role), appointment)
    id = AppointmentId(appointment)
    tell(at.screen, at.desk.join(appointment=id, by=by, device=device, now=at.now))


@command(cli, "leave")
@role_option
@device_option
@click.argument("appointment")
def leave(at: AtHand, appointment: str, role: str, device: str) -> None:
    """Leave the room of APPOINTMENT."""
    by = at.person(Role(role), appointment)
    id = AppointmentId(appointment)
    tell(at.screen, at.desk.leave(appointment=id, by=by, device=device, now=at.now))


@command(cli, "trouble")
@role_option
@device_option
@click.argument("appointment")
def trouble(at: AtHand, appointment: str, role: str, device: str) -> None:
    """Note that entering APPOINTMENT failed: camera, microphone, network."""
    by = at.person(Role(role), appointment)
    id = AppointmentId(appointment)
    tell(at.screen, at.desk.report_trouble(appointment=id, by=by, device=device, now=at.now))


@command(cli, "resend-link")
@as_option
@click.argument("appointment")
def resend_link(at: AtHand, appointment: str, actor: Actor | None) -> None:
    """Send the patient's link again, to the address on file; the old one dies."""
    by = actor or Actor(Role.SUPPORT, "cli")
    sent = at.desk.resend_link(appointment=AppointmentId(appointment), by=by, now=at.now)
    at.screen.unless_refused(sent)
    at.screen.value(sent, "A new link will be sent to the phone and the address on file.")
