"""The tour: every statement of the FAQ in turn, on a clinic of two weeks. May import the CLI."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import click

from teleconsult_cli.desk_at_hand import OPERATOR, AtHand
from teleconsult_cli.tour import after, before
from teleconsult_cli.tour.story import BEGIN, Story
from teleconsult_wiring import Settings, create, make_room, read_clinic

CLINIC = Path(__file__).with_name("clinic.toml")

MARK = "made-by-the-tour"
"""An empty file; without it a directory is somebody's installation, and not ours to replace."""

SCENES = (
    before.slots_in_two_modes,
    before.booking_with_a_hold,
    before.entered_by_the_practitioner,
    before.the_allowance,
    before.reminders,
    after.meeting,
    after.charging,
    after.no_show,
    after.refunding,
    after.authorizing_again,
    after.transfers,
    after.personal_data,
)


def run(directory: Path) -> None:
    """Tell every scene in a fresh installation in `directory`, and say how to look around."""
    make_room(directory, MARK)
    # NORMAL: the tour need not survive a power cut, and tells itself faster.
    settings = Settings(home=directory, base_url="https://rdv.rivoli.example", synchronous="NORMAL")
    at = AtHand(settings, json=False)
    app = create(settings)
    (directory / MARK).touch()
    app.sandbox.clock.set(_morning(), force=True)
    app.desk.describe_clinic(clinic=read_clinic(CLINIC), by=OPERATOR, now=app.now())
    app.close()
    try:
        click.echo("A clinic in Brussels, on a clock that can be moved. No real money here.")
        story = Story(at)
        for scene in SCENES:
            scene(story)
    finally:
        at.close()
    _look_around(directory)


def _morning() -> datetime:
    """Nine o'clock in Brussels."""
    return datetime.combine(BEGIN, time(8), UTC)


def _look_around(directory: Path) -> None:
    click.echo(f"\nThe clinic stays in {directory}. Look around:\n")
    for words in (
        "agenda --practitioner dupont --from 2027-03-01 --week",
        "payments --practitioner dupont",
        "appointment a1",
        "messages --inbox",
        "receipt show dupont-2027-00001 --pdf receipt.pdf",
        "doctor",
    ):
        click.echo(f"  teleconsult --home {directory} {words}")
