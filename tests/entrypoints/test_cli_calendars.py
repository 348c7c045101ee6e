"""Calendars to subscribe to, on the command line."""

from __future__ import annotations

import json

import icalendar

from command_line import Clinic

ANN, DUPONT = ("--patient", "ann"), ("--practitioner", "dupont")


def test_a_patient_subscribes_and_the_address_is_taken_away(clinic: Clinic) -> None:
    clinic.booked()
    address = clinic.done("calendar", "feed", *ANN).strip()
    assert json.loads(clinic.done("calendar", "feed", *ANN, "--json")) == {"address": address}
    (event,) = icalendar.Calendar.from_ical(clinic.done("calendar", "show", typed=address)).walk(
        "VEVENT"
    )
    assert event["SUMMARY"] == "Videoconsultatie, Dr Claire Dupont"
    as_json = clinic("calendar", "show", "--json", typed=address).json
    assert as_json["calendar"].startswith("BEGIN:VCALENDAR\r\n")
    assert clinic.done("calendar", "revoke", *ANN) == "The address is dead.\n"
    assert clinic.done("calendar", "revoke", *ANN) == "There was no address.\n"
    dead = clinic("calendar", "show", typed=address)
    assert (dead.code, dead.out) == (1, "")
    assert "link-dead" in dead.err
    assert clinic.done("calendar", "feed", *ANN).strip() != address


def test_a_practitioners_agenda_names_nobody(clinic: Clinic) -> None:
    clinic.booked()
    address = clinic.done("calendar", "feed", *DUPONT)
    text = clinic.done("calendar", "show", typed=address)
    assert "SUMMARY:Vidéo\r\n" in text
    assert "Peeters" not in text
    assert "ann" not in icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["UID"].split("@")[0]


def test_whose_calendar_must_be_said_once(clinic: Clinic) -> None:
    for words in ((), (*ANN, *DUPONT)):
        assert clinic("calendar", "feed", *words).code == 2
    nobody = clinic("calendar", "feed", "--patient", "nobody")
    assert (nobody.code, nobody.out) == (1, "")
    stranger = clinic("calendar", "feed", *DUPONT, "--as", "patient:bob")
    assert (stranger.code, stranger.out) == (1, "")
