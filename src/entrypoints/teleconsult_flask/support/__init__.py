"""Support's pages: find, look, refund, send a link again. May import the core.

What is shown of a patient is masked; whoever uncovers it is written down, as is every look.
"""

from __future__ import annotations

from flask import Blueprint

from teleconsult_flask.support import finding, looking, refunding


def pages(site: Blueprint) -> None:
    finding.pages(site)
    looking.pages(site)
    refunding.pages(site)
