"""The web: pages a clinic serves as they are, or mounts in a site of its own.

    web = Web(desk=app.desk, now=app.now, base_url=..., secret=..., ...)
    create_app(web)                                   # an application of its own
    mount(host, web, url_prefix="/consultations")      # within a host's

A page parses, reads the clock, asks one use case and shows its answer; no rule lives here. May
import the core, `teleconsult_wiring` and the ways of writing of `teleconsult_messages`.
"""

from teleconsult_flask.factory import create_app, mount
from teleconsult_flask.relay import Relay
from teleconsult_flask.web import Web

__all__ = ["Relay", "Web", "create_app", "mount"]
