"""Who may come where: every route by role, for one's own appointment, another's, and what is gone.

A route that is not in the table fails the test, so that none is added without saying whose it is.
What is not one's own looks like what is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from post import pass_until
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.people import Actor, Role, practitioner_actor
from teleconsult_wiring import App
from visitor import HERE, Visitor
from web.test_guards import VALUES
from web.test_practice import DUPONT, as_staff, of

ROLES = {
    "anybody": {"stranger", "patient", "neighbour", "doctor", "colleague", "support", "operator"},
    "whoever signs in here": {"stranger", "patient", "neighbour"},  # not a host's own staff
    "its patient": {"patient"},
    "its two people": {"patient", "doctor"},
    "its practitioner": {"doctor"},
    "a practitioner": {"doctor", "colleague"},
    "support": {"support"},
    "the operator": {"operator"},
    "an account": set[str](),  # its own tests sign in by a link
    "staff that signs in here": set[str](),  # its own tests sign in by password and code
    "a machine": set[str](),  # nothing here is configured for one
}

WHOSE: Mapping[str, str] = {
    route: whose
    for whose, routes in {
        "anybody": "practitioners profile slots question answer check book choose_language look "
        "open feed lost send_again sign_out sign_out_everywhere account ask_account "
        "account_link open_account ask_wait wait waits leave health ready static",
        "whoever signs in here": "sign_in let_in passkey_question let_in_by_passkey",
        "staff that signs in here": "access new_password change_password ask_end end_it "
        "ask_passkey begin_passkey new_passkey add_passkey ask_remove remove_passkey",
        "its patient": "confirm absent bank answer_bank calendar ask_cancel cancel card give "
        "other_times ask_move move rating rate receipt back_from_bank booked",
        "its two people": "room enter_room room_admit room_beat room_end room_leave room_news "
        "room_seat room_signals",
        "its practitioner": "one_appointment call_off decide state_amount send_link",
        "a practitioner": "agenda enter enter_it hours set_away remove_away payments to_account "
        "figures weekly set_weekly differing set_differing own_profile set_profile",
        "support": "support find look_at uncover link_again refund",
        "the operator": "operator retry retention",
        "an account": "appointments copy_of_data ask_erase erase write_to_me",
        "a machine": "stripe_news video_news sms_receipts metrics",
    }.items()
    for route in routes.split()
}


@pytest.fixture
def booked(app: App, pages: Flask) -> tuple[AppointmentId, dict[str, Visitor]]:
    """One appointment, its people, and everybody else; five minutes before the start."""
    visitors = {"stranger": Visitor(pages), "patient": Visitor(pages), "neighbour": Visitor(pages)}
    paths = {}
    for name in ("patient", "neighbour"):
        paths[name] = visitors[name].book_first()
        visitors[name].send(agreed="yes", card="visa-ok")
    id = AppointmentId(paths["patient"].split("/")[2])
    staff: dict[str, Actor] = {
        "doctor": DUPONT,
        "colleague": practitioner_actor(PractitionerId("janssens")),
        "support": Actor(Role.SUPPORT, "sofie"),
        "operator": Actor(Role.OPERATOR, "olivier"),
    }
    visitors |= {name: as_staff(app, actor) for name, actor in staff.items()}
    pass_until(app, of(app, id).terms.start - timedelta(minutes=5))
    return id, visitors


def rules(pages: Flask) -> list[Rule]:
    return [rule for rule in pages.url_map.iter_rules() if rule.endpoint != "static"]


def name_of(rule: Rule) -> str:
    return rule.endpoint.removeprefix("teleconsult.")


def test_every_route_says_whose_it_is(pages: Flask) -> None:
    assert {name_of(rule) for rule in rules(pages)} == set(WHOSE)


def test_nobody_comes_where_he_does_not_belong(
    pages: Flask, booked: tuple[AppointmentId, dict[str, Visitor]]
) -> None:
    id, visitors = booked
    tried = 0
    for rule in rules(pages):
        allowed = ROLES[WHOSE[name_of(rule)]]
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            for who, visitor in visitors.items():
                if who in allowed:
                    continue
                answer = ask(pages, visitor, rule, method, id)
                assert refused(answer), (who, method, rule.rule, answer.status_code)
                gone = ask(pages, visitor, rule, method, AppointmentId("nobodys"))
                assert gone.status_code == answer.status_code, (who, method, rule.rule)
                same = _without_address(gone, id) == _without_address(answer, id)
                assert same, (who, method, rule.rule)
                tried += 1
    assert tried > 250


def test_everybody_comes_where_he_belongs(
    pages: Flask, booked: tuple[AppointmentId, dict[str, Visitor]]
) -> None:
    """Looking only: what is done there has tests of its own."""
    id, visitors = booked
    elsewhere = {"receipt", "rating", "ask_move", "room_news", "question", "look", "feed"}
    elsewhere |= {"account_link", "waits"}  # they need what is not there now
    for rule in rules(pages):
        if "GET" not in (rule.methods or set()) or name_of(rule) in elsewhere:
            continue
        for who in ROLES[WHOSE[name_of(rule)]]:
            answer = ask(pages, visitors[who], rule, "GET", id)
            assert not refused(answer), (who, rule.rule, answer.status_code)


def ask(pages: Flask, visitor: Visitor, rule: Rule, method: str, id: AppointmentId) -> TestResponse:
    values = {name: VALUES[name] for name in rule.arguments} | {"appointment": id}
    with pages.test_request_context(base_url=HERE):
        given = {name: values[name] for name in rule.arguments}
        path = url_for(rule.endpoint, **given)  # type: ignore[arg-type]
    if method == "POST":
        visitor.go("/account")
        data = {"form_token": visitor.token}
        return visitor._client.post(path, base_url=HERE, data=data, buffered=True)
    return visitor._client.get(path, base_url=HERE, buffered=True)


def refused(answer: TestResponse) -> bool:
    """Not there; or led to where one signs in."""
    where = answer.headers.get("Location", "")
    led = answer.status_code in {302, 303} and where.startswith(("/sign-in", "/account"))
    return answer.status_code == 404 or led


def _without_address(answer: TestResponse, id: str) -> str:
    where = answer.headers.get("Location", "")
    return (where + answer.text).replace(id, "nobodys")
