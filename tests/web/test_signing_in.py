"""Staff signs in on the pages, and is out again; what is asked too often is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from teleconsult_core.ids import PractitionerId, StaffId
from teleconsult_core.people import Actor, Role
from teleconsult_core.sign_ins import FREE_TRIES, StaffMember
from teleconsult_flask import Web, create_app
from teleconsult_flask.own import signed_in
from teleconsult_wiring import App
from teleconsult_wiring.staff_secrets import fits, hash_password, new_totp_secret, step_of
from visitor import HERE, Visitor

PASSWORD = "correct horse battery"
SECRET = new_totp_secret()
OPERATOR = Actor(Role.OPERATOR, "olga")
HALF = timedelta(seconds=30)
COOKIE = "__Host-teleconsult-in"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def staffed(app: App, pages: Flask, hashed: str) -> Flask:
    """The pages of a clinic with a practitioner and somebody of support; and a page for each."""
    for id, role, whose in (
        ("claire", Role.PRACTITIONER, PractitionerId("dupont")),
        ("sofie", Role.SUPPORT, None),
    ):
        member = StaffMember(StaffId(id), role, f"{id}@example.org", hashed, SECRET, whose)
        app.desk.add_staff_member(member=member, by=OPERATOR, now=app.now())
    for role in (Role.PRACTITIONER, Role.SUPPORT):
        pages.add_url_rule(f"/for/{role.value}", role.value, _for(role))
    return pages


def _for(role: Role) -> Callable[[], str]:
    return lambda: f"for {signed_in(role)}"


def code(app: App, steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(app.now() + steps * HALF)


def come(
    visitor: Visitor, code: str, email: str = "claire@example.org", password: str = PASSWORD
) -> int:
    return visitor.send("/sign-in", email=email, password=password, code=code).status_code


def cookie(visitor: Visitor) -> str:
    found = visitor._client.get_cookie(COOKIE, "localhost")
    return found.value if found else ""


def test_each_finds_his_own_pages_and_whoever_is_in_sees_no_form(app: App, staffed: Flask) -> None:
    visitor = Visitor(staffed)
    assert visitor.go("/for/practitioner").request.path == "/sign-in"
    assert come(visitor, code(app), "Claire@Example.org") == 200
    assert visitor.go("/for/practitioner").text == "for practitioner:dupont"
    assert visitor.go("/for/support").status_code == 404
    assert visitor.go("/sign-in").request.path != "/sign-in"


def test_the_form_leads_back_to_where_one_wanted_to_go(app: App, staffed: Flask) -> None:
    visitor = Visitor(staffed)
    visitor.go("/for/practitioner?week=2")
    assert 'name="back" value="/for/practitioner?week=2"' in visitor.page.text
    visitor.send(
        email="claire@example.org", password=PASSWORD, code=code(app),
        back="/for/practitioner?week=2",
    )  # fmt: skip
    assert visitor.page.text == "for practitioner:dupont"


@pytest.mark.parametrize("back", ["https://elsewhere.example", "//elsewhere.example", "/\\else"])
def test_signing_in_leads_nowhere_else(app: App, staffed: Flask, back: str) -> None:
    visitor = Visitor(staffed)
    visitor.go(f"/sign-in?back={back}")
    assert 'name="back" value=""' in visitor.page.text
    answer = visitor._client.post(
        "/sign-in", base_url=HERE,
        data={"form_token": visitor.token, "email": "claire@example.org", "password": PASSWORD,
              "code": code(app), "back": back},
    )  # fmt: skip
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/")
    assert "elsewhere" not in answer.headers["Location"]


def test_the_answer_is_the_same_whatever_is_wrong(app: App, staffed: Flask) -> None:
    told = set()
    for changed in (
        {"password": "wrong wrong wrong"},
        {"code": "000000"},
        {"code": "²²²²²²"},
        {"code": ""},
        {"email": "nobody@example.org"},
        {"password": "x" * 5000},
    ):
        visitor = Visitor(staffed)
        visitor.go("/sign-in")
        given = {"email": "claire@example.org", "password": PASSWORD, "code": code(app), **changed}
        assert visitor.send("/sign-in", **given).status_code == 422
        told.add(visitor.words)
        assert PASSWORD not in visitor.page.text
        assert cookie(visitor) == ""
    assert len(told) == 1


def test_a_code_works_once_and_may_be_a_little_late(app: App, staffed: Flask) -> None:
    for steps, in_ in ((-2, False), (2, False), (-1, True), (-1, False), (0, True), (0, False)):
        visitor = Visitor(staffed)
        visitor.go("/sign-in")
        assert (come(visitor, code(app, steps)) == 200) is in_, steps


def test_signing_in_gives_new_cookies_and_signing_out_takes_them(app: App, staffed: Flask) -> None:
    visitor = Visitor(staffed)
    visitor.go("/sign-in")
    visitor._client.set_cookie(COOKIE, "chosen-by-somebody-else", domain="localhost")
    before = visitor.token
    come(visitor, code(app))
    first = cookie(visitor)
    assert len(first) == 43
    assert first != "chosen-by-somebody-else"
    visitor.go("/")
    assert visitor.token != before
    visitor.send("/sign-out")
    assert cookie(visitor) == ""
    visitor._client.set_cookie(COOKIE, first, domain="localhost")
    assert visitor.go("/for/practitioner").request.path == "/sign-in"


def test_the_cookie_is_for_this_host_alone_and_no_script(app: App, staffed: Flask) -> None:
    visitor = Visitor(staffed)
    visitor.go("/sign-in")
    answer = visitor._client.post(
        "/sign-in", base_url=HERE,
        data={"form_token": visitor.token, "email": "claire@example.org", "password": PASSWORD,
              "code": code(app)},
    )  # fmt: skip
    (set_,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in set_
    assert "Domain" not in set_
    assert "Expires" not in set_
    assert "Max-Age" not in set_


def test_out_everywhere_is_out_in_every_browser(app: App, staffed: Flask) -> None:
    visitors = [Visitor(staffed), Visitor(staffed)]
    for steps, visitor in enumerate(visitors):
        visitor.go("/sign-in")
        come(visitor, code(app, steps))
    visitors[0].go("/")
    visitors[0].send("/sign-out/everywhere")
    for visitor in visitors:
        assert visitor.go("/for/practitioner").request.path == "/sign-in"


def test_who_rests_for_half_an_hour_signs_in_again(app: App, staffed: Flask) -> None:
    visitor = Visitor(staffed)
    visitor.go("/sign-in")
    come(visitor, code(app))
    for minutes, page in ((29, "/for/practitioner"), (29, "/for/practitioner"), (31, "/sign-in")):
        app.sandbox.clock.forward(timedelta(minutes=minutes))
        assert visitor.go("/for/practitioner").request.path == page


def test_five_failures_make_an_account_wait(app: App, staffed: Flask) -> None:
    visitor = Visitor(staffed)
    visitor.go("/sign-in")
    for _ in range(FREE_TRIES):
        come(visitor, "000000")
    assert come(visitor, code(app)) == 422
    app.sandbox.clock.forward(timedelta(minutes=1))
    assert come(visitor, code(app)) == 200


def test_too_many_tries_from_one_address_are_told_when_to_come_back(staffed: Flask) -> None:
    visitor = Visitor(staffed)
    visitor.go("/sign-in")
    codes = [come(visitor, "0", f"n{number}@example.org", "x") for number in range(31)]
    assert set(codes[:30]) == {422}
    assert codes[30] == 429
    assert 0 < int(visitor.page.headers["Retry-After"]) <= 15 * 60
    assert "<main" in visitor.page.text
    assert visitor.page.headers["X-Frame-Options"] == "DENY"


def test_where_the_host_says_who_it_is_nobody_signs_in_here(app: App) -> None:
    theirs = create_app(
        Web(
            desk=app.desk, now=app.now, base_url=HERE, secret=b"x" * 32,
            sandbox=app.sandbox.cards, identify=lambda: None,
        )
    )  # fmt: skip
    theirs.add_url_rule("/for/support", "support", _for(Role.SUPPORT))
    visitor = Visitor(theirs)
    assert visitor.go("/for/support").status_code == 404
    assert visitor.go("/sign-in").status_code == 404
    assert "/sign-in" not in visitor.go("/").text


def test_secrets_of_staff(app: App) -> None:
    known = hash_password("ＡＢＣ correct horse")  # full-width letters
    assert known.startswith("$argon2id$")
    assert fits("ABC correct horse")(known)
    assert not fits("ABC correct horse")(None)
    assert not fits("")(known)
    now = app.now()
    right = pyotp.TOTP(SECRET).at(now)
    assert step_of(f" {right[:3]} {right[3:]} ", now)(SECRET) == int(now.timestamp()) // 30
    assert step_of(right, now)(None) is None
