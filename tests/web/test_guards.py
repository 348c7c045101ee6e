"""What every request and every answer has, whatever the page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.routing import Rule

from teleconsult_core.refusals import BadInput
from teleconsult_flask import Web, create_app
from teleconsult_flask.safety import HEADERS, UNTOKENED, unsigned
from teleconsult_wiring import App
from visitor import HERE, Visitor

VALUES = {
    "practitioner": "dupont",
    "visit": "dupont:consultation",
    "mode": "video",
    "start": "20270302T0800Z",
    "step": 1,
    "appointment": "nobodys",
    "filename": "teleconsult.css",
    "purpose": "join",
    "token": "no-token",
    "number": "nothing-1",
    "waiting": "nobodys",
    "away": "nobodys",
    "secret": "a-guess",
    "name": "nobodys",
    "passkey": "nobodys",
}


def rules(pages: Flask) -> list[Rule]:
    return list(pages.url_map.iter_rules())


def address(pages: Flask, rule: Rule) -> str:
    with pages.test_request_context(base_url=HERE):
        from flask import url_for

        return url_for(rule.endpoint, **{name: VALUES[name] for name in rule.arguments})


def test_every_answer_of_every_route_has_the_headers(pages: Flask) -> None:
    client = pages.test_client()
    for rule in rules(pages):
        for method in ("GET", "POST", "PUT"):
            answer = client.open(address(pages, rule), method=method, base_url=HERE)
            answer.close()
            assert answer.status_code < 500, (rule, method)
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, (rule, method)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy


def test_no_page_has_anything_inline_or_from_elsewhere(pages: Flask) -> None:
    visitor = Visitor(pages)
    path = visitor.book_first()
    for page in ("/", "/p/dupont", "/p/nobody", path):
        text = visitor.go(page).text
        assert not re.search(r"<script|<style| style=| on\w+=", text), page
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), page


def test_every_post_without_the_forms_token_is_refused(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.go("/")
    client = pages.test_client()
    free = unsigned() | UNTOKENED
    asked = (rule for rule in rules(pages) if rule.endpoint not in free)
    posting = [rule for rule in asked if "POST" in (rule.methods or ())]
    assert posting
    for rule in posting:
        assert client.post(address(pages, rule), base_url=HERE).status_code == 403, rule
        wrong = visitor.send(address(pages, rule), form_token="a guess")
        assert wrong.status_code == 403, rule


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("Origin", "https://elsewhere.example", 403),
        ("Origin", HERE, 303),
        ("Sec-Fetch-Site", "cross-site", 403),
        ("Sec-Fetch-Site", "same-site", 403),
        ("Sec-Fetch-Site", "same-origin", 303),
    ],
)
def test_a_form_sent_from_another_site_is_refused(
    pages: Flask, header: str, value: str, code: int
) -> None:
    """With the token or where none is asked for."""
    visitor = Visitor(pages)
    visitor.go("/account")
    data = {"form_token": visitor.token, "language": "nl", "email": "nora@example.org"}
    for path in ("/language", "/account"):
        sent = visitor._client.post(path, base_url=HERE, data=data, headers={header: value})
        assert (sent.status_code == 403) is (code == 403), path


def test_whoever_only_looks_has_nothing_left_in_his_browser(pages: Flask) -> None:
    client = pages.test_client()
    for path in ("/", "/p/dupont", "/p/dupont/slots.json"):
        assert not client.get(path, base_url=HERE).headers.getlist("Set-Cookie"), path


def test_cookies_are_for_this_host_alone_and_no_script(pages: Flask) -> None:
    page = pages.test_client().get("/account", base_url=HERE)
    (cookie,) = page.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-teleconsult=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_the_choice_of_a_language_is_kept_for_this_host_alone(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.go("/")
    answer = visitor._client.post(
        "/language", base_url=HERE, data={"form_token": visitor.token, "language": "nl"}
    )
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-teleconsult-language=nl;")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("back", ["https://elsewhere.example", "//elsewhere.example", "/\\else"])
def test_choosing_a_language_leads_nowhere_else(pages: Flask, back: str) -> None:
    visitor = Visitor(pages)
    visitor.go("/p/dupont")
    visitor.send("/language", language="nl", back=back)
    assert visitor.page.request.path == "/"
    assert 'lang="nl"' in visitor.page.text


@pytest.mark.parametrize("path", ["/", "/p/dupont", "/p/dupont?week=1", "/account", "/lost"])
def test_choosing_a_language_shows_the_same_page_again(pages: Flask, path: str) -> None:
    visitor = Visitor(pages)
    back = re.search(r'name="back" value="([^"]*)"', visitor.go(path).text)
    assert back
    visitor.send("/language", language="fr", back=unescape(back[1]))
    assert visitor.page.request.path == path.partition("?")[0]
    assert visitor.page.request.args.get("week") == ("1" if "week" in path else None)
    assert 'lang="fr"' in visitor.page.text


def test_a_large_form_is_refused(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.go("/")
    assert visitor.send("/language", language="x" * 70_000).status_code == 413


def test_addresses_that_mean_nothing_are_not_found(pages: Flask) -> None:
    client = pages.test_client()
    for path in (
        "/p/nobody",
        "/book/dupont/dupont:consultation/video/yesterday/1",
        "/book/dupont/dupont:consultation/by-post/20270302T0800Z/1",
        "/book/dupont/nothing/video/20270302T0800Z/1",
        "/book/dupont/dupont:consultation/video/20270302T0800Z/9",
        "/p/dupont%00",
        "/%ff",
    ):
        assert client.get(path, base_url=HERE).status_code == 404, path


def test_odd_questions_are_answered_like_none(pages: Flask) -> None:
    client = pages.test_client()
    for query in ("week=-1", "week=999999999999", "week=²", "mode=x&visit=y", "mode=%00"):
        assert client.get(f"/p/dupont?{query}", base_url=HERE).status_code == 200, query


def test_a_short_secret_signs_nothing(app: App) -> None:
    with pytest.raises(BadInput, match="32 bytes"):
        create_app(
            Web(
                desk=app.desk,
                now=app.now,
                base_url=HERE,
                secret=b"short",
                sandbox=app.sandbox.cards,
            )
        )
