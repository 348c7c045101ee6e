"""Pages are drawn by a Jinja of our own: a host's templates, filters and settings stay his.

    render_template("profile.html", profile=found)

May import showing, web. What lies in `Web.templates` is drawn instead of ours of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from attrs import field, frozen
from flask import Flask, current_app, g, request, url_for
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from teleconsult_flask.languages import language, say
from teleconsult_flask.showing import FILTERS, zone_name
from teleconsult_flask.web import Web, at_hand
from teleconsult_flask.words import LANGUAGES

EXTENSION = "teleconsult-drawing"

Around = Callable[[], Mapping[str, object]]
"""What every page may say, asked for at each drawing."""


@frozen
class _Drawing:
    environment: Environment
    around: list[Around] = field(factory=list)


def ready(app: Flask, web: Web, around: Around) -> None:
    """Make pages of `app` drawable."""
    own = [FileSystemLoader(web.templates)] if web.templates else []
    environment = Environment(
        loader=ChoiceLoader([*own, PackageLoader("teleconsult_flask")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined] # the extension adds it
        say, _say_many, newstyle=True
    )
    environment.filters.update(FILTERS)
    environment.globals.update(request=request, url_for=url_for, zone_name=zone_name)
    app.extensions[EXTENSION] = _Drawing(environment, [around])


def also_around(app: Flask, around: Around) -> None:
    """Every page may say this, too."""
    _drawing(app).around.append(around)


def render_template(template: str, /, **values: object) -> str:
    """The page `template`, for the reader of this request."""
    drawing = _drawing(current_app)
    said: dict[str, object] = {}
    for around in drawing.around:
        said |= around()
    return drawing.environment.get_template(template).render({**said, **values})


def render_trouble(code: int) -> str:
    """What is told when something went wrong; with few words where even that goes wrong.

    Around every page stand things of the clinic, which nobody has while the database is away.
    """
    try:
        return render_template("trouble.html", code=code)
    except Exception:  # whatever it is, it was told of already: this page is about it
        g.language = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
        away = _drawing(current_app).environment.get_template("away.html")
        return away.render(code=code, language=g.language)


def _drawing(app: Flask) -> _Drawing:
    return cast(_Drawing, app.extensions[EXTENSION])


def _say_many(one: str, many: str, count: int) -> str:
    return at_hand().words.of(language()).ngettext(one, many, count)
