"""Who works here and signs in on the pages: add, list, disable, reset. May import wiring.

A password is typed at a terminal or read from a file, never an argument, where others could see
it. The secret of the codes is shown once, to be taken up by the authenticator of its owner.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.main import cli
from teleconsult_core.ids import PractitionerId, StaffId
from teleconsult_core.people import Role
from teleconsult_core.refusals import BadInput
from teleconsult_core.sign_ins import StaffMember

COLUMNS = ("id", "role", "practitioner", "e-mail", "may sign in")

password_option = click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    help="A file whose first line it is; /dev/fd/3 for a descriptor. Without, it is asked for.",
)


@cli.group("staff")
def staff() -> None:
    """Who works here and signs in on the pages."""


@command(staff, "add")
@click.argument("id")
@click.option("--role", type=click.Choice(["practitioner", "support", "operator"]), required=True)
@click.option("--practitioner", help="Whose agenda it is; for a practitioner.")
@click.option("--email", required=True)
@password_option
def add(
    at: AtHand,
    id: str,
    role: str,
    practitioner: str | None,
    email: str,
    password_file: Path | None,
) -> None:
    """Let somebody sign in: ID, what he is, his e-mail, and a password of 12 characters or more."""
    from teleconsult_wiring.staff_secrets import hash_password, new_totp_secret

    secret, password = new_totp_secret(), _password(password_file)
    whose = PractitionerId(practitioner) if practitioner else None
    member = StaffMember(StaffId(id), Role(role), email, "", secret, whose)
    member = member.with_password(hash_password(password, _words(at, member)))
    added = at.screen.unless_refused(
        at.desk.add_staff_member(member=member, by=OPERATOR, now=at.now)
    )
    _tell(at, added, secret)


@command(staff, "list")
def show(at: AtHand) -> None:
    """Everybody who works here."""
    found = at.screen.unless_refused(at.desk.show_staff(by=OPERATOR))
    rows = [
        (one.id, one.role.value, one.practitioner or "—", one.email, "yes" if one.active else "no")
        for one in found
    ]
    at.screen.table("Staff", COLUMNS, rows, [_shown(one) for one in found])


@command(staff, "disable")
@click.argument("id")
def disable(at: AtHand, id: str) -> None:
    """ID is out at once, in every browser, and comes in no more until he is reset."""
    member = at.screen.unless_refused(
        at.desk.disable_staff_member(id=StaffId(id), by=OPERATOR, now=at.now)
    )
    at.screen.value(_shown(member), f"{id} may sign in no more.")


@command(staff, "reset")
@click.argument("id")
@password_option
def reset(at: AtHand, id: str, password_file: Path | None) -> None:
    """A new password and a new secret for ID, who lost his, was locked out or was disabled."""
    from teleconsult_wiring.staff_secrets import hash_password, new_totp_secret

    secret, password = new_totp_secret(), _password(password_file)
    with at.desk.open_work(writing=False) as work:
        known = work.staff.get(StaffId(id))
    member = at.screen.unless_refused(
        at.desk.reset_staff_member(
            id=StaffId(id),
            password_hash=hash_password(password, _words(at, known) if known else ()),
            totp_secret=secret,
            by=OPERATOR,
            now=at.now,
        )
    )
    _tell(at, member, secret)


def _password(path: Path | None) -> str:
    """What is typed twice, or the first line of a file."""
    if path is None:
        if not sys.stdin.isatty():
            raise click.UsageError("nobody is there to type a password: give --password-file")
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("password file", str(path), "a file of UTF-8 text to read") from error


def _words(at: AtHand, member: StaffMember) -> frozenset[str]:
    """What his password may not hold."""
    from teleconsult_wiring.passwords import words_about

    with at.desk.open_work(writing=False) as work:
        whose = work.clinic.practitioner(member.practitioner) if member.practitioner else None
    return words_about(member, at.practice, whose)


def _tell(at: AtHand, member: StaffMember, secret: str) -> None:
    from teleconsult_wiring.staff_secrets import provisioning_uri

    uri = provisioning_uri(secret, member.email, at.practice.name)
    words = (
        f"{member.id} may sign in as {member.role.value} with {member.email}.\n"
        f"For his authenticator, shown this once: {uri}"
    )
    at.screen.value({**_shown(member), "authenticator": uri}, words)


def _shown(member: StaffMember) -> dict[str, object]:
    """What may be seen of him: no hash, no secret."""
    return {
        "id": member.id,
        "role": member.role.value,
        "practitioner": member.practitioner,
        "email": member.email,
        "active": member.active,
    }
