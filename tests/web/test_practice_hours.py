"""Opening hours, days that differ and the profile, changed on the practitioner's own pages."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from html import unescape
from typing import Any

import pytest
from attrs import evolve
from flask import Flask
from hypothesis import given, settings

from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.people import Practitioner
from teleconsult_core.schedules import DatedException, OpeningHours, Schedule
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.testing import strategies as some
from teleconsult_flask import create_app
from teleconsult_flask.kept_views import KeptViews
from teleconsult_flask.practice.hours_typed import carried, carried_day, carried_hours
from teleconsult_flask.web import web_at
from teleconsult_wiring import App
from visitor import HERE, NORA, Visitor
from web.test_practice import DUPONT, as_staff, of

DAY = "2027-03-04"
WISH = {"visit": "dupont:consultation", "mode": "video", "day": DAY, "hour": "10:00", **NORA}
EVENING: dict[str, Any] = {
    "weekdays": ["3", "5"],
    "modes": "video",
    "opens": "19:00",
    "closes": "21:00",
}
MESSAGE = "Prenez place au calme.\nPréparez votre carte d’identité."


@pytest.fixture
def doctor(app: App) -> Visitor:
    return as_staff(app, DUPONT)


def schedule(app: App) -> Schedule:
    with app.desk.open_work(writing=False) as work:
        found = work.clinic.schedule(PractitionerId("dupont"))
    assert found is not None
    return found


def dupont(app: App) -> Practitioner:
    with app.desk.open_work(writing=False) as work:
        found = work.clinic.practitioner(PractitionerId("dupont"))
    assert found is not None
    return found


def hidden(visitor: Visitor, name: str) -> list[str]:
    """What the main form of the last page carries on under `name`."""
    form = visitor.page.text.split('<form class="flow"', 1)[1].split("</form>", 1)[0]
    return [unescape(one) for one in re.findall(rf'name="{name}" value="([^"]*)"', form)]


def send(visitor: Visitor, **fields: Any) -> None:
    """Send the main form of the last page with what it carries on, and these fields."""
    carried = {name: hidden(visitor, name) for name in ("based_on", "rows", "row")}
    visitor.send(**{name: value for name, value in carried.items() if value}, **fields)


def remove(visitor: Visitor, path: str, place: int) -> None:
    """Press "Remove" beside a row of the hours."""
    pattern = rf'action="{path}".*?name="based_on" value="([^"]+)".*?name="row" value="{place}"'
    found = re.search(pattern, visitor.page.text)
    assert found
    visitor.send(path, based_on=found[1], row=str(place), do="remove")


@settings(max_examples=100, deadline=None)
@given(some.schedules())
def test_what_a_preview_carries_on_is_what_it_showed(one: Schedule) -> None:
    assert tuple(carried_hours(carried(row)) for row in one.hours) == one.hours
    assert tuple(carried_day(carried(day)) for day in one.exceptions) == one.exceptions


def test_too_many_hours_are_told_with_their_bound(app: App, doctor: Visitor) -> None:
    rows = [OpeningHours(frozenset({7}), time(n // 6, n % 6 * 5), time(0), BOTH) for n in range(60)]
    standing = evolve(schedule(app), hours=tuple(rows))
    with app.desk.open_work() as work:
        work.clinic.put_schedule(standing)
        work.commit()
    doctor.go("/practice/hours/weekly")
    send(doctor, **EVENING)
    assert doctor.page.status_code == 422
    assert "There are too many rows: at most 60." in doctor.words


def test_new_hours_are_shown_before_they_are_kept_and_offered_after(
    app: App, pages: Flask, doctor: Visitor
) -> None:
    before = schedule(app).hours
    patient = Visitor(create_app(evolve(web_at(pages), kept_views=KeptViews(9))))
    assert "19:00" not in patient.go("/p/dupont?mode=video").text
    doctor.go("/practice/hours/weekly")
    send(doctor, **EVENING)
    assert "Your opening hours would be" in doctor.words
    assert "No appointment lies outside these hours." in doctor.words
    assert schedule(app).hours == before
    preview = doctor.page
    send(doctor, sure="yes")
    assert doctor.page.request.path == "/practice/hours"
    assert "Wed, Fri 19:00 – 21:00" in doctor.words
    wanted = OpeningHours(frozenset({3, 5}), time(19), time(21), frozenset({Mode.VIDEO}))
    assert schedule(app).hours == (*before, wanted)
    doctor.page = preview
    send(doctor, sure="yes")  # sent twice is kept once
    assert doctor.page.status_code == 200
    assert schedule(app).hours == (*before, wanted)
    assert "19:00" in patient.go("/p/dupont?mode=video").text


def test_appointments_outside_the_hours_are_named_and_stay(app: App, doctor: Visitor) -> None:
    doctor.go("/practice/enter")
    doctor.send(**WISH, wish="abc")
    doctor.go("/practice/hours")
    for _ in schedule(app).hours:
        remove(doctor, "/practice/hours/weekly", 0)
        assert "No longer" in doctor.words
        send(doctor, sure="yes")
    assert schedule(app).hours == ()
    assert "You are never open." in doctor.words
    assert "1 appointment lies outside these hours and stays" in doctor.words
    assert 'href="/practice/a/eabc"' in doctor.page.text
    assert of(app, AppointmentId("eabc")).state == "awaiting-confirmation"


def test_a_row_is_changed_in_its_place(app: App, doctor: Visitor) -> None:
    before = schedule(app).hours
    doctor.go("/practice/hours/weekly?row=0")
    assert f'value="{before[0].opens:%H:%M}"' in doctor.page.text
    send(
        doctor,
        weekdays=["1"],
        modes=["video", "in-person"],
        opens="07:00",
        closes="08:00",
        valid_from="2027-04-01",
        valid_until="2027-06-30",
    )
    assert "from 1 April 2027 to 30 June 2027" in doctor.words
    send(doctor, sure="yes")
    changed = OpeningHours(
        frozenset({1}), time(7), time(8), BOTH, date(2027, 4, 1), date(2027, 6, 30)
    )
    assert schedule(app).hours == (changed, *before[1:])
    for row in ("99", "x", "-1"):
        assert doctor.go(f"/practice/hours/weekly?row={row}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ({"weekdays": []}, 422, "Choose at least one day of the week."),
        ({"modes": []}, 422, "Choose for which kind of appointment."),
        ({"opens": ""}, 422, "Enter an hour, such as 09:00."),
        ({"closes": "late"}, 422, "Enter an hour, such as 09:00."),
        ({"closes": "18:00"}, 422, "The end must come after the beginning"),
        ({"opens": "19:03"}, 422, "whole 5 minutes, such as 09:05"),
        ({"valid_from": "someday"}, 422, "Enter a day that exists."),
        ({"valid_from": "2027-05-01", "valid_until": "2027-04-01"}, 422, "The last day must not"),
        ({"opens": "00:00"}, 409, "On Friday you are open already from 09:00 to 12:00"),
    ],
)
def test_hours_that_mean_nothing_come_back_as_they_were_typed(
    app: App, doctor: Visitor, wrong: dict[str, Any], status: int, told: str
) -> None:
    before = schedule(app)
    doctor.go("/practice/hours/weekly")
    send(doctor, **{**EVENING, **wrong})
    assert doctor.page.status_code == status
    assert told in doctor.words
    assert f'value="{wrong.get("closes", "21:00")}"' in doctor.page.text
    assert schedule(app) == before


def test_of_two_windows_the_second_is_told_and_sees_what_stands_now(
    app: App, doctor: Visitor
) -> None:
    other = as_staff(app, DUPONT)
    for window in (doctor, other):
        window.go("/practice/hours/weekly")
        send(window, **EVENING)
    send(doctor, sure="yes")
    kept = schedule(app)
    doctor.go("/practice/hours")
    hours = doctor.page
    remove(doctor, "/practice/hours/weekly", 0)
    send(doctor, sure="yes")
    send(other, sure="yes")
    assert other.page.status_code == 409
    assert "This changed meanwhile, perhaps in another window." in other.words
    assert schedule(app).hours == kept.hours[1:]
    doctor.page = hours
    remove(doctor, "/practice/hours/weekly", 0)  # another row has this place now
    assert doctor.page.status_code == 409
    assert schedule(app).hours == kept.hours[1:]
    doctor.go("/practice/hours/weekly")
    doctor.send(based_on="long ago", **{**EVENING, "opens": "20:00"})
    assert doctor.page.status_code == 409
    assert 'value="20:00"' in doctor.page.text


def test_a_day_that_differs_says_what_stays_open(app: App, doctor: Visitor) -> None:
    doctor.go("/practice/enter")
    doctor.send(**WISH, wish="abc")
    before = schedule(app).exceptions
    doctor.go("/practice/hours/days")
    send(doctor, day=DAY, modes="video", kind="closed")
    assert re.search(r"Video closed At the practice \d\d:\d\d – ", doctor.words)
    assert "1 appointment lies outside these hours and stays" in doctor.words
    assert schedule(app).exceptions == before
    send(doctor, sure="yes")
    closed = DatedException(date(2027, 3, 4), frozenset({Mode.VIDEO}))
    assert schedule(app).exceptions == (*before, closed)
    assert "Thursday 4 March, closed" in doctor.words
    doctor.go("/practice/hours/days")
    send(doctor, day="2027-03-06", modes="video", kind="open", opens="09:00", closes="12:00")
    send(doctor, sure="yes")
    assert "6 March, 09:00 – 12:00" in doctor.words
    place = len(before)
    doctor.go(f"/practice/hours/days?row={place + 1}")
    assert 'value="2027-03-06"' in doctor.page.text
    send(doctor, day="2027-03-07", modes="video", kind="open", opens="09:00", closes="12:00")
    assert "Saturday 6 March Video closed" in doctor.words
    assert "Sunday 7 March Video 09:00 – 12:00 At the practice closed" in doctor.words
    send(doctor, sure="yes")
    assert doctor.go("/practice/hours/days?row=99").status_code == 404
    doctor.go("/practice/hours")
    remove(doctor, "/practice/hours/days", place)
    assert "like every other again" in doctor.words
    send(doctor, sure="yes")
    assert closed not in schedule(app).exceptions
    assert [one.day for one in schedule(app).exceptions[len(before) :]] == [date(2027, 3, 7)]


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ({"day": ""}, 422, "Enter a day that exists."),
        ({"day": "2027-02-30"}, 422, "Enter a day that exists."),
        ({"day": "2027-02-01"}, 422, "Choose a day from today on, within 3 years."),
        ({"day": "2025-03-04"}, 422, "Choose a day from today on, within 3 years."),
        ({"day": "0027-03-04"}, 422, "Choose a day from today on, within 3 years."),
        ({"day": "0001-01-01"}, 422, "Choose a day from today on, within 3 years."),
        ({"day": "9999-12-31"}, 422, "Choose a day from today on, within 3 years."),
        ({"day": "0000-01-01"}, 422, "Enter a day that exists."),
        ({"day": "12027-03-04"}, 422, "Enter a day that exists."),
        ({"modes": []}, 422, "Choose for which kind of appointment."),
        ({"kind": "open", "opens": "9"}, 422, "Enter an hour, such as 09:00."),
        ({"kind": "open", "opens": "12:00", "closes": "09:00"}, 422, "The end must come after"),
        ({"day": "2027-03-10"}, 422, "A day is either closed or open at other hours"),
        ({"day": "2027-03-11", "kind": "open", "opens": "08:00"}, 409, "On Thursday you are open"),
    ],
)
def test_a_day_that_means_nothing_comes_back_as_it_was_typed(
    app: App, doctor: Visitor, wrong: dict[str, Any], status: int, told: str
) -> None:
    for other in (
        {"day": "2027-03-10", "kind": "closed"},
        {"day": "2027-03-11", "kind": "open", "opens": "09:00", "closes": "10:00"},
    ):
        doctor.go("/practice/hours/days")
        send(doctor, **{**other, "modes": "video"})
        send(doctor, sure="yes")
    before = schedule(app)
    doctor.go("/practice/hours/days")
    send(doctor, **{"day": DAY, "modes": "video", "kind": "closed", "closes": "12:00", **wrong})
    assert doctor.page.status_code == status
    assert told in doctor.words
    assert f'value="{wrong.get("closes", "12:00")}"' in doctor.page.text
    assert schedule(app) == before


def test_a_day_that_passes_between_preview_and_yes_leads_back_to_the_form(
    app: App, doctor: Visitor
) -> None:
    doctor.go("/practice/hours/days")
    send(doctor, day=DAY, modes="video", kind="closed")
    send(doctor, sure="yes")
    before = schedule(app).exceptions
    place, today = (
        before.index(DatedException(date(2027, 3, 4), frozenset({Mode.VIDEO}))),
        app.now(),
    )
    doctor.go(f"/practice/hours/days?row={place}")
    send(doctor, day=f"{today:%F}", modes="video", kind="open", opens="20:00", closes="21:00")
    assert "Is that right?" in doctor.words
    app.sandbox.clock.forward(timedelta(days=1))
    send(doctor, sure="yes")
    assert doctor.page.status_code == 422
    assert "Choose a day from today on, within 3 years." in doctor.words
    assert f'value="{today:%F}"' in doctor.page.text
    assert 'value="20:00"' in doctor.page.text
    assert schedule(app).exceptions == before
    send(doctor, day="2027-03-05", modes="video", kind="closed")
    send(doctor, sure="yes")
    friday = DatedException(date(2027, 3, 5), frozenset({Mode.VIDEO}))
    assert schedule(app).exceptions == (*before[:place], *before[place + 1 :], friday)


def test_a_row_is_the_same_row_however_its_number_is_written(app: App, doctor: Visitor) -> None:
    doctor.go("/practice/hours/days")
    send(doctor, day=DAY, modes="video", kind="closed")
    send(doctor, sure="yes")
    before = schedule(app).exceptions
    doctor.go("/practice/hours/days?row=0")
    doctor.send(
        based_on=hidden(doctor, "based_on"),
        row="00",
        day="2027-03-05",
        modes="video",
        kind="closed",
    )
    send(doctor, sure="yes")
    friday = DatedException(date(2027, 3, 5), frozenset({Mode.VIDEO}))
    assert schedule(app).exceptions == (*before[1:], friday)


def test_hours_that_cannot_be_kept_any_more_lead_back_to_the_form(
    app: App, doctor: Visitor
) -> None:
    before = schedule(app)
    doctor.go("/practice/hours/weekly?row=0")
    send(doctor, sure="yes", rows="1 19:00:00 18:00:00 video - -")
    assert doctor.page.status_code == 422
    assert "The end must come after the beginning" in doctor.words
    assert 'value="18:00"' in doctor.page.text
    assert hidden(doctor, "row") == ["0"]
    assert schedule(app) == before


@pytest.mark.parametrize("path", ["/practice/hours/weekly", "/practice/hours/days"])
def test_what_no_preview_has_carried_is_not_taken(app: App, doctor: Visitor, path: str) -> None:
    before = schedule(app)
    doctor.go(path)
    for rows in (["nonsense"], ["1 09:00 08:00 video - -"], ["2027-01-01 - - -"], ["9 x y z - -"]):
        send(doctor, sure="yes", rows=rows)
        assert doctor.page.status_code in {400, 409, 422}
        doctor.go(path)
    assert schedule(app) == before


def test_the_profile_is_shown_as_patients_see_it_before_it_is_kept(
    app: App, pages: Flask, doctor: Visitor
) -> None:
    patient = Visitor(create_app(evolve(web_at(pages), kept_views=KeptViews(9))))
    assert "Leroy" not in patient.go("/p/dupont?mode=video").text + patient.go("/").text
    doctor.go("/practice/profile")
    assert "See your public profile" in doctor.words
    typed = {
        "name": "Dr Claire Dupont-Leroy",
        "profession": "general practitioner",
        "languages": ["fr", "nl"],
        "video_message": MESSAGE.replace("\n", "\r\n"),
    }
    send(doctor, **typed)
    assert "A message from Dr Claire Dupont-Leroy" in doctor.words
    assert "<p>Prenez place au calme.</p>" in doctor.page.text
    assert dupont(app).edited == frozenset()
    preview = doctor.page
    send(doctor, **typed, sure="again")
    assert 'name="name" type="text" value="Dr Claire Dupont-Leroy"' in doctor.page.text
    for _ in range(2):  # sent twice is kept once
        doctor.page = preview
        send(doctor, **typed, sure="yes")
        assert "It is kept" in doctor.words
    assert dupont(app).languages == ("fr", "nl")
    assert dupont(app).video_message == MESSAGE
    assert "Dr Claire Dupont-Leroy" in patient.go("/").text
    patient.go("/p/dupont?mode=video")
    assert "Dr Claire Dupont-Leroy" in patient.words
    assert "Prenez place" not in patient.words
    patient.follow("Book this time")
    patient.say_who()
    assert "A message from Dr Claire Dupont-Leroy" in patient.words
    assert "Prenez place au calme." in patient.words


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Enter your first name and family name"),
        ({"profession": ""}, "Enter your profession"),
        ({"languages": []}, "Choose 1 to 20 languages."),
        ({"languages": ["klingon"]}, "Choose 1 to 20 languages."),
        ({"video_message": "x" * 2001}, "2,000 characters"),
    ],
)
def test_a_profile_that_means_nothing_comes_back_as_it_was_typed(
    app: App, doctor: Visitor, wrong: dict[str, Any], told: str
) -> None:
    before = dupont(app)
    own: dict[str, Any] = {
        "name": before.name,
        "profession": "gynaecologist",
        "languages": ["fr"],
    }
    doctor.go("/practice/profile")
    send(doctor, **{**own, **wrong}, sure="yes")
    assert doctor.page.status_code == 422
    assert told in doctor.words
    assert f'value="{wrong.get("profession", "gynaecologist")}"' in doctor.page.text
    assert dupont(app) == before


def test_what_the_file_said_is_not_judged_while_something_else_changes(
    app: App, doctor: Visitor
) -> None:
    described = evolve(dupont(app), phone="+3247555", name="Dr  Dupont")  # too short, too wide
    with app.desk.open_work() as work:
        work.clinic.put_practitioner(described)
        work.commit()
    doctor.go("/practice/profile")
    own = {"name": described.name, "profession": described.profession}
    for sure in ("", "yes"):
        send(doctor, **own, languages=["fr"], video_message="Un mot.", sure=sure)
    assert "It is kept" in doctor.words
    assert (dupont(app).name, dupont(app).phone) == (described.name, described.phone)
    assert dupont(app).edited == {"languages", "video_message"}


def test_where_a_practitioner_is_reached_is_shown_and_not_asked(app: App, doctor: Visitor) -> None:
    before = dupont(app)
    doctor.go("/practice/profile")
    assert f"E-mail {before.email}" in doctor.words
    assert "the operator of the practice changes it there" in doctor.words
    for name in ("email", "phone"):
        assert f'name="{name}"' not in doctor.page.text
    own = {"name": before.name, "profession": before.profession, "video_message": "Un mot."}
    thief = {"email": "thief@example.net", "phone": "0475 55 01 09"}
    for sure in ("", "yes"):
        send(doctor, **own, **thief, languages=list(before.languages), sure=sure)
        assert "thief" not in doctor.words
    assert dupont(app) == evolve(before, video_message="Un mot.", edited={"video_message"})


def test_of_two_profiles_the_second_is_told_and_keeps_what_it_typed(
    app: App, doctor: Visitor
) -> None:
    before = dupont(app)
    own: dict[str, Any] = {
        "name": before.name,
        "profession": before.profession,
        "languages": list(before.languages),
    }
    other = as_staff(app, DUPONT)
    for window in (doctor, other):
        window.go("/practice/profile")
    send(doctor, **own, video_message="Un mot.", sure="yes")
    send(other, **{**own, "profession": "gynaecologist"}, video_message="Autre.", sure="yes")
    assert other.page.status_code == 409
    assert "This changed meanwhile" in other.words
    assert "What you had written Profession gynaecologist" in other.words
    assert "Un mot." in other.page.text
    assert dupont(app).video_message == "Un mot."
    assert dupont(app).profession == before.profession


def test_the_pages_say_what_stands_in_the_clinics_file(app: App, doctor: Visitor) -> None:
    for path in ("/practice/hours", "/practice/profile"):
        doctor.go(path)
        assert "who issues receipts stand in the clinic's file" in doctor.words
        assert "What you change here stays when it does." in doctor.words
    assert doctor.page.request.base_url.startswith(HERE)
