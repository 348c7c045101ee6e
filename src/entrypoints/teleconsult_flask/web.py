"""What every page has at hand: the desk, the time, and where the site is. May import the core.

A host that mounts the pages makes one of these from its own ports; `serve` makes it from an
installation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from attrs import field, frozen
from flask import Flask, current_app, g, request
from limits.storage import Storage

from teleconsult_core.desk import Desk
from teleconsult_core.people import Actor, Practice, Role
from teleconsult_core.ports import Printer
from teleconsult_core.sign_ins import Session
from teleconsult_core.use_cases.record import the_practice
from teleconsult_flask.counting import InThisProcess
from teleconsult_flask.kept_views import KeptViews
from teleconsult_flask.relay import Relay
from teleconsult_flask.words import Words

if TYPE_CHECKING:
    from teleconsult_sandbox import SandboxCardNetwork

EXTENSION = "teleconsult"
MOUNTED = "teleconsult-mounted"
SIGNED_IN = "in"
NAME = "teleconsult"
"""What the blueprint is called, and its endpoints begin with."""


def nobody() -> Actor | None:
    """For a site without staff of its own."""
    return None


def by_session() -> Actor | None:
    """The member of staff who signed in on these pages, in this browser."""
    session = living_session()
    return session.actor if session and session.actor.role is not Role.PATIENT else None


@frozen
class Web:
    """One site. `secret` signs its cookies: at least 32 bytes, the same in every process.
    `earlier_secrets` signed them before and still open them, while one is replaced.

    `sandbox` is the card network behind `desk`, if it is one; with Stripe's, `publishable_key` is
    what its card fields on the page are opened with.
    `identify` says which member of staff the current request is from, or None when nobody has
    signed in; a host brings its own identity with it, and then nobody signs in here. `printer`
    makes the printer of receipts for a time zone; without one there are none to download.
    """

    desk: Desk
    now: Callable[[], datetime]
    base_url: str
    secret: bytes = field(repr=False)
    sandbox: SandboxCardNetwork | None = None
    publishable_key: str = ""
    identify: Callable[[], Actor | None] = by_session
    printer: Callable[[str], Printer] | None = None
    words: Words = field(factory=Words)
    templates: Path | None = None
    """A directory of the host's; what lies in it is drawn instead of ours of the same name."""
    cookies: str = "__Host-teleconsult"
    """What the cookies' names begin with; with __Host- browsers keep them for this host alone, and
    over HTTPS only."""
    relay: Relay | None = None
    """For calls of browsers that do not find each other; without one those calls fail."""
    room_built_in: bool = True
    """Whether the call is on these pages; otherwise they lead to the provider of `desk.rooms`."""
    long_polls: int = 48
    """How many questions for news may stay open in this process; fewer than it has threads."""
    longest_call: timedelta = timedelta(hours=8)
    """For how long a pass of the relay is good after admission."""
    card_news: Callable[[bytes, str, datetime], object] | None = None
    """Takes the raw body and the signature of the card network's news, and the instant; gives a
    refusal for what is not the network's. None where no news comes."""
    video_news: Callable[[bytes, str, str, datetime], object] | None = None
    """Takes the raw body, the Authorization and the content type of a provider's news of its
    rooms, and the instant; gives a refusal for what is not the provider's. None for no news."""
    sms_hook: str = field(default="", repr=False)
    """The secret part of the address to which receipts of text messages are posted; "" for none."""
    metrics_token: str = field(default="", repr=False)
    """Whoever bears it may see `/metrics`; "" for nobody."""
    earlier_secrets: tuple[bytes, ...] = field(default=(), repr=False)
    limits: Storage = field(factory=InThisProcess)
    """Where it is counted who asks how often; one of the package limits that tells a moving window.
    Several processes may share one."""
    kept_views: KeptViews | None = None
    """Pages of free times that are kept as they were made. None, for whoever has templates that
    show more on them than their practitioner's, or makes all of them anew."""
    closing: threading.Event = field(factory=threading.Event)
    """Set when the server is to end: whoever waits is answered at once."""

    @property
    def secure(self) -> bool:
        return self.cookies.startswith("__Host-")

    def practice(self) -> Practice:
        """Read once per request."""
        if "practice" not in g:
            with self.desk.open_work(writing=False) as work:
                g.practice = the_practice(work)
        return cast(Practice, g.practice)


def at_hand() -> Web:
    """The site that the current request is for."""
    return cast(Web, current_app.extensions[EXTENSION])


def web_at(app: Flask) -> Web:
    """What the pages in `app` were made for."""
    return cast(Web, app.extensions[EXTENSION])


def session_cookie() -> str:
    """What the cookie of signing in is called; beside that of the browser."""
    return f"{at_hand().cookies}-{SIGNED_IN}"


def cookie(name: str) -> str:
    """What the browser brings under this name; most bring nothing, which is seen at once."""
    return request.cookies.get(name, "") if "HTTP_COOKIE" in request.environ else ""


def living_session() -> Session | None:
    """The session of this browser, staff's or a patient's; looked up once per request."""
    if "signed_in" not in g:
        token = cookie(session_cookie())
        found = at_hand().desk.open_session(token=token, now=now()) if token else None
        g.signed_in = found if isinstance(found, Session) else None
    return cast("Session | None", g.signed_in)


def now() -> datetime:
    """The instant of this request: read once, so that a page agrees with itself."""
    if "now" not in g:
        g.now = at_hand().now()
    return cast(datetime, g.now)
