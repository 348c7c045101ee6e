"""Busy times out of calendar files (.ics), and our appointments as events for others' calendars.

Imports icalendar, recurring-ical-events and the core; no other adapter. `read_calendar` reads:
bytes in, intervals out, and a named problem for every event that could not be read. Nothing else
of an event leaves this package: practitioners' calendars are full of patients' names, so titles,
descriptions, places and guests are dropped line by line, before anything is interpreted.
`invitation_text` and `feed_text` write: an event in, one iTIP message out; a feed in, one calendar
to subscribe to out.
"""

from teleconsult_calendars.bounds import CalendarTooLarge, NotACalendar
from teleconsult_calendars.feed import feed_text
from teleconsult_calendars.invitations import invitation_text
from teleconsult_calendars.reader import read_calendar
from teleconsult_calendars.reading import BusyTime, CalendarProblem, CalendarReading, Ignored

__all__ = [
    "BusyTime",
    "CalendarProblem",
    "CalendarReading",
    "CalendarTooLarge",
    "Ignored",
    "NotACalendar",
    "feed_text",
    "invitation_text",
    "read_calendar",
]
