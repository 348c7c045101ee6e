"""What a browser keeps for us: a signed cookie of our own, in whatever application we are.

    session["answers"] = {…}

May import web. It is read when it is first asked for, and sent when it was changed. The host's own
session is another, under his own secret, and is never touched.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import cast

from flask import Flask, current_app, g, request
from flask import Response as FlaskResponse
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from teleconsult_flask.web import at_hand, web_at

SALT = "teleconsult-browser"


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookie, by SHA-256, under the site's name and secret."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        web = web_at(app)
        return URLSafeTimedSerializer(
            [*reversed(web.earlier_secrets), web.secret],  # the last one signs
            salt=SALT,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def get_cookie_name(self, app: Flask) -> str:
        return web_at(app).cookies

    def get_cookie_domain(self, app: Flask) -> None:
        return None

    def get_cookie_path(self, app: Flask) -> str:
        return "/"

    def get_cookie_httponly(self, app: Flask) -> bool:
        return True

    def get_cookie_secure(self, app: Flask) -> bool:
        return web_at(app).secure

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"

    def get_cookie_partitioned(self, app: Flask) -> bool:
        return False


COOKIES = Cookies()


def keep(response: FlaskResponse) -> FlaskResponse:
    """Send the cookie along if it was changed."""
    if "browser" in g:
        COOKIES.save_session(current_app, g.browser, response)
    return response


def _of_this_request() -> SecureCookieSession:
    if "browser" not in g:
        g.browser = COOKIES.open_session(current_app, request)
    return cast(SecureCookieSession, g.browser)


session: SecureCookieSession = cast(SecureCookieSession, LocalProxy(_of_this_request))


def set_cookie(response: Response, name: str, value: str, max_age: timedelta | int | None) -> None:
    """A further cookie of ours, as strict as that one."""
    response.set_cookie(
        f"{at_hand().cookies}-{name}",
        value,
        max_age=max_age,
        secure=at_hand().secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
