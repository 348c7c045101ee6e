"""What other machines post, and what an operator's machines ask."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from adapters.sms.bulksms_double import Taken, told
from teleconsult_core.ports import PortTrouble
from teleconsult_core.refusals import NewsRefused
from teleconsult_flask import Web, create_app
from teleconsult_sms import ref_of
from teleconsult_wiring import App
from visitor import HERE

SECRET = "the-secret-part-of-an-address-that-nobody-knows"


def site(app: App, **more: object) -> Flask:
    return create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url=HERE,
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            **more,  # type: ignore[arg-type]
        )
    )


def test_news_is_taken_as_it_came_and_refused_as_a_problem(app: App) -> None:
    came: list[tuple[bytes, str]] = []

    def take(body: bytes, signature: str, now: datetime) -> object:
        came.append((body, signature))
        if signature == "trouble":
            raise PortTrouble("the database is away")
        return "notice" if signature == "good" else NewsRefused("the signature is not Stripe's")

    client = site(app, card_news=take).test_client()
    body = b'{ "id" : "evt_1" }\xff'
    for signature, status in (("good", 200), ("forged", 400), ("", 400), ("trouble", 503)):
        headers = {"Stripe-Signature": signature}
        answer = client.post("/hooks/stripe", base_url=HERE, data=body, headers=headers)
        assert answer.status_code == status, signature
        if status == 400:
            assert answer.mimetype == "application/problem+json"
            assert answer.json["code"] == "news-refused"
    assert came[0] == (body, "good")
    assert client.post("/hooks/stripe", base_url=HERE, data=b"x" * 2**21).status_code == 413
    assert client.get("/hooks/stripe", base_url=HERE).status_code == 405


def test_without_a_network_that_posts_there_is_no_hook(app: App) -> None:
    client = site(app).test_client()
    assert client.post("/hooks/stripe", base_url=HERE).status_code == 404
    assert client.post("/hooks/sms/anything", base_url=HERE).status_code == 404


def test_receipts_need_the_secret_and_come_again_when_unknown(app: App) -> None:
    client = site(app, sms_hook=SECRET).test_client()
    taken = Taken("+32475550101", "Rappel", ref_of("k"), "", unicode=False)
    receipt = [told(taken, 1, "DELIVERED")]
    for secret, status in (("guess", 404), (SECRET, 503)):
        answer = client.post(f"/hooks/sms/{secret}", base_url=HERE, json=receipt)
        assert answer.status_code == status
    assert answer.json == {"noted": 0, "unknown": 1}
    assert client.post(f"/hooks/sms/{SECRET}", base_url=HERE, data=b"?").status_code == 400


def test_figures_are_for_the_bearer_of_the_token(app: App) -> None:
    client = site(app, metrics_token=SECRET).test_client()
    for given, status in (("", 404), (f"Bearer {SECRET}x", 404), (f"Bearer {SECRET}", 200)):
        answer = client.get("/metrics", base_url=HERE, headers={"Authorization": given})
        assert answer.status_code == status
    assert "teleconsult_payments_under_way 0.0" in answer.text
    nobody = site(app).test_client()
    empty = {"Authorization": "Bearer "}
    assert nobody.get("/metrics", base_url=HERE, headers=empty).status_code == 404


def test_ready_says_when_it_is_not(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from teleconsult_flask.web import web_at

    pages = site(app)
    client = pages.test_client()
    assert client.get("/ready", base_url=HERE).json == {"status": "ready"}
    web_at(pages).closing.set()
    closing = client.get("/ready", base_url=HERE)
    assert (closing.status_code, closing.json["why"]) == (503, "closing")
    assert client.get("/health", base_url=HERE).status_code == 200


def test_an_error_of_ours_is_logged_by_its_route(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(body: bytes, signature: str, now: datetime) -> object:
        raise RuntimeError("a bug")

    client = site(app, card_news=broken, sms_hook=SECRET).test_client()
    answer = client.post("/hooks/stripe?token=secret", base_url=HERE)
    assert answer.status_code == 500
    assert "a bug" not in answer.text
    assert '"route": "/hooks/stripe"' in caplog.text
    assert "token=secret" not in caplog.text
