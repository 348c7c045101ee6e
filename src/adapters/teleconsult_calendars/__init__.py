"""Busy times out of calendar files (.ics), as real calendar programs export them.

Imports icalendar, recurring-ical-events and the core's times and refusals; no other adapter.
`read_calendar` is the whole of it: bytes in, intervals out, and a named problem for every event
that could not be read. Nothing else of an event leaves this package: practitioners' calendars
are full of patients' names, so titles, descriptions, places and guests are dropped line by line,
before anything is interpreted.
"""

from teleconsult_calendars.bounds import CalendarTooLarge, NotACalendar
from teleconsult_calendars.reader import read_calendar
from teleconsult_calendars.reading import BusyTime, CalendarProblem, CalendarReading, Ignored

__all__ = [
    "BusyTime",
    "CalendarProblem",
    "CalendarReading",
    "CalendarTooLarge",
    "Ignored",
    "NotACalendar",
    "read_calendar",
]
