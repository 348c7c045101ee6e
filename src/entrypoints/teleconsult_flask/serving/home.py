"""The pages of an installation, with its secrets. May import wiring.

application = app_of_home()          # for any WSGI server: gunicorn, uWSGI, mod_wsgi
"""

from __future__ import annotations

import json
import os
from datetime import datetime

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from teleconsult_flask.factory import create_app
from teleconsult_flask.kept_views import KeptViews
from teleconsult_flask.relay import Relay
from teleconsult_flask.watching import LOG
from teleconsult_flask.web import Web
from teleconsult_wiring import (
    App,
    NotConfigured,
    load_settings,
    open_app,
    read_secret,
    receive_video_news,
    receive_webhook,
    secret_text,
)

KEPT = 2048
"""Views of agendas that a process keeps; the largest are pages of some 20 kB."""
LEFT_FREE = 4
"""One thread in so many is kept from whoever waits in a room, where he takes one."""


def app_of_home(home: str | None = None, *, threads: int = 64, proxies: int = 0) -> Flask:
    """Open the installation (`TELECONSULT_HOME` by default) and make its pages.

    It stays open as long as the process. Raises `NotConfigured` saying what is missing.
    """
    app = open_app(load_settings(os.environ, home))
    try:
        return pages_of(app, waiting=max(1, threads - threads // LEFT_FREE), proxies=proxies)
    except BaseException:
        app.close()
        raise


def pages_of(app: App, *, waiting: int, proxies: int = 0) -> Flask:
    """`proxies` of one's own stand before it, each of which adds to X-Forwarded-For and -Proto."""
    flask = create_app(web_of(app, waiting=waiting))
    if proxies:
        flask.wsgi_app = ProxyFix(flask.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    else:
        flask.before_request(_UnknownProxy().warn)
    return flask


class _UnknownProxy:
    """Says once that a proxy stands before the site which the site was not told of."""

    def __init__(self) -> None:
        self._said = False

    def warn(self) -> None:
        if not self._said and "X-Forwarded-For" in request.headers:
            self._said = True
            words = "a proxy stands before the site: say --proxies 1, or all are one address"
            LOG.warning(json.dumps({"level": "warning", "told": words}))


def web_of(app: App, *, waiting: int = 48) -> Web:
    """What the pages have at hand; so many may wait in rooms.

    Makes the secrets of the web that are missing, mode 600.
    """
    settings = app.settings
    app.practice()  # a clinic must be described
    at_stripe = settings.card_network == "stripe"
    if at_stripe and not settings.stripe_publishable:
        raise NotConfigured(
            "the card fields need Stripe's publishable key: set stripe_publishable = "
            f'"pk_{settings.stripe_mode}_…" in teleconsult.toml'
        )

    def card_news(body: bytes, signature: str, now: datetime) -> object:
        return receive_webhook(settings, app.desk, body=body, signature=signature, now=now)

    def video_news(body: bytes, authorization: str, kind: str, now: datetime) -> object:
        return receive_video_news(
            settings, app.desk, body=body, authorization=authorization, content_type=kind, now=now
        )

    secret, *earlier = secret_text(settings.web_key).encode().split()
    return Web(
        desk=app.desk,
        now=app.now,
        base_url=settings.base_url,
        secret=secret,
        earlier_secrets=tuple(earlier),
        sandbox=None if at_stripe else app.sandbox.cards,
        publishable_key=settings.stripe_publishable if at_stripe else "",
        printer=app.printer,
        relay=_relay(app),
        room_built_in=settings.video_provider == "built-in",
        long_polls=waiting,
        card_news=card_news if at_stripe else None,
        video_news=video_news if settings.video_provider == "livekit" else None,
        sms_hook=secret_text(settings.sms_hook) if settings.sms_gateway == "bulksms" else "",
        metrics_token=secret_text(settings.metrics_token),
        kept_views=KeptViews(KEPT),
    )


def _relay(app: App) -> Relay | None:
    settings = app.settings
    if not settings.turn_urls:
        return None
    return Relay(
        urls=tuple(settings.turn_urls.split()),
        secret=read_secret(settings.turn_secret).decode("utf-8", "replace").strip(),
        only=settings.turn_only == "yes",
    )
