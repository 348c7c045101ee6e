"""Instants, amounts, texts, ids: what the nouns are made of. Part of the strategies."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from teleconsult_core.money import LARGEST, MINOR_DIGITS, Money
from teleconsult_core.slots import Mode, Modes
from teleconsult_core.times import TICK, Interval

_EARLIEST, _LATEST = datetime(2020, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  hypothesis wants them naive
NAMES = ("Zoë D'Hondt", "Мария Иванова", "李小龍", "O'Neil; DROP TABLE x", "{{7*7}}", "<b>Ana</b>")
ZONES = ("Europe/Brussels", "Europe/London", "America/Sao_Paulo", "Asia/Kathmandu", "UTC")


def instants() -> st.SearchStrategy[datetime]:
    """To the microsecond, in UTC."""
    return st.datetimes(_EARLIEST, _LATEST, timezones=st.just(UTC))


def ticks() -> st.SearchStrategy[datetime]:
    """Instants on whole five minutes."""
    first = datetime(2020, 1, 1, tzinfo=UTC)
    return st.integers(0, 8_000_000).map(lambda count: first + count * TICK)


def intervals() -> st.SearchStrategy[Interval]:
    lengths = st.timedeltas(timedelta(microseconds=1), timedelta(days=30))
    return st.builds(lambda start, length: Interval(start, start + length), instants(), lengths)


def durations(days: int = 366) -> st.SearchStrategy[timedelta]:
    """Whole seconds."""
    return st.integers(0, days * 86_400).map(lambda seconds: timedelta(seconds=seconds))


def currencies() -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(MINOR_DIGITS))


def amounts(
    currency: str | None = None, *, at_least: int = 0, at_most: int = LARGEST
) -> st.SearchStrategy[Money]:
    """In minor units; in any currency unless one is given."""
    named = currencies() if currency is None else st.just(currency)
    minor = st.one_of(
        st.integers(at_least, min(at_most, at_least + 20_000)), st.integers(at_least, at_most)
    )
    return st.builds(Money, minor, named)


def ids() -> st.SearchStrategy[Any]:
    first = st.sampled_from(string.ascii_letters + string.digits)
    rest = st.text(string.ascii_letters + string.digits + "._:@-", max_size=40)
    return st.builds(lambda one, more: one + more, first, rest)


def texts(
    longest: int = 200, *, empty: bool = False, lines: bool = False
) -> st.SearchStrategy[str]:
    """Any script, without control characters; as a noun keeps it only after its converter."""
    shown = st.characters(
        exclude_categories=("Cc", "Cs", "Zl", "Zp"),
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    )
    characters = st.one_of(shown, st.just("\n")) if lines else shown
    least = 0 if empty else 1
    # A third of the length, because putting accents together may also take letters apart.
    written = st.text(characters, min_size=least, max_size=longest // 3).filter(
        lambda text: empty or bool(text.strip())
    )
    return st.one_of(st.sampled_from(NAMES), written)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Or None."""
    return st.one_of(st.none(), strategy)


def phones() -> st.SearchStrategy[str]:
    return st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True, alphabet=string.digits + "+")


def emails() -> st.SearchStrategy[str]:
    local = st.text(string.ascii_letters + string.digits + ".+-'", min_size=1, max_size=30)
    return local.map(lambda name: f"{name}@patient.example")


languages = st.sampled_from(["fr", "nl", "en", "de-BE"])
modes: st.SearchStrategy[Modes] = st.frozensets(st.sampled_from(Mode), min_size=1)
