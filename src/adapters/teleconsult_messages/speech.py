"""How each language writes a day, an hour, a zone and an amount. May import Babel, money, times.

Patterns are those of CLDR (Unicode Technical Standard 35). Babel's own "full" formats print
seconds and are not used. Times are shown in the zone they are given, never in the machine's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

import babel.dates
import babel.numbers
from attrs import frozen

from teleconsult_core.money import Money
from teleconsult_core.times import zone

NBSP = "\u00a0"
"""The no-break space, in letters only: it is outside the alphabet of text messages."""

_VOWELS = "aeiouyàâäéèêëîïôöûüœh"


@frozen
class Speech:
    """One language's way of writing figures; the defaults suit a language a host adds.

    `at` joins a day and an hour, `zone` names a zone by its city; the short patterns are for text
    messages. `first` is the pattern of the first of a month.
    """

    locale: str
    day: str = "EEEE d MMMM y"
    first: str = ""
    hour: str = "HH:mm"
    sharp: str = ""
    """The hour when it is a whole one; `hour` where empty."""
    at: str = "{day}, {hour}"
    short_day: str = "EEE d/M"
    short_hour: str = "HH:mm"
    short_at: str = "{day} {hour}"
    zone: str = "({city})"
    zone_before_vowel: str = ""
    short_zone: str = "({city})"
    spaced: str = ""
    """The signs before which this language sets a no-break space in letters."""
    opening: str = ""
    """The signs after which it does."""

    def written_day(self, instant: datetime, zone_name: str) -> str:
        first = self.first and instant.astimezone(zone(zone_name)).day == 1
        return self._format(instant, zone_name, self.first if first else self.day)

    def written_hour(self, instant: datetime, zone_name: str) -> str:
        sharp = self.sharp and not instant.astimezone(zone(zone_name)).minute
        return self._format(instant, zone_name, self.sharp if sharp else self.hour)

    def when(self, instant: datetime, zone_name: str, *, named: bool = False) -> str:
        """Day and hour; with its zone when `named`."""
        moment = self.at.format(
            day=self.written_day(instant, zone_name), hour=self.written_hour(instant, zone_name)
        )
        return f"{moment} {self.zone_name(zone_name)}" if named else moment

    def short_when(self, instant: datetime, zone_name: str, *, named: bool = False) -> str:
        """Day and hour as a text message says them."""
        moment = self.short_at.format(
            day=self._format(instant, zone_name, self.short_day),
            hour=self._format(instant, zone_name, self.short_hour),
        )
        return f"{moment} {self.short_zone_name(zone_name)}" if named else moment

    def short_zone_name(self, name: str) -> str:
        """The zone as a text message names it: `(Bruxelles)`."""
        return self.short_zone.format(city=self._city(name))

    def zone_name(self, name: str) -> str:
        """The zone by its city: `(heure de Bruxelles)`."""
        city = self._city(name)
        elided = self.zone_before_vowel and city[:1].lower() in _VOWELS
        return (self.zone_before_vowel if elided else self.zone).format(city=city)

    def amount(self, money: Money) -> str:
        return _sum(money.decimal, money.currency, self.locale)

    def short_amount(self, money: Money) -> str:
        """The amount with the currency's code, in the alphabet of text messages."""
        return f"{money.decimal.replace('.', self._decimal_sign)} {money.currency}"

    def set_spaces(self, text: str) -> str:
        """`text` with the no-break spaces this language sets around its punctuation."""
        for sign in self.spaced:
            text = text.replace(f" {sign}", f"{NBSP}{sign}")
        for sign in self.opening:
            text = text.replace(f"{sign} ", f"{sign}{NBSP}")
        return text

    def _city(self, zone_name: str) -> str:
        return _place(zone_name, self.locale)

    @property
    def _decimal_sign(self) -> str:
        return babel.numbers.get_decimal_symbol(self.locale)

    def _format(self, instant: datetime, zone_name: str, pattern: str) -> str:
        wall = instant.astimezone(zone(zone_name)).replace(tzinfo=None)
        return _written(wall, pattern, self.locale)


@lru_cache(4096)
def _written(wall: datetime, pattern: str, locale: str) -> str:
    """A wall time by its pattern; a page says the same ones again and again."""
    return babel.dates.format_datetime(wall, pattern, tzinfo=UTC, locale=locale)


@lru_cache(1024)
def _sum(decimal: str, currency: str, locale: str) -> str:
    return babel.numbers.format_currency(
        Decimal(decimal), currency, locale=locale, currency_digits=False
    )


@lru_cache(256)
def _place(zone_name: str, locale: str) -> str:
    return babel.dates.get_timezone_location(zone(zone_name), locale=locale, return_city=True)


FRENCH = Speech(
    locale="fr_BE",
    day=f"EEEE d{NBSP}MMMM y",
    first=f"EEEE d'er'{NBSP}MMMM y",
    hour=f"H'{NBSP}h{NBSP}'mm",
    sharp=f"H'{NBSP}h'",
    at=f"{{day}} à{NBSP}{{hour}}",
    short_day="EEE d/M",
    short_hour="H'h'mm",
    short_at="{day} à {hour}",
    zone="(heure de {city})",
    zone_before_vowel="(heure d’{city})",
    spaced=":;?!»%",
    opening="«",
)
DUTCH = Speech(
    locale="nl_BE",
    hour=f"HH.mm'{NBSP}uur'",
    at="{day} om {hour}",
    short_hour="HH.mm",
    short_at="{day} om {hour}",
    zone="(tijd in {city})",
)
ENGLISH = Speech(
    locale="en_GB",
    at="{day} at {hour}",
    short_day="EEE d MMM",
    short_at="{day} at {hour}",
    zone="({city} time)",
)
SPEECHES = {"fr": FRENCH, "nl": DUTCH, "en": ENGLISH}
"""The three languages that come with it; a host adds its own beside them."""
