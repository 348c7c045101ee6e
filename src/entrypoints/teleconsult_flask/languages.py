"""In which language a page is: the reader's choice, his browser's, or the practice's first.

A choice is kept in a cookie of its own and made by a POST; opening a page never changes it.
"""

from __future__ import annotations

from typing import cast

from flask import g, request
from werkzeug.wrappers import Response

from teleconsult_flask.browser import set_cookie
from teleconsult_flask.web import at_hand, cookie
from teleconsult_flask.words import LANGUAGES, speech
from teleconsult_messages.speech import Speech

LANGUAGE = "language"
YEAR = 365 * 24 * 3600


def cookie_name() -> str:
    """Beside that of the browser."""
    return f"{at_hand().cookies}-{LANGUAGE}"


def keep_choice(answer: Response, chosen: str) -> None:
    """This browser reads the pages in `chosen` from now on."""
    set_cookie(answer, LANGUAGE, chosen, YEAR)


def offered() -> tuple[str, ...]:
    """The languages of the practice that the pages speak."""
    practice = at_hand().practice()
    return tuple(one for one in LANGUAGES if one in practice.languages) or LANGUAGES


def language() -> str:
    """The language of this request."""
    if "language" not in g:
        chosen = cookie(cookie_name())
        first = next((one for one in at_hand().practice().languages if one in offered()), "fr")
        asked = request.accept_languages.best_match(offered(), first)
        g.language = chosen if chosen in offered() else asked
    return cast(str, g.language)


def wished() -> tuple[str, str]:
    """What the language of this request rests on, beside the practice: two readers with the same
    wishes are answered in the same one."""
    return cookie(cookie_name()), request.environ.get("HTTP_ACCEPT_LANGUAGE", "")


def say(words: str) -> str:
    """`words` in the language of this request."""
    return at_hand().words.of(language()).gettext(words)


def spoken() -> Speech:
    return speech(language())
