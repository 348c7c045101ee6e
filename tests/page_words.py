"""What the pages can say, read from their templates and their code."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir

PAGES = Path(__file__).parents[1] / "src/entrypoints/teleconsult_flask"


def page_words() -> set[str | tuple[str, ...]]:
    """Every sentence, by its English words; one that counts is a pair."""
    found = extract_from_dir(
        PAGES,
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")],
        options_map={"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}},
        keywords={"say": None, "gettext": None, "_": None, "ngettext": (1, 2)},
        strip_comment_tags=False,
    )
    return {message for _, _, message, _, _ in found}
