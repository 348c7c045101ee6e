"""How days, hours and words stand on the pages, so that they are read at a glance."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from attrs import evolve
from flask import Flask

from calls import a_video_booking
from teleconsult_core.ids import PractitionerId
from teleconsult_core.slots import BOTH
from teleconsult_core.times import Interval
from teleconsult_wiring import App
from visitor import Visitor
from web.test_practice import DUPONT, as_staff
from web.test_support import SOFIE

DR = PractitionerId("dupont")


def test_the_first_free_time_of_today_and_tomorrow_is_called_so(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.go("/p/dupont")
    assert "Today at 11:00" in visitor.words
    assert "Tomorrow at 13:00" in visitor.go("/").text  # another practitioner's
    assert "Wednesday 3 March at 10:00" in visitor.page.text


def test_a_year_is_said_only_where_it_tells_something(app: App) -> None:
    doctor = as_staff(app, DUPONT)
    near = doctor.go("/practice?day=2027-03-02").text
    assert "<h1>Tuesday 2 March</h1>" in near
    far = doctor.go("/practice?day=2027-12-01").text
    assert "<h1>Wednesday 1 December 2027</h1>" in far
    past = doctor.go("/practice?day=2026-03-02").text
    assert "<h1>Monday 2 March 2026</h1>" in past


def test_a_day_inside_a_sentence_has_no_capital_in_french(app: App) -> None:
    doctor = as_staff(app, DUPONT)
    doctor.go("/practice")
    doctor.send("/language", language="fr", back="/practice?view=week")
    assert "Semaine du lundi 1er mars" in doctor.words


def test_the_agenda_shows_what_is_free_and_leads_to_its_hour(app: App) -> None:
    doctor = as_staff(app, DUPONT)
    doctor.go("/practice?day=2027-03-02")
    assert "09:00 Free until 12:00 At the practice Video" in doctor.words
    assert "14:00 Free until 18:00 At the practice" in doctor.words
    (link, *_) = re.findall(
        r'href="(/practice/enter\?day=2027-03-02&amp;hour=[^"]+)"', doctor.page.text
    )
    doctor.go(link.replace("&amp;", "&"))
    assert 'name="hour" type="time" value="09:00"' in doctor.page.text


def test_a_taken_hour_parts_what_is_free(app: App, pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.book_first("/p/dupont?visit=dupont:consultation&mode=in-person&week=1", "<time")
    doctor = as_staff(app, DUPONT)
    doctor.go("/practice?day=2027-03-08")
    assert "Free until 09:20" not in doctor.words
    assert "09:00 Nora El Amrani" in doctor.words
    assert "09:40 Free until 12:00" in doctor.words  # 09:20 is taken by the pause after it


def test_an_absence_shorter_than_the_pause_parts_what_is_free(app: App) -> None:
    with app.desk.open_work() as work:
        kind = work.clinic.visit_types(DR)[0]
        offers = {mode: evolve(one, duration=10) for mode, one in kind.offers.items()}
        work.clinic.put_visit_type(evolve(kind, offers=offers, buffer_after=15))
        work.commit()
    away = Interval(nine := datetime(2027, 3, 8, 9, tzinfo=UTC), nine + timedelta(minutes=10))
    app.desk.set_unavailability(
        practitioner=DR, modes=BOTH, intervals=[away], source="web", by=DUPONT, now=app.now()
    )
    doctor = as_staff(app, DUPONT)
    doctor.go("/practice?day=2027-03-08")
    assert "09:00 Free until 10:00 At the practice" in doctor.words
    assert "10:10 Free until 12:00 At the practice" in doctor.words


def test_a_heading_keeps_its_words_whole(pages: Flask) -> None:
    french = Visitor(pages, "fr")
    french.go("/")
    assert '<h1>Prendre <span class="whole">rendez-vous</span></h1>' in french.page.text


def test_support_reads_what_happened_in_words(app: App, pages: Flask) -> None:
    id = a_video_booking(app, pages)
    support = as_staff(app, SOFIE)
    support.go(f"/support/a/{id}")
    assert "being reserved → reserved" in support.words
    assert "authorising" not in support.words
    assert "Dr Claire Dupont" in support.words
    assert support.page.text.count("<h3>Monday 1 March</h3>") == 1
