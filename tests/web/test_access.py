"""Staff's own access on the pages: password, sessions, passkeys; and whoever answers falsely."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from devices import PRESENT, VERIFIED, Device, text
from staff import CLAIRE, NEW_PASSWORD, OPERATOR, PASSWORD, fresh_code, let_in, sign_in
from teleconsult_core.passkeys import CHALLENGE_LIVES
from teleconsult_core.sign_ins import FREE_TRIES
from teleconsult_flask import Web, create_app
from teleconsult_flask.webauthn_answers import RelyingParty
from teleconsult_wiring import App
from visitor import HERE, Visitor

COOKIE = "__Host-teleconsult-in"


@pytest.fixture
def staffed(app: App, pages: Flask) -> Flask:
    let_in(app)
    return pages


@pytest.fixture
def claire(app: App, staffed: Flask) -> Visitor:
    """Signed in."""
    visitor = Visitor(staffed)
    assert sign_in(app, visitor) == 200
    return visitor


def cookie(visitor: Visitor) -> str:
    found = visitor._client.get_cookie(COOKIE, "localhost")
    return found.value if found else ""


def change(app: App, visitor: Visitor, **changed: str) -> int:
    visitor.go("/access/password")
    typed = {
        "new": NEW_PASSWORD, "again": NEW_PASSWORD, "password": PASSWORD, "code": fresh_code(app),
    }  # fmt: skip
    return visitor.send("/access/password", **{**typed, **changed}).status_code


def to_make(app: App, visitor: Visitor) -> str:
    """Password and code, and then what the page asks the device."""
    visitor.go("/access/passkeys")
    visitor.send("/access/passkeys", password=PASSWORD, code=fresh_code(app))
    found = re.search(r'data-question="([^"]+)"', visitor.page.text)
    assert found, visitor.words
    return unescape(found[1])


def keep(visitor: Visitor, answer: str, name: str = "Phone") -> TestResponse:
    return visitor.send("/access/passkeys/new", name=name, answer=answer)


def a_passkey(app: App, visitor: Visitor, **changes: str) -> Device:
    made = Device(**changes)
    assert keep(visitor, made.make(to_make(app, visitor))).status_code == 200
    assert "Phone" in visitor.words
    return made


def question(visitor: Visitor) -> str:
    """What the script asks for on the page of signing in."""
    visitor.go("/sign-in")
    answer = visitor._client.post(
        "/sign-in/passkey/question", base_url=HERE, headers={"X-Form-Token": visitor.token}
    )
    assert answer.mimetype == "application/json"
    return answer.text


def touch(visitor: Visitor, answer: str, back: str = "/access") -> bool:
    """Whether the answer of a device signs in."""
    visitor.go("/sign-in")
    visitor.send("/sign-in/passkey", answer=answer, back=back)
    return visitor.page.request.path == back and bool(cookie(visitor))


# --- the password --------------------------------------------------------------------------------


def test_a_new_password_is_kept_and_the_old_one_opens_nothing(
    app: App, staffed: Flask, claire: Visitor
) -> None:
    other, before = Visitor(staffed), cookie(claire)
    sign_in(app, other)
    claire.go("/").text.index("Your access")
    assert change(app, claire) == 200
    assert "Your password is changed" in claire.words
    assert cookie(claire) not in {"", before}
    assert other.go("/access").request.path == "/sign-in"
    assert sign_in(app, other) == 422
    assert sign_in(app, other, password=NEW_PASSWORD) == 200


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"new": "short"}, "needs 12 characters or more"),
        ({"new": "x" * 257}, "256 characters at most"),
        ({"new": "password1234"}, "among the first that are tried"),
        ({"new": "four rivoli stones"}, "Leave “rivoli” out"),
        ({"new": "claire is at work"}, "Leave “claire” out"),
        ({"again": "seven lamps over water"}, "not the same"),
        ({"password": "not my password"}, "do not fit"),
        ({"code": "000000"}, "do not fit"),
    ],
)
def test_what_is_wrong_is_told_with_its_mend_and_nothing_changes(
    app: App, staffed: Flask, claire: Visitor, changed: dict[str, str], told: str
) -> None:
    assert change(app, claire, **changed) == 422
    assert told in claire.words
    assert 'role="alert"' in claire.page.text
    for typed in (PASSWORD, NEW_PASSWORD, *changed.values()):
        assert f'value="{typed}"' not in claire.page.text
    assert sign_in(app, Visitor(staffed)) == 200


def test_tries_count_as_those_of_signing_in(app: App, staffed: Flask, claire: Visitor) -> None:
    for _ in range(FREE_TRIES):
        change(app, claire, password="not my password")
    assert sign_in(app, Visitor(staffed)) == 422
    codes = [change(app, claire, new="short") for _ in range(25)]
    assert codes[-1] == 429


# --- sessions ------------------------------------------------------------------------------------


def test_sessions_are_listed_and_one_is_ended_with_the_password(
    app: App, staffed: Flask, claire: Visitor
) -> None:
    other = Visitor(staffed)
    sign_in(app, other)
    claire.go("/access")
    assert claire.words.count("Since ") == 2
    assert claire.words.count("This browser") == 1
    (path,) = re.findall(r'href="(/access/sessions/[^"]+)"', claire.page.text)
    claire.go(path)
    assert claire.send(path, password="not mine").status_code == 422
    assert other.go("/access").request.path == "/access"
    claire.send(path, password=PASSWORD)
    assert "That session is ended" in claire.words
    assert other.go("/access").request.path == "/sign-in"
    assert claire.go(path).status_code == 404


def test_nobody_ends_his_own_session_here_or_anothers(
    app: App, staffed: Flask, claire: Visitor
) -> None:
    sofie, third = Visitor(staffed), Visitor(staffed)
    sign_in(app, sofie, "sofie")
    sign_in(app, third, "sofie")
    sofie.go("/access")
    (path,) = re.findall(r'href="(/access/sessions/[^"]+)"', sofie.page.text)
    assert claire.go(path).status_code == 404
    claire.go("/access")
    assert claire.send(path, password=PASSWORD).status_code == 404
    assert third.go("/access").status_code == 200
    own = app.desk.show_own_access(token=cookie(claire), now=app.now())
    assert claire.go(f"/access/sessions/{own.here.name}").status_code == 404  # type: ignore[union-attr]


def test_signing_out_clears_what_the_browser_keeps(claire: Visitor) -> None:
    claire.go("/")
    answer = claire._client.post("/sign-out", base_url=HERE, data={"form_token": claire.token})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_host_with_its_own_identity_has_no_such_pages(app: App) -> None:
    let_in(app)
    theirs = create_app(
        Web(
            desk=app.desk, now=app.now, base_url=HERE, secret=b"x" * 32,
            identify=lambda: OPERATOR,
        )
    )  # fmt: skip
    visitor = Visitor(theirs)
    for path in ("/access", "/access/password", "/access/passkeys"):
        assert visitor.go(path).status_code == 404
    visitor.go("/")
    assert "Your access" not in visitor.page.text
    assert visitor.send("/sign-in/passkey/question").status_code == 404


# --- passkeys ------------------------------------------------------------------------------------


def test_a_passkey_signs_in_by_itself_until_it_is_removed(
    app: App, staffed: Flask, claire: Visitor
) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    assert touch(other, key.use(question(other)))
    assert touch(Visitor(staffed), key.use(question(other))) is False  # another browser's question
    (path,) = re.findall(r'href="(/access/passkeys/[^"]+/remove)"', claire.go("/access").text)
    claire.go(path)
    assert claire.send(path, password="not mine", code=fresh_code(app)).status_code == 422
    claire.send(path, password=PASSWORD, code=fresh_code(app))
    assert "The passkey is removed" in claire.words
    assert other.go("/access").request.path == "/sign-in"
    assert not touch(other, key.use(question(other)))
    assert "does not open anything" in other.words
    assert claire.go(path).status_code == 404


def test_the_question_names_nobody_and_asks_who_holds_the_device(
    app: App, staffed: Flask, claire: Visitor
) -> None:
    a_passkey(app, claire)
    asked = question(Visitor(staffed))
    assert '"userVerification": "required"' in asked
    assert '"rpId": "localhost"' in asked
    assert '"allowCredentials": []' in asked
    making = to_make(app, claire)
    assert '"residentKey": "required"' in making
    assert "Y3JlZGVudGlhbCBvZiBvbmUgZGV2aWNl" in making  # what she has is not made again
    assert "claire" not in making.replace("claire@example.org", "")


FALSELY = {
    "another site": lambda key: setattr(key, "origin", "https://localhost.example"),
    "another port": lambda key: setattr(key, "origin", "https://localhost:8443"),
    "unencrypted": lambda key: setattr(key, "origin", "http://localhost"),
    "for another": lambda key: setattr(key, "rp_id", "localhost.example"),
    "nobody there": lambda key: setattr(key, "flags", VERIFIED),
    "anybody": lambda key: setattr(key, "flags", PRESENT),
}


@pytest.mark.parametrize("how", FALSELY)
def test_a_false_answer_makes_no_passkey(app: App, claire: Visitor, how: str) -> None:
    key = Device()
    FALSELY[how](key)
    asked = to_make(app, claire)
    assert keep(claire, key.make(asked)).status_code == 422
    assert "No passkey was made" in claire.words
    assert keep(claire, Device().make(asked)).status_code == 422  # the question is used up
    assert "You have none yet" in claire.go("/access").text


@pytest.mark.parametrize("how", FALSELY)
def test_a_false_answer_signs_nobody_in(
    app: App, staffed: Flask, claire: Visitor, how: str
) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    FALSELY[how](key)
    assert not touch(other, key.use(question(other)))
    assert other.page.status_code == 422


def test_an_answer_is_good_once_and_to_its_own_question(
    app: App, staffed: Flask, claire: Visitor
) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    asked = question(other)
    kept = other._client.get_cookie("__Host-teleconsult", "localhost")
    answer = key.use(asked)
    assert touch(other, answer)
    other.send("/sign-out")
    assert not touch(other, answer)
    assert kept is not None
    other._client.set_cookie("__Host-teleconsult", kept.value, domain="localhost")
    assert not touch(other, answer)  # not even with the cookie of that moment
    stale = question(other)
    question(other)
    assert not touch(other, key.use(stale))


def test_an_answer_comes_in_time(app: App, staffed: Flask, claire: Visitor) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    asked = question(other)
    app.sandbox.clock.forward(CHALLENGE_LIVES)
    assert not touch(other, key.use(asked))
    making = to_make(app, claire)
    app.sandbox.clock.forward(CHALLENGE_LIVES)
    assert keep(claire, Device().make(making)).status_code == 422


def test_anothers_passkey_is_not_claimed(app: App, staffed: Flask, claire: Visitor) -> None:
    key, sofie = a_passkey(app, claire), Visitor(staffed)
    sign_in(app, sofie, "sofie")
    thief = Device()  # of the same id, with a key of its own
    assert keep(sofie, thief.make(to_make(app, sofie))).status_code == 422
    other = Visitor(staffed)
    assert not touch(other, thief.use(question(other)))
    assert touch(other, key.use(question(other)))
    (path,) = re.findall(r'href="(/access/passkeys/[^"]+/remove)"', claire.go("/access").text)
    assert sofie.go(path).status_code == 404


def test_a_device_says_whose_it_is(app: App, staffed: Flask, claire: Visitor) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    assert not touch(other, key.use(question(other), userHandle=text(b"somebody else")))
    assert touch(other, key.use(question(other)))


def test_a_copy_that_counts_less_is_refused(app: App, staffed: Flask, claire: Visitor) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    key.uses = 7
    assert touch(other, key.use(question(other)))
    key.uses = 3
    assert not touch(other, key.use(question(other)))


def test_who_is_disabled_does_not_come_in(app: App, staffed: Flask, claire: Visitor) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    app.desk.disable_staff_member(id=CLAIRE, by=OPERATOR, now=app.now())
    assert not touch(other, key.use(question(other)))


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", '"x"', "[" * 9000, '{"id": "a\\u0000b"}', '{"id": 3, "response": 4}',
     '{"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "é",'
     ' "authenticatorData": "", "signature": "", "attestationObject": "oA", "userHandle": 5}}'],
)  # fmt: skip
def test_nonsense_is_no_answer(app: App, staffed: Flask, claire: Visitor, answer: str) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    question(other)
    assert not touch(other, answer)
    assert other.page.status_code == 422
    question(other)
    assert not touch(other, answer.replace('"a"', f'"{text(key.id)}"'))
    to_make(app, claire)
    assert keep(claire, answer).status_code == 422


def test_a_name_is_asked_for_before_the_device_is(app: App, claire: Visitor) -> None:
    answer = Device().make(to_make(app, claire))
    for name in ("", "x" * 61, "\u202egnirts"):
        assert keep(claire, answer, name).status_code == 422
        assert "60 characters" in claire.words
    assert keep(claire, answer, "Phone").status_code == 200


def test_a_device_is_asked_nothing_once_its_question_is_used_up(app: App, claire: Visitor) -> None:
    asked = to_make(app, claire)
    form = claire.page
    assert keep(claire, Device().make(asked)).status_code == 200
    claire.page = form  # by Back
    page = keep(claire, "{}", "")
    assert (page.status_code, page.request.path) == (200, "/access/passkeys")
    assert "data-question" not in page.text
    claire.page = form
    assert keep(claire, "{}", "Phone").status_code == 422
    assert "No passkey was made" in claire.words
    assert "data-question" not in claire.page.text


def test_nothing_is_made_without_password_and_code(app: App, claire: Visitor) -> None:
    assert claire.go("/access/passkeys/new").request.path == "/access/passkeys"
    claire.send("/access/passkeys", password=PASSWORD, code="000000")
    assert claire.page.status_code == 422
    assert claire.go("/access/passkeys/new").request.path == "/access/passkeys"


def test_questions_are_limited(staffed: Flask) -> None:
    visitor = Visitor(staffed)
    visitor.go("/sign-in")
    token = {"X-Form-Token": visitor.token}
    codes = [
        visitor._client.post("/sign-in/passkey/question", base_url=HERE, headers=token).status_code
        for _ in range(61)
    ]
    assert codes == [200] * 60 + [429]


def test_a_passkey_leads_back_here_and_nowhere_else(
    app: App, staffed: Flask, claire: Visitor
) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    answer = key.use(question(other))
    there = other._client.post(
        "/sign-in/passkey", base_url=HERE,
        data={"form_token": other.token, "answer": answer, "back": "//elsewhere.example"},
    )  # fmt: skip
    assert there.status_code == 303
    assert there.headers["Location"] == "/practice"


@pytest.mark.parametrize(
    ("base_url", "id", "origin"),
    [
        ("https://clinic.example", "clinic.example", "https://clinic.example"),
        ("https://Clinic.example:443/care", "clinic.example", "https://clinic.example"),
        ("https://clinic.example:8443", "clinic.example", "https://clinic.example:8443"),
        ("https://café.example", "xn--caf-dma.example", "https://xn--caf-dma.example"),
        ("http://localhost:5000", "localhost", "http://localhost:5000"),
    ],
)
def test_a_site_is_named_as_browsers_name_it(base_url: str, id: str, origin: str) -> None:
    assert (RelyingParty(base_url).id, RelyingParty(base_url).origin) == (id, origin)


def test_the_name_of_the_host_in_a_request_counts_for_nothing(
    app: App, staffed: Flask, claire: Visitor
) -> None:
    key, other = a_passkey(app, claire), Visitor(staffed)
    other.go("/sign-in")
    asked = other._client.post(
        "/sign-in/passkey/question", base_url=HERE,
        headers={"X-Form-Token": other.token, "X-Forwarded-Host": "evil.example"},
    )  # fmt: skip
    assert '"rpId": "localhost"' in asked.text
    elsewhere = staffed.test_client()
    page = elsewhere.get("/sign-in", base_url="https://evil.example")
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found
    asked = elsewhere.post(
        "/sign-in/passkey/question", base_url="https://evil.example",
        headers={"X-Form-Token": found[1]},
    )  # fmt: skip
    assert '"rpId": "localhost"' in asked.text
    key.origin = "https://evil.example"
    sent = elsewhere.post(
        "/sign-in/passkey", base_url="https://evil.example",
        data={"form_token": found[1], "answer": key.use(asked.text)},
    )  # fmt: skip
    assert sent.status_code == 422
