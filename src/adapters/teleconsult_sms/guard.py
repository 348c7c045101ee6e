"""Who may be sent a text message at all. May import phonenumbers and the core's ports.

A booking with somebody else's number, or one that costs a fortune, is an old way to make others
pay: only ordinary mobile numbers of the countries a clinic names are written to.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import PhoneNumberType

from teleconsult_core.gateways import Accepted, NotDelivered, Texts
from teleconsult_core.ports import PortMisused

EUROPE = frozenset(
    {
        *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR"),
        *("HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO"),
        *("SE", "SI", "SK", "AX", "BL", "GF", "GP", "MF", "MQ", "RE", "YT"),
    }
)
"""The European Economic Area with its parts overseas, Switzerland and the United Kingdom."""

_ALLOWED = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_KINDS = {
    PhoneNumberType.FIXED_LINE: "a landline",
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.TOLL_FREE: "a toll-free number",
    PhoneNumberType.VOIP: "an internet telephone",
    PhoneNumberType.PAGER: "a pager",
    PhoneNumberType.VOICEMAIL: "a voicemail",
    PhoneNumberType.PERSONAL_NUMBER: "a personal number that forwards",
    PhoneNumberType.UAN: "a company's number",
}


class GuardedTexts:
    """`ports.Texts` in front of another: what may not be written to is never handed over."""

    def __init__(self, inner: Texts, countries: Collection[str] = EUROPE) -> None:
        unknown = sorted(set(countries) - set(phonenumbers.SUPPORTED_REGIONS))
        if unknown or not countries:
            raise PortMisused(f"no countries: {', '.join(unknown) or 'none is named'}")
        self._inner, self._countries = inner, frozenset(countries)

    def send(self, *, key: str, to: str, text: str) -> Accepted | NotDelivered:
        refused = why_not(to, self._countries)
        return NotDelivered(refused) if refused else self._inner.send(key=key, to=to, text=text)

    def check(self) -> str:
        check = getattr(self._inner, "check", None)
        return str(check()) if check else "cannot be asked without sending"

    def close(self) -> None:
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


def why_not(to: str, countries: Collection[str]) -> str:
    """Why no text message may go to `to`, without saying it; empty when one may."""
    try:
        number = phonenumbers.parse(to)
    except phonenumbers.NumberParseException:
        return "not a number in E.164 form"
    if phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) != to:
        return "not a number in E.164 form"
    if not phonenumbers.is_valid_number(number):
        return "a number that cannot exist"
    country = phonenumbers.region_code_for_number(number)
    if country not in countries:
        named = country if country and country.isalpha() else "no country"
        return f"a number of {named}, to which no messages are sent"
    kind = phonenumbers.number_type(number)
    return "" if kind in _ALLOWED else f"{_KINDS.get(kind, 'no mobile phone')}, not a mobile phone"


if TYPE_CHECKING:
    _conforms: type[Texts] = GuardedTexts
