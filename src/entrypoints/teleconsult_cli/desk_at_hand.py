"""The installation a command works on, opened once and closed at its end. May import wiring."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from teleconsult_cli.screen import Screen
from teleconsult_core.desk import Desk
from teleconsult_core.ids import AppointmentId, PatientId
from teleconsult_core.people import Actor, Patient, Practice, Role
from teleconsult_core.refusals import NotFound
from teleconsult_wiring import App, Settings, load_settings, open_app

F = TypeVar("F", bound=Callable[..., Any])
OPERATOR = Actor(Role.OPERATOR, "cli")


class AtHand:
    """What a command needs: the desk, the practice, the instant, and where to write."""

    def __init__(self, settings: Settings, *, json: bool) -> None:
        self.settings, self.json = settings, json
        self._app: App | None = None

    @property
    def app(self) -> App:
        if self._app is None:
            self._app = open_app(self.settings)
        return self._app

    @functools.cached_property
    def practice(self) -> Practice:
        return self.app.practice()

    @functools.cached_property
    def now(self) -> datetime:
        """Read once per command."""
        return self.app.now()

    @property
    def desk(self) -> Desk:
        return self.app.desk

    @property
    def screen(self) -> Screen:
        return Screen(self.json, self.practice)

    def close(self) -> None:
        if self._app is not None:
            self._app.close()

    def patient(self, id: str) -> Patient:
        """A patient on file, or the end of the command."""
        with self.desk.open_work(writing=False) as work:
            found = work.patients.get(PatientId(id))
        if not isinstance(found, Patient):
            self.screen.refuse(NotFound(what="patient", id=id))
        return found

    def person(self, role: Role, appointment: str) -> Actor:
        """The patient or the practitioner of an appointment; the operator speaks for them."""
        with self.desk.open_work(writing=False) as work:
            found = work.appointments.get(AppointmentId(appointment))
        if found is None:
            self.screen.refuse(NotFound(what="appointment", id=appointment))
        terms = found.terms
        return Actor(role, terms.patient if role is Role.PATIENT else terms.practitioner)


def command(group: click.Group, name: str, **more: Any) -> Callable[[F], click.Command]:
    """A command of `group` that is given what is at hand, and `--json`."""
    return lambda function: group.command(name, **more)(_given(function))


def command_group(group: click.Group, name: str) -> Callable[[F], click.Group]:
    """The same, with commands of its own; alone it answers, too."""
    return lambda function: group.group(name, invoke_without_command=True)(_given(function))


def _given(function: F) -> Callable[..., Any]:
    def run(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
        if ctx.invoked_subcommand:
            return
        home = ctx.find_root().params.get("home")
        at_hand = AtHand(load_settings(os.environ, home), json=as_json)
        ctx.call_on_close(at_hand.close)
        function(at_hand, **options)

    functools.update_wrapper(run, function)  # click finds options and help on it
    shown = click.option("--json", "as_json", is_flag=True, help="One JSON value on stdout.")
    return shown(click.pass_context(run))


__all__ = ["OPERATOR", "AtHand", "command", "command_group"]
