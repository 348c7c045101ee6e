"""Settings: environment over `teleconsult.toml` over defaults. May import refusals, links.

Secrets are no settings: they live in files of mode 600 in the home directory and are read only by
`app`. Nothing here is secret, so settings may be shown and logged.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from attrs import field, fields, frozen

from teleconsult_core.links import Site
from teleconsult_core.refusals import BadInput

Synchronous = Literal["FULL", "NORMAL"]
PREFIX = "TELECONSULT_"
FILE = "teleconsult.toml"
DEFAULT_HOME = "teleconsult-data"


class NotConfigured(Exception):
    """The installation is not as it must be; the message says what to do."""

    code = "not-configured"


def _one_of(_: object, attribute: object, value: str) -> None:
    if value not in get_args(Synchronous):
        raise BadInput("synchronous", value, f"one of {', '.join(get_args(Synchronous))}")


@frozen
class Settings:
    """Where everything is, and the few choices an operator has.

    `accept_region` is the ISO code of a country outside Europe through which video may flow, in
    so many words; empty means Europe only (S20).
    """

    home: Path
    base_url: str = field(default="https://localhost")
    synchronous: Synchronous = field(default="FULL", validator=_one_of)
    accept_region: str = ""

    @base_url.validator
    def _address(self, _: object, value: str) -> None:
        Site(value)

    @property
    def database(self) -> Path:
        return self.home / "clinic.sqlite3"

    @property
    def sandbox(self) -> Path:
        return self.home / "sandbox"

    @property
    def link_key(self) -> Path:
        return self.home / "link.key"


def load_settings(environ: Mapping[str, str], home: str | None = None) -> Settings:
    """Settings for the directory `home`, or the environment's, or `./teleconsult-data`.

    Raises `NotConfigured` naming the setting that is unknown or out of bounds.
    """
    try:
        return _load(environ, home)
    except BadInput as refused:
        raise NotConfigured(str(refused)) from refused


def _load(environ: Mapping[str, str], home: str | None) -> Settings:
    place = Path(home or environ.get(f"{PREFIX}HOME") or DEFAULT_HOME)
    known = {one.name for one in fields(Settings)} - {"home"}
    given = _from_file(place / FILE, known)
    for name in known:
        value = environ.get(PREFIX + name.upper())
        if value is not None:
            given[name] = value
    return Settings(home=place, **given)  # type: ignore[arg-type] # the validators say what fits


def _from_file(path: Path, known: set[str]) -> dict[str, str]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(str(path), error.strerror, "a file that can be read") from error
    except ValueError as error:  # neither UTF-8 nor TOML
        raise BadInput(str(path), str(error), "a TOML file") from error
    for name, value in found.items():
        if name not in known:
            raise BadInput(f"{path}: {name}", value, f"one of {', '.join(sorted(known))}")
        if not isinstance(value, str):
            raise BadInput(f"{path}: {name}", value, "a text")
    return found
