"""What has come to a sandbox's phone and mailbox: the links in it, and time passing."""

from __future__ import annotations

import re
from datetime import datetime

from teleconsult_core.links import Purpose
from teleconsult_wiring import App, Worker


def _silent(_: str) -> None:
    pass


def works(app: App) -> None:
    """The worker, until it finds no more to do."""
    Worker(app, _silent, _silent).until_idle()


def pass_until(app: App, moment: datetime) -> None:
    """It is `moment`, and the worker has done what was due until then."""
    app.sandbox.clock.set(moment)
    works(app)


def links(app: App, purpose: Purpose, to: str | None = None) -> list[str]:
    """Paths of the links in letters and texts, the newest last."""
    works(app)
    written = [(mail.at, mail.letter.text) for mail in app.sandbox.mailbox.messages(to)]
    if to is None:
        written += [(text.at, text.text) for text in app.sandbox.phone.messages()]
    found = [
        link
        for _, text in sorted(written, key=lambda one: one[0])
        for link in re.findall(rf"https://[^/\s]+(/l/{purpose.value}/[\w-]+)", text)
    ]
    return list(dict.fromkeys(found))
