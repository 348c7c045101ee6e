"""Two who work at the example clinic and sign in: what they know, and codes that were not used."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pyotp

from teleconsult_core.ids import PractitionerId, StaffId
from teleconsult_core.people import Actor, Role
from teleconsult_core.sign_ins import StaffMember
from teleconsult_wiring import App
from teleconsult_wiring.staff_secrets import hash_password, new_totp_secret
from visitor import Visitor

PASSWORD = "correct horse battery"
NEW_PASSWORD = "seven lamps under water"
SECRET = new_totp_secret()
OPERATOR = Actor(Role.OPERATOR, "olga")
CLAIRE, SOFIE = StaffId("claire"), StaffId("sofie")


@cache
def hashed() -> str:
    return hash_password(PASSWORD)


def let_in(app: App) -> None:
    """Claire, a practitioner, and Sofie of support."""
    for id, role, whose in (
        (CLAIRE, Role.PRACTITIONER, PractitionerId("dupont")),
        (SOFIE, Role.SUPPORT, None),
    ):
        member = StaffMember(id, role, f"{id}@example.org", hashed(), SECRET, whose)
        app.desk.add_staff_member(member=member, by=OPERATOR, now=app.now())


def fresh_code(app: App) -> str:
    """Half a minute later: a code that nobody has used."""
    app.sandbox.clock.forward(timedelta(seconds=30))
    return pyotp.TOTP(SECRET).at(app.now())


def sign_in(app: App, visitor: Visitor, who: str = "claire", password: str = PASSWORD) -> int:
    visitor.go("/sign-in")
    answer = visitor.send(
        "/sign-in", email=f"{who}@example.org", password=password, code=fresh_code(app)
    )
    return answer.status_code
