"""How figures stand on a page: Jinja filters in the reader's language. May import the core, Babel.

Times are the practice's wall time; a page says once whose they are.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

import babel.dates
import babel.numbers
import phonenumbers
from attrs import evolve
from babel import Locale
from markupsafe import Markup, escape

from teleconsult_core.money import Money
from teleconsult_core.times import zone
from teleconsult_flask.languages import say, spoken
from teleconsult_flask.web import at_hand, now
from teleconsult_messages.speech import NBSP, Speech

NEAR = timedelta(days=150)
"""A day that is nearer than this needs no year to be told apart."""


def day(instant: datetime) -> str:
    """As a heading."""
    return headed(_spoken_of(instant).written_day(instant, at_hand().practice().zone))


def headed(words: str) -> str:
    """As a heading begins: French and Dutch write days small within a sentence."""
    return words[:1].upper() + words[1:]


def hour(instant: datetime) -> str:
    return spoken().written_hour(instant, at_hand().practice().zone)


def wall(time_: time) -> str:
    """A wall time of every day: 14 h 20, 14:20."""
    return spoken().written_hour(datetime.combine(date(2000, 1, 1), time_, UTC), "UTC")


def when(instant: datetime) -> str:
    return _spoken_of(instant).when(instant, at_hand().practice().zone)


def soon(instant: datetime) -> str:
    """A time to be had: today and tomorrow by their names."""
    days = (local_day(instant) - local_day(now())).days
    if days == 0:
        return say("Today at %(hour)s") % {"hour": hour(instant)}
    if days == 1:
        return say("Tomorrow at %(hour)s") % {"hour": hour(instant)}
    return headed(when(instant))


def _spoken_of(instant: datetime) -> Speech:
    """The reader's language; without the year where the day is near."""
    return _without_year(spoken()) if abs(instant - now()) < NEAR else spoken()


@lru_cache(16)
def _without_year(speech: Speech) -> Speech:
    return evolve(speech, day=speech.day.removesuffix(" y"), first=speech.first.removesuffix(" y"))


def amount(money: Money) -> str:
    return spoken().amount(money)


def sum_of(minor: int, currency: str) -> str:
    return amount(Money(minor, currency))


def local(day_: date) -> str:
    """A day of the practice, written out, as it stands within a sentence."""
    where = at_hand().practice().zone
    noon = datetime.combine(day_, time(12), tzinfo=zone(where))
    return _spoken_of(noon).written_day(noon, where)


def short_day(day_: date) -> str:
    """As it fits a table: 2 mars, 2 mrt, 2 Mar."""
    return str(babel.dates.format_skeleton("MMMd", day_, locale=spoken().locale))


def weekday_name(iso: int) -> str:
    """1 is Monday."""
    return str(Locale.parse(spoken().locale).days["format"]["abbreviated"][iso - 1])


def weekday_written(iso: int) -> str:
    """1 is Monday."""
    return str(Locale.parse(spoken().locale).days["format"]["wide"][iso - 1])


def written_date(day_: date) -> str:
    """With its year: 2 mars 2027, 1er avril 2027."""
    written = str(babel.dates.format_date(day_, "long", locale=spoken().locale))
    first = day_.day == 1 and spoken().locale.startswith("fr")
    return written.replace("1 ", "1er ", 1) if first else written


def phone(number: str) -> str:
    """As it is dialled at home, in the groups people know."""
    return _grouped(number, at_hand().practice().country).replace(" ", NBSP)


@lru_cache(1024)
def _grouped(number: str, country: str) -> str:
    known = phonenumbers.parse(number)
    home = phonenumbers.region_code_for_number(known) == country
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(known, style.NATIONAL if home else style.INTERNATIONAL)


def machine(instant: datetime) -> str:
    """For the `datetime` attribute of a time."""
    return instant.isoformat(timespec="minutes").replace("+00:00", "Z")


def decimal(figure: float) -> str:
    return babel.numbers.format_decimal(Decimal(str(figure)), "0.0", locale=spoken().locale)


def percent(share: float | None) -> str:
    """As the language sets its sign; a dash where there is nothing to reckon."""
    if share is None:
        return "—"
    return str(babel.numbers.format_percent(round(share, 2), locale=spoken().locale))


def whole(text: str) -> Markup:
    """A heading in which no word is broken at its hyphen."""
    parts = (
        Markup('<span class="whole">{}</span>').format(word) if "-" in word else escape(word)
        for word in text.split(" ")
    )
    return Markup(" ").join(parts)


def language_name(code: str) -> str:
    """A language in its own words."""
    return str(Locale.parse(code).get_display_name(code))


def paragraphs(text: str) -> Markup:
    """What somebody wrote in lines, as paragraphs; nothing in it is markup."""
    lines = [line for line in text.splitlines() if line.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(escape(line)) for line in lines)


def zone_name() -> str:
    """Whose wall time is shown: « heure de Bruxelles »."""
    return spoken().zone_name(at_hand().practice().zone).strip("()")


def as_typed(instant: datetime) -> str:
    """The practice's wall time as a field of a form has it."""
    return instant.astimezone(zone(at_hand().practice().zone)).strftime("%H:%M")


def local_day(instant: datetime) -> date:
    return instant.astimezone(zone(at_hand().practice().zone)).date()


FILTERS = {
    one.__name__: one
    for one in (
        amount, as_typed, day, decimal, headed, hour, language_name, local, local_day, machine,
        paragraphs, percent, phone, short_day, soon, sum_of, wall, weekday_name, weekday_written,
        when, whole, written_date,
    )
}  # fmt: skip
"""As templates call them."""
