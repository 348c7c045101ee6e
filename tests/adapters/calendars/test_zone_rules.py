"""Zones as they are told to others, read by a parser that knows no zone by name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from teleconsult_calendars.zone_rules import zone_rules

ZONES = [
    "Europe/Brussels", "Europe/Dublin", "America/New_York", "America/St_Johns", "Asia/Kolkata",
    "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "UTC",
]  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_every_half_hour_is_where_the_zone_has_it(name: str) -> None:
    text = zone_rules(name, date(2026, 6, 1), date(2028, 6, 1)).to_ical().decode()
    told, known = tzical(StringIO(text)).get(), ZoneInfo(name)
    instant, end = (datetime(year, 6, 2, tzinfo=UTC) for year in (2026, 2028))
    wrong = []
    while instant < end:
        wall = instant.astimezone(known)
        # Of a wall time that comes twice a calendar means the first.
        if not wall.fold and wall.replace(tzinfo=told).utcoffset() != wall.utcoffset():
            wrong.append(wall)
        instant += timedelta(minutes=30)
    assert wrong == []


def test_a_change_is_told_by_the_clocks_before_it() -> None:
    text = zone_rules("Europe/Brussels", date(2027, 1, 1), date(2028, 1, 1)).to_ical().decode()
    assert "BEGIN:DAYLIGHT\r\nDTSTART:20270328T020000\r\n" in text
    assert "BEGIN:STANDARD\r\nDTSTART:20271031T030000\r\n" in text
