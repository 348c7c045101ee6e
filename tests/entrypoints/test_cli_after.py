"""Meeting, charging and what follows on the command line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from command_line import ANN, ANN_WRITES, BY_VIDEO, THURSDAY, Clinic

Refused = Callable[..., str]


def link_in(clinic: Clinic, purpose: str) -> str:
    """The newest link of a kind on the patient's phone."""
    texts = clinic("messages", "--inbox", "--json").json["texts"]
    hers = [word for one in texts if one["to"] == "+32475123456" for word in one["text"].split()]
    return str([word for word in hers if f"/l/{purpose}/" in word][-1])


def test_both_enter_from_ten_oclock_on_and_nobody_else(clinic: Clinic, refused: Refused) -> None:
    clinic.booked()
    assert refused("join", "a1") == "too-early"
    clinic.at("2027-03-04T10:10")
    assert "The patient may enter a1 at https://" in clinic.done("join", "a1")
    assert "The practitioner may enter" in clinic.done("join", "a1", "--role", "practitioner")
    assert refused("join", "a1", "--as", "patient:bob") == "not-found"
    assert "patient left" in clinic.done("leave", "a1")
    assert "patient" in clinic.done("trouble", "a1", "--device", "phone")


def test_the_link_of_the_reminder_lets_its_patient_in(clinic: Clinic, refused: Refused) -> None:
    clinic.booked()
    clinic.at("2027-03-04T10:10")
    clinic.done("worker", "--once")
    link = link_in(clinic, "join")
    assert "may enter a1" in clinic.done("join", "--link", typed=link + "\n")
    assert "A new link will be sent" in clinic.done("resend-link", "a1")
    assert refused("join", "--link", typed=link + "\n") == "link-dead"
    assert clinic("join").code == 2


def test_completing_states_the_amount_up_to_the_hold(clinic: Clinic, refused: Refused) -> None:
    clinic.booked()
    assert refused("complete", "a1", "--amount", "30.00") == "too-early"
    clinic.met()
    assert refused("complete", "a1", "--amount", "30.01") == "above-hold"
    assert refused("complete", "a1", "--amount", "0.10") == "below-minimum"
    words = clinic.done("complete", "a1", "--amount", "20.00")
    assert words == "a1 is completed; 20.00 EUR will be charged.\n"
    assert clinic.done("complete", "a1", "--amount", "20.00") == words
    assert refused("complete", "a1", "--amount", "10.00") == "already-decided"


def charged(clinic: Clinic, amount: str = "30.00") -> None:
    clinic.booked()
    clinic.met()
    clinic.done("complete", "a1", "--amount", amount)
    clinic.done("worker", "--once")


def test_the_receipt_as_often_as_asked_as_text_and_as_pdf(clinic: Clinic, tmp_path: Path) -> None:
    charged(clinic)
    assert [one["number"] for one in clinic("receipt", "list", "a1", "--json").json] == [
        "dupont-2027-00001"
    ]
    shown = clinic.done("receipt", "show", "dupont-2027-00001")
    assert "Dr Claire Dupont SRL" in shown
    assert "30,00" in shown
    pdf = tmp_path / "receipt.pdf"
    clinic.done("receipt", "show", "dupont-2027-00001", "--pdf", pdf)
    assert pdf.read_bytes().startswith(b"%PDF")
    assert pdf.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(clinic.home / "clinic.sqlite3")) as database:
        kept = database.execute("SELECT content FROM receipt_documents").fetchall()
    assert kept == [(pdf.read_bytes(),)]  # the worker printed it, and it is handed out as it is
    nowhere = tmp_path / "missing" / "receipt.pdf"
    answer = clinic("receipt", "show", "dupont-2027-00001", "--pdf", nowhere)
    assert answer.code == 2
    assert "No such file or directory" in answer.err


def test_only_support_refunds_and_never_more_than_was_charged(
    clinic: Clinic, refused: Refused
) -> None:
    charged(clinic)
    ask = ("refund", "a1", "--reason", "the sound failed", "--id")
    assert refused(*ask, "r1", "--amount", "5.00", "--as", "practitioner:dupont") == "not-yours"
    assert refused(*ask, "r1", "--amount", "30.01") == "refund-too-much"
    assert "10.00 EUR of a1 will be refunded" in clinic.done(*ask, "r1", "--amount", "10.00")
    clinic.done("worker", "--once")
    kinds = [one["kind"] for one in clinic("receipt", "list", "a1", "--json").json]
    assert kinds == ["receipt", "credit-note"]
    assert refused(*ask, "r2", "--amount", "20.01") == "refund-too-much"


def test_a_no_show_is_billed_or_waived_by_the_practitioner(
    clinic: Clinic, refused: Refused
) -> None:
    clinic.booked()
    clinic.booked("a2", "2027-03-04T11:00")
    assert clinic("no-show", "a1").code == 2
    assert clinic("no-show", "a1", "--waive", "--amount", "1.00").code == 2
    for id, start in (("a1", THURSDAY), ("a2", "2027-03-04T11:00")):
        clinic.at(start)
        clinic.done("join", id, "--role", "practitioner")
        assert refused("no-show", id, "--waive") == "too-early"
        clinic.done("clock", "forward", "10m")
        assert refused("no-show", id, "--amount", "25.01") == "over-policy-cap"
    assert "25.00 EUR will be charged" in clinic.done("no-show", "a1", "--amount", "25.00")
    assert "0.00 EUR will be charged" in clinic.done("no-show", "a2", "--waive")


def test_a_practitioner_who_does_not_come_costs_nothing(clinic: Clinic) -> None:
    clinic.booked()
    clinic.at(THURSDAY)
    clinic.done("join", "a1")
    clinic.done("clock", "forward", "10m")
    words = clinic.done("report-absent", "a1")
    assert words == (
        "a1 is cancelled because the practitioner did not come; 0.00 EUR will be charged.\n"
    )


def test_a_completed_consultation_is_rated_once(clinic: Clinic, refused: Refused) -> None:
    charged(clinic)
    assert clinic("rate", "a1", "--stars", "6").code == 2
    assert refused("rate", "a1", "--stars", "5", "--as", "patient:bob") == "not-yours"
    assert "rated 4 of 5" in clinic.done("rate", "a1", "--stars", "4", "--words", "Rapide")
    assert refused("rate", "a1", "--stars", "5") == "already-rated"
    assert "4.0 (1)" in clinic.done("profile", "dupont")


def test_a_hold_that_will_not_last_is_authorized_again(clinic: Clinic, refused: Refused) -> None:
    far = "2027-03-16T10:00"
    assert "authorized again before the start" in clinic.booked(start=far)
    clinic.at("2027-03-16T09:50")
    clinic.done("worker", "--once")
    assert refused("join", "a1") == "hold-needed"
    assert refused("reauthorize", "a1") == "card-missing"
    assert refused("reauthorize", "a1", "--card", "visa-ok") == "consent-missing"
    clinic.done("reauthorize", "a1", "--card", "visa-ok", "--consent")
    assert "may enter a1" in clinic.done("join", "a1")


def test_the_dashboard_asks_for_forgotten_decisions_first(clinic: Clinic) -> None:
    clinic.booked()
    clinic.met()
    clinic.at("2027-03-04T12:00")
    words = clinic.done("payments", "--practitioner", "dupont")
    assert words.startswith("To decide: a1, 2027-03-04 10:20 CET: 30.00 EUR held, lapses 2027-03-")
    assert "total  1         30.00 EUR  0.00 EUR" in words
    shown = clinic("payments", "--practitioner", "dupont", "--json").json
    known = {"to_decide", "payments", "transfers_known", "totals", "totals_by_state"}
    assert set(shown) == known
    assert shown["to_decide"][0]["lapses_at"] is not None
    assert shown["totals"][0]["held"] == {"amount": "30.00", "currency": "EUR"}


def test_agenda_and_time_line_show_what_happened(clinic: Clinic) -> None:
    charged(clinic)
    asked = ("agenda", "--practitioner", "dupont", "--from", "2027-03-01")
    assert clinic.done(*asked) == "Agenda of dupont: nothing.\n"
    week = clinic.done(*asked, "--week")
    assert "2027-03-04 10:20 CET–10:40  a1  video  Ann Peeters  completed" in week
    assert clinic(*asked, "--week", "--json").json[0]["patient_name"] == "Ann Peeters"
    line = clinic.done("appointment", "a1")
    assert "issued dupont-2027-00001, receipt, 30.00 EUR" in line
    assert clinic("appointment", "a1", "--as", "patient:bob").code == 1


def test_messages_planned_sent_and_as_people_see_them(clinic: Clinic) -> None:
    clinic.done("enter", "--id", "a1", *BY_VIDEO, *ANN, *ANN_WRITES, THURSDAY)
    clinic.done("worker", "--once")
    kinds = {one["kind"] for one in clinic("messages", "--appointment", "a1", "--json").json}
    assert "please-confirm" in kinds
    assert "please-confirm" in clinic.done("messages")
    seen = clinic.done("messages", "--inbox")
    assert "SMS to +32475123456]" in seen
    assert "mail to ann@example.org: Bevestig uw afspraak" in seen


def test_no_command_shows_a_secret(clinic: Clinic) -> None:
    charged(clinic)
    key = (clinic.home / "link.key").read_bytes()
    shown = clinic.done("export", "ann") + clinic.done("appointment", "a1", "--json")
    assert "visa-ok" not in shown
    assert key.hex() not in shown
    assert "token_hash" not in shown


def test_a_disputed_charge_and_what_speaks_for_it(clinic: Clinic, refused: Refused) -> None:
    clinic.booked(card="mastercard-dispute")
    clinic.met()
    clinic.done("complete", "a1", "--amount", "30.00")
    clinic.done("worker", "--once")
    assert refused("evidence", "a1") == "nothing-to-do"
    clinic.done("clock", "forward", "25h")
    clinic.done("worker", "--once")
    assert refused("evidence", "a1", "--as", "practitioner:dupont") == "not-yours"
    assert refused("evidence", "nobody") == "not-found"
    words = clinic.done("evidence", "a1", "--as", "support:eve")
    assert "30.00 EUR" in words
    assert "disputed" in words
    assert "practitioner entered" in words
    assert "charged by email" in words
    assert "Agreed to on" in words
    told = clinic("evidence", "a1", "--json").json
    assert told["judgement"] == "present"
    assert "consultation" not in json.dumps(told["messages"])
    assert "evidence" in clinic.done("audit")
