"""Booking and changing on the command line: every command, its refusals, its bad input."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from command_line import ANN, ANN_WRITES, BY_VIDEO, THURSDAY, Clinic

Refused = Callable[..., str]
IN_PERSON = ("--practitioner", "dupont", "--visit", "consultation", "--mode", "in-person")
NEW = (*ANN, *ANN_WRITES)


def state_of(clinic: Clinic, id: str = "a1") -> str:
    return str(clinic("appointment", id, "--json").json["appointment"]["state"])


def test_the_profile_shows_visits_and_rating_but_no_video_message(clinic: Clinic) -> None:
    words = clinic.done("profile", "dupont")
    assert "general practitioner, Cabinet Rivoli" in words
    assert "video 20 min, 30.00 EUR" in words
    assert "Préparez" not in words
    assert clinic("profile", "dupont", "--json").json["rating"] == {
        "average_tenths": 0,
        "count": 0,
    }


def test_slots_are_listed_in_wall_time_and_as_json_in_utc(clinic: Clinic) -> None:
    asked = ("slots", "--practitioner", "dupont", "--visit", "consultation", "--days", "1")
    assert "2027-03-01 11:00 CET  11:20  in-person + video" in clinic.done(*asked)
    first = clinic(*asked, "--mode", "video", "--json").json[0]
    assert first["start"] == "2027-03-01T10:00:00Z"
    assert first["modes"] == ["video"]


def test_a_visit_type_may_be_named_in_full(clinic: Clinic) -> None:
    asked = ("--practitioner", "dupont", "--visit", "dupont:prescription")
    assert "09:10" in clinic.done("slots", *asked, "--from", "2027-03-02", "--days", "1")


def test_why_not_says_why(clinic: Clinic, refused: Refused) -> None:
    assert "can be booked" in clinic.done("why-not", *BY_VIDEO, THURSDAY)
    assert refused("why-not", *BY_VIDEO, "2027-03-04T13:00") == "slot-not-offered"
    assert "closed at that time" in clinic("why-not", *BY_VIDEO, "2027-03-04T13:00").err


def test_terms_are_shown_word_for_word_in_the_asked_language(clinic: Clinic) -> None:
    assert "réserver 30,00\N{NO-BREAK SPACE}€" in clinic.done("terms", *BY_VIDEO, THURSDAY)
    shown = clinic("terms", *BY_VIDEO, "--language", "en", THURSDAY, "--json").json
    assert shown["terms"]["amount"] == {"amount": "30.00", "currency": "EUR"}
    assert shown["video_message"].startswith("Préparez")


def test_a_booking_holds_the_card_and_said_twice_is_one(clinic: Clinic) -> None:
    assert "30.00 EUR reserved on visa …4242" in clinic.booked()
    assert "30.00 EUR reserved on visa …4242" in clinic.booked()
    assert len(clinic("appointment", "a1", "--json").json["holds"]) == 1


def test_the_phone_is_read_as_the_practice_writes_it(clinic: Clinic) -> None:
    clinic.booked()
    found = clinic("patients", "Peeters", "--json").json
    assert [one["phone"] for one in found] == ["+32475123456"]


def test_a_real_card_comes_by_stdin(clinic: Clinic) -> None:
    asked = ("book", "--id", "a1", *BY_VIDEO, *NEW, "--consent", "--card", "-", THURSDAY)
    assert "…0005" in clinic.done(*asked, typed="amex-ok\n")
    assert clinic(*asked, typed="").code == 2


def test_no_card_is_taken_without_consent_and_none_but_three_brands(refused: Refused) -> None:
    ask = ("book", "--id", "a1", *BY_VIDEO, *NEW)
    assert refused(*ask, "--card", "visa-ok", THURSDAY) == "consent-missing"
    assert refused(*ask, "--consent", "--card", "discover", THURSDAY) == "card-brand-refused"
    assert refused(*ask, "--consent", "--card", "visa-declined", THURSDAY) == "card-declined"


def test_a_slot_taken_in_one_mode_is_taken_in_both(clinic: Clinic, refused: Refused) -> None:
    clinic.booked()
    assert refused("book", "--id", "a2", *IN_PERSON, *NEW, THURSDAY) == "slot-taken"


def test_in_person_needs_no_card(clinic: Clinic) -> None:
    words = clinic.done("book", "--id", "a1", *IN_PERSON, *NEW, THURSDAY)
    assert words == "a1 is confirmed: in-person, 2027-03-04 10:20 CET.\n"


def test_another_card_after_the_first_was_declined(clinic: Clinic, refused: Refused) -> None:
    words = clinic.done("book", "--id", "a1", *BY_VIDEO, *NEW, THURSDAY)
    assert "a1 is reserved until 2027-03-01 09:15 CET" in words
    give = ("card", "give", "a1")
    assert refused(*give) == "card-missing"
    assert refused(*give, "--card", "visa-ok") == "consent-missing"
    assert refused(*give, "--consent", "--card", "visa-insufficient-funds") == "card-declined"
    assert "a1 is confirmed" in clinic.done(*give, "--consent", "--card", "visa-ok")


def test_the_bank_asks_the_patient(clinic: Clinic, refused: Refused) -> None:
    assert "The bank asks" in clinic.booked(card="visa-3ds")
    assert "The bank asks" in clinic.done("card", "check", "a1")
    assert "a1 is confirmed" in clinic.done("card", "authenticate", "a1")
    clinic.booked("a2", "2027-03-04T11:00", card="mastercard-3ds")
    assert refused("card", "authenticate", "a2", "--fail") == "card-declined"
    assert refused("card", "authenticate", "nobody") == "nothing-to-do"


def test_the_sandbox_says_which_cards_it_has(clinic: Clinic) -> None:
    assert {"token": "visa-ok", "brand": "Visa", "about": "always good"} in clinic(
        "card", "sandbox", "--json"
    ).json


def test_entered_by_the_practitioner_and_confirmed_by_the_patient(
    clinic: Clinic, refused: Refused
) -> None:
    entered = ("enter", "--id", "a1", *BY_VIDEO, *NEW, "--deadline", "2027-03-03T18:00", THURSDAY)
    assert "to be confirmed by 2027-03-03 18:00 CET" in clinic.done(*entered)
    assert refused("confirm", "a1", "--card", "visa-ok") == "consent-missing"
    assert "a1 is confirmed" in clinic.done("confirm", "a1", "--consent", "--card", "visa-ok")


def test_not_confirmed_in_time_it_lapses(clinic: Clinic) -> None:
    clinic.done("enter", "--id", "a1", *BY_VIDEO, *NEW, "--deadline", "2027-03-02T18:00", THURSDAY)
    clinic.at("2027-03-02T18:01")
    assert "can be booked" in clinic.done("why-not", *BY_VIDEO, THURSDAY)
    assert "1 lapsed" in clinic.done("worker", "--once")
    assert state_of(clinic) == "lapsed"


def test_cancelling_frees_the_card(clinic: Clinic, refused: Refused) -> None:
    clinic.booked()
    assert "0.00 EUR will be charged" in clinic.done("cancel", "a1", "--as", "patient:ann")
    clinic.done("worker", "--once")
    assert clinic("appointment", "a1", "--json").json["holds"][0]["state"] == "released"
    clinic.booked("a2")
    clinic.at("2027-03-04T08:00")
    assert refused("cancel", "a2", "--as", "patient:ann") == "too-late"
    assert "15.00 EUR will be charged" in clinic.done("cancel", "a2", "--fee", "15.00")


def test_moving_keeps_a_hold_that_still_covers(clinic: Clinic, refused: Refused) -> None:
    clinic.booked()
    assert "2027-03-05 09:00 CET" in clinic.done("move", "a1", "2027-03-05T09:00")
    saturday = "2027-03-06T09:00"
    assert refused("move", "a1", "--as", "patient:ann", saturday) == "slot-not-offered"
    assert refused("move", "a1", "--as", "patient:bob", THURSDAY) == "not-yours"


def test_the_waiting_list_offers_a_freed_slot(clinic: Clinic) -> None:
    clinic.booked()
    bob = ("--patient", "bob", "--name", "Bob", "--phone", "+32475000002", "--email", "b@e.org")
    wait = ("waiting-list", "add", "--id", "w1", *BY_VIDEO, *bob, "2027-03-05T00:00")
    assert "w1: waiting" in clinic.done(*wait)
    clinic.done("cancel", "a1")
    shown = clinic("waiting-list", "show", "--practitioner", "dupont", "--json").json
    assert [one["state"] for one in shown] == ["offered"]
    assert "bob" in clinic.done("waiting-list", "show", "--practitioner", "dupont")
    assert "w1: left" in clinic.done("waiting-list", "leave", "w1")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("book", "--id", "a1", *BY_VIDEO, "--patient", "ann", "--name", "Ann", THURSDAY),
            "--phone",
        ),
        (("book", "--id", "a 1", *BY_VIDEO, *NEW, "2027-03-05T10:20"), "'a 1'"),
        (("book", "--id", "a1", *BY_VIDEO, *NEW, "--zone", "Mars/Base", THURSDAY), "Mars/Base"),
        (("book", "--id", "a1", *BY_VIDEO, *NEW, "--phone", "12", THURSDAY), "'12'"),
        (("book", "--id", "a1", *BY_VIDEO, *NEW, "--language", "de", THURSDAY), "'de'"),
        (("why-not", *BY_VIDEO, "tomorrow"), "2027-03-02T10:00"),
        (("why-not", *BY_VIDEO, "2027-03-28T02:30"), "Europe/Brussels"),
        (("why-not", *BY_VIDEO[:-1], "fax", THURSDAY), "video or in-person"),
        (("cancel", "a1", "--as", "wizard:w"), "ROLE:ID"),
        (("cancel", "a1", "--fee", "1.234"), "at most 2 decimals"),
        (("slots", "--practitioner", "dupont", "--visit", "x", "--from", "soon"), "2027-03-02"),
    ],
)
def test_what_cannot_be_understood_ends_with_2_and_says_what_can(
    clinic: Clinic, words: tuple[str, ...], told: str
) -> None:
    clinic.booked()
    answer = clinic(*words)
    assert answer.code == 2
    assert told in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("profile", "nobody"),
        ("appointment", "nothing"),
        ("cancel", "nothing"),
        ("confirm", "nothing", "--consent"),
        ("book", "--id", "a1", *BY_VIDEO, "--patient", "nobody", THURSDAY),
        ("slots", "--practitioner", "dupont", "--visit", "nothing"),
        ("card", "give", "nothing"),
        ("receipt", "show", "nothing"),
        ("waiting-list", "leave", "nothing"),
        ("unavailability", "remove", "nothing"),
    ],
)
def test_what_is_not_there_is_refused_by_name(refused: Refused, words: tuple[str, ...]) -> None:
    assert refused(*words) == "not-found"
