"""The work sheet of translators: catalogues brought up to date with what the templates say.

    python -m teleconsult_messages.words                     # ours
    python -m teleconsult_messages.words DIRECTORY de pt     # a host's own, some begun where new

Every sentence of the templates is in every catalogue afterwards: an empty one is to be translated,
a fuzzy one to be read again, for its English has changed. What is no longer said is gone. May
import Babel.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from teleconsult_messages.catalogues import DOMAIN, SOURCE, finished, path_of
from teleconsult_messages.wording import OURS

_METHODS = [("**.txt", "jinja2.ext:babel_extract"), ("**.html", "jinja2.ext:babel_extract")]
_AS_WE_USE_IT = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}


def said(homes: Iterable[Path]) -> Catalog:
    """Every sentence of the templates of `homes`, with the templates that say it."""
    found = Catalog(domain=DOMAIN, project=DOMAIN, fuzzy=False)
    options = dict.fromkeys((pattern for pattern, _ in _METHODS), _AS_WE_USE_IT)
    for home in homes:
        for name, _, words, _, context in extract_from_dir(
            home / "templates", method_map=_METHODS, options_map=options
        ):
            found.add(words, locations=[(f"templates/{name}", 0)], context=context)
    return found


def up_to_date(path: Path, language: str, template: Catalog) -> Catalog:
    """The catalogue at `path`, begun where there is none, with exactly the ids of `template`."""
    kept = Catalog(language.replace("-", "_"), domain=DOMAIN, project=DOMAIN, fuzzy=False)
    if path.is_file():
        with path.open("rb") as file:
            kept = read_po(file, locale=language.replace("-", "_"), domain=DOMAIN)
    created = kept.creation_date
    kept.update(template, update_header_comment=False)
    kept.creation_date = created  # otherwise every run would change the file
    return kept


def missing(catalog: Catalog) -> int:
    """How many sentences are still to be translated, or to be read again."""
    return sum(not finished(message) for message in catalog if message.id)


def write(catalog: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file, catalog, width=96, sort_by_file=True, ignore_obsolete=True, include_lineno=False
        )


def main(arguments: Sequence[str]) -> int:
    """0 when every sentence has its words, 1 while some are missing."""
    home, languages = (Path(arguments[0]), arguments[1:]) if arguments else (OURS, ())
    template = said(dict.fromkeys((OURS, home)))
    there = {path.name for path in (home / "locale").glob("*") if path.name != SOURCE}
    left = 0
    for language in sorted(there.union(languages)):
        path = path_of(home / "locale", language)
        catalog = up_to_date(path, language, template)
        write(catalog, path)
        left += missing(catalog)
        sys.stdout.write(f"{path}: {missing(catalog)} of {len(catalog)} to translate\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
