"""How figures stand on a page: Jinja filters in the reader's language. May import the core, Babel.

Times are the practice's wall time; a page says once whose they are.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache

import babel.dates
import babel.numbers
import phonenumbers
from babel import Locale
from flask import Flask
from markupsafe import Markup, escape

from teleconsult_core.money import Money
from teleconsult_core.times import zone
from teleconsult_flask.languages import spoken
from teleconsult_flask.web import at_hand


def speak(app: Flask) -> None:
    """Give the templates of `app` their filters."""
    for word in (day, hour, when, amount, phone, machine, language_name, decimal, paragraphs):
        app.add_template_filter(word)
    app.add_template_filter(local)
    app.add_template_filter(local_day)
    app.add_template_filter(headed)
    app.add_template_filter(sum_of)
    app.add_template_filter(weekday_name)
    app.add_template_filter(short_day)
    app.add_template_filter(weekday_written)
    app.add_template_filter(written_date)
    app.add_template_filter(wall)
    app.add_template_global(zone_name)


def day(instant: datetime) -> str:
    """As a heading."""
    return headed(spoken().written_day(instant, at_hand().practice().zone))


def headed(words: str) -> str:
    """As a heading begins: French and Dutch write days small within a sentence."""
    return words[:1].upper() + words[1:]


def hour(instant: datetime) -> str:
    return spoken().written_hour(instant, at_hand().practice().zone)


def wall(time_: time) -> str:
    """A wall time of every day: 14 h 20, 14:20."""
    return spoken().written_hour(datetime.combine(date(2000, 1, 1), time_, UTC), "UTC")


def when(instant: datetime) -> str:
    return spoken().when(instant, at_hand().practice().zone)


def amount(money: Money) -> str:
    return spoken().amount(money)


def sum_of(minor: int, currency: str) -> str:
    return amount(Money(minor, currency))


def local(day_: date) -> str:
    """A day of the practice, written out, as it stands within a sentence."""
    where = at_hand().practice().zone
    return spoken().written_day(datetime.combine(day_, time(12), tzinfo=zone(where)), where)


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
    return _grouped(number, at_hand().practice().country)


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


def local_day(instant: datetime) -> date:
    return instant.astimezone(zone(at_hand().practice().zone)).date()
