"""Jinja2 as we use it: sandboxed, strict, each template's English words as gettext ids.

A template of a message (`booked.txt`) holds its words as blocks and extends the frame it is
rendered in; a frame is a single block, so that each part of a message can be had for itself.
May import Jinja2.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import jinja2
from jinja2 import meta, nodes
from jinja2.ext import extract_from_ast
from jinja2.sandbox import ImmutableSandboxedEnvironment

from teleconsult_core.ports import PortMisused
from teleconsult_messages.catalogues import Id
from teleconsult_messages.layout import label
from teleconsult_messages.plain import plain

_WORDS = "_words"
"""Under this name a rendering knows its language's words."""

_BLOCKS = (
    *("subject", "body", "action", "button", "afterwards"),  # of a letter
    *("summary", "description", "location"),  # of an event
    "words",  # of a consent
)
"""What a template may hold, beside its `sms`."""

_WRONG = (jinja2.TemplateError, TypeError, ValueError, RecursionError)
"""What a template can do wrong: its own errors, bytes that are no text, including itself."""

_WITH_CONTEXT = frozenset({"pgettext", "npgettext"})


class Templates:
    """The templates in `directories`; an earlier folder hides the same name in a later one."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self._loader = jinja2.FileSystemLoader(directories)
        self._environment = _environment(self._loader)
        self._ids: dict[str, frozenset[Id]] = {}

    def render(
        self, name: str, context: Mapping[str, object], words: gettext.NullTranslations
    ) -> str:
        """The whole template. Raises `PortMisused`, naming it, where it cannot be rendered."""
        try:
            return self._environment.get_template(name).render(context, **{_WORDS: words})
        except _WRONG as wrong:
            raise PortMisused(f"{name}: {wrong}") from wrong

    def block(
        self,
        name: str,
        block: str,
        context: Mapping[str, object],
        words: gettext.NullTranslations,
    ) -> str:
        """One block of the template of a message; empty where it has none of that name."""
        return self.render(name, {**context, "frame": self._frames[block]}, words)

    def ids(self, name: str) -> frozenset[Id]:
        """Every message that the template, or one that it includes, may say."""
        if name not in self._ids:
            self._ids[name] = self._gather(name)
        return self._ids[name]

    def names(self) -> list[str]:
        return self._environment.list_templates()

    @cached_property
    def _frames(self) -> dict[str, jinja2.Template]:
        frames = {
            block: self._environment.from_string(f"{{% block {block} %}}{{% endblock %}}")
            for block in _BLOCKS
        }
        return {**frames, "sms": self._environment.get_template("_sms.txt")}

    def _gather(self, name: str) -> frozenset[Id]:
        try:
            source, _, _ = self._loader.get_source(self._environment, name)
            tree = self._environment.parse(source)
        except _WRONG as wrong:
            raise PortMisused(f"{name}: {wrong}") from wrong
        included = [one for one in meta.find_referenced_templates(tree) if one is not None]
        return _said_in(tree).union(*map(self.ids, included))


def _said_in(tree: nodes.Template) -> frozenset[Id]:
    found = extract_from_ast(tree, babel_style=False)
    return frozenset(_id(function, strings) for _, function, strings in found)


def _id(function: str, strings: str | tuple[str | None, ...] | None) -> Id:
    said = strings if isinstance(strings, tuple) else (strings,)
    parts = [one or "" for one in said]
    return (parts[0], parts[1]) if function in _WITH_CONTEXT else ("", parts[0])


def _environment(loader: jinja2.BaseLoader) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters.update(plain=plain, label=label)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        _gettext, _ngettext, newstyle=True, pgettext=_pgettext, npgettext=_npgettext
    )
    return environment


@jinja2.pass_context
def _gettext(context: jinja2.runtime.Context, words: str) -> str:
    return _of(context).gettext(words)


@jinja2.pass_context
def _ngettext(context: jinja2.runtime.Context, one: str, many: str, count: int) -> str:
    return _of(context).ngettext(one, many, count)


@jinja2.pass_context
def _pgettext(context: jinja2.runtime.Context, about: str, words: str) -> str:
    return _of(context).pgettext(about, words)


@jinja2.pass_context
def _npgettext(context: jinja2.runtime.Context, about: str, one: str, many: str, count: int) -> str:
    return _of(context).npgettext(about, one, many, count)


def _of(context: jinja2.runtime.Context) -> gettext.NullTranslations:
    words: gettext.NullTranslations = context[_WORDS]
    return words
