"""Running an installation: set-up, worker, books, personal data, check-up, clock."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from command_line import ANN, ANN_WRITES, BY_VIDEO, EXAMPLES, THURSDAY, Clinic, run
from teleconsult_cli.exit_codes import Exit
from teleconsult_core.ids import PractitionerId
from teleconsult_core.people import practitioner_actor
from teleconsult_core.ports import PortTrouble
from teleconsult_core.versions import version
from teleconsult_sandbox import Sandbox, Trouble, TroubleKind
from teleconsult_wiring import load_settings, open_app

Refused = Callable[..., str]


# --- set-up --------------------------------------------------------------------------------------


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    words = run("--home", home, "init", EXAMPLES / "clinic.toml").out
    assert words.startswith(f"Cabinet Rivoli is set up in {home}, with dupont, ")
    key = home / "link.key"
    before = key.read_bytes()
    assert len(before) == 32
    assert {path.stat().st_mode & 0o077 for path in (key, home, home / "clinic.sqlite3")} == {0}
    assert run("--home", home, "init", EXAMPLES / "clinic.toml").code == 0
    assert key.read_bytes() == before


def test_a_wrong_clinic_file_makes_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "clinic.toml"
    wrong.write_text("[practice]\nzone = 'Mars'\n")
    answer = run("--home", tmp_path / "home", "init", wrong)
    assert answer.code == Exit.USAGE
    assert "line 2: practice.zone is 'Mars'" in answer.err
    assert not (tmp_path / "home").exists()


def test_describing_the_clinic_again_keeps_its_appointments(clinic: Clinic) -> None:
    clinic.booked()
    clinic.done("init", EXAMPLES / "clinic.toml")
    assert "a1, confirmed" in clinic.done("appointment", "a1")


def test_describing_the_clinic_again_keeps_and_names_what_was_changed_by_hand(
    clinic: Clinic,
) -> None:
    dupont = practitioner_actor(PractitionerId("dupont"))
    with closing(open_app(load_settings({}, str(clinic.home)))) as app:
        with app.desk.open_work(writing=False) as work:
            doctor = work.clinic.practitioner(PractitionerId("dupont"))
            schedule = work.clinic.schedule(PractitionerId("dupont"))
        assert doctor is not None
        assert schedule is not None
        app.desk.change_opening_hours(
            practitioner=schedule.practitioner,
            hours=schedule.hours[:1],
            based_on=version(schedule.hours),
            by=dupont,
            now=app.now(),
        )
        app.desk.change_profile(
            practitioner=doctor.id,
            profile=evolve(doctor.own, name="Dr Claire Leroy"),
            based_on=version(doctor.own),
            by=dupont,
            now=app.now(),
        )
    again = clinic.done("init", EXAMPLES / "clinic.toml")
    assert "Kept as changed by hand, and not as in the file: hours, name of dupont." in again
    assert "Dr Claire Leroy" in clinic.done("profile", "dupont")
    again = clinic.done("init", "--replace-edits", EXAMPLES / "clinic.toml")
    assert "changed by hand" not in again
    assert "Dr Claire Dupont" in clinic.done("profile", "dupont")


def test_without_an_installation_every_command_says_how_to_make_one(tmp_path: Path) -> None:
    answer = run("--home", tmp_path / "nowhere", "agenda", "--practitioner", "dupont")
    assert answer.code == Exit.CONFIGURATION
    assert "teleconsult init CLINIC.toml" in answer.err
    assert answer.out == ""
    assert not (tmp_path / "nowhere").exists()


def test_tables_of_a_newer_program_are_not_touched(clinic: Clinic) -> None:
    with closing(sqlite3.connect(clinic.home / "clinic.sqlite3")) as database, database:
        database.execute("update teleconsult_version set version_num = '9999'")
    database.close()
    for words in (("clock", "show"), ("upgrade",), ("init", EXAMPLES / "clinic.toml")):
        answer = clinic(*words)
        assert answer.code == Exit.CONFIGURATION
        assert "version 9999, this program knows up to 0001: use the newer program" in answer.err
        assert "upgrade" not in answer.err


def test_upgrade_says_that_there_is_nothing_to_do(clinic: Clinic) -> None:
    assert "up to date" in clinic.done("upgrade")


def test_completion_for_the_shells() -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_TELECONSULT_COMPLETE" in run("completion", shell).out
    assert run("completion", "tcsh").code == Exit.USAGE


# --- time away -----------------------------------------------------------------------------------


def test_being_away_in_one_mode_leaves_the_other(clinic: Clinic) -> None:
    clinic.booked()
    away = ("unavailability", "add", "--practitioner", "dupont", "--mode", "video")
    words = clinic.done(*away, "2027-03-04T10:00", "2027-03-04T12:00")
    assert "1 unavailabilities kept (video); overlaps a1, 2027-03-04 10:20 CET" in words
    asked = ("slots", "--practitioner", "dupont", "--visit", "consultation")
    free = clinic(*asked, "--from", "2027-03-04", "--days", "1", "--json").json
    modes = {one["start"]: one["modes"] for one in free}
    assert modes["2027-03-04T08:00:00Z"] == ["in-person", "video"]
    assert modes["2027-03-04T10:00:00Z"] == ["in-person"]


def test_what_was_added_can_be_removed(clinic: Clinic) -> None:
    away = ("unavailability", "add", "--practitioner", "dupont", "--mode", "both")
    kept = clinic(*away, "2027-03-04T10:00", "2027-03-04T12:00", "--json").json["kept"]
    assert len(kept) == 2
    assert "taken" not in clinic("why-not", *BY_VIDEO, THURSDAY).err
    assert clinic("why-not", *BY_VIDEO, THURSDAY).code == Exit.REFUSED
    for one in kept:
        clinic.done("unavailability", "remove", one["id"])
    assert clinic("why-not", *BY_VIDEO, THURSDAY).code == Exit.OK


def test_a_calendar_is_imported_again_without_doubling(clinic: Clinic) -> None:
    ask = ("unavailability", "import", "--practitioner", "dupont", "--mode", "video")
    calendar = EXAMPLES / "calendars" / "dupont.ics"
    first = clinic(*ask, calendar, "--json").json
    again = clinic(*ask, calendar, "--json").json
    assert len(first["kept"]) > 10
    assert again["replaced"] == len(first["kept"])


def test_a_calendar_with_problems_imports_nothing_until_told(
    clinic: Clinic, tmp_path: Path
) -> None:
    calendar = tmp_path / "odd.ics"
    calendar.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270304T100000Z\r\nDTEND:20270304T110000Z\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    ask = ("unavailability", "import", "--practitioner", "dupont", "--mode", "video")
    answer = clinic(*ask, calendar)
    assert answer.code == Exit.USAGE
    assert "soon" in answer.err
    assert "--skip-problems" in answer.err
    assert "1 unavailabilities kept" in clinic.done(*ask, "--skip-problems", calendar)


# --- running -------------------------------------------------------------------------------------


def test_the_worker_tells_what_it_did(clinic: Clinic) -> None:
    clinic.booked()
    first, *_ = clinic("worker", "--once", "--json").json
    assert first["messages"]["sent"] == 1
    assert "0 messages sent" in clinic.done("worker", "--once")


def test_a_payment_nobody_can_finish_is_named_by_the_worker(clinic: Clinic) -> None:
    """The sandbox's own books are lost: what it is asked about, it has never heard of."""
    clinic.booked()
    clinic.done("cancel", "a1")
    for path in (clinic.home / "sandbox").glob("cards.sqlite3*"):
        path.unlink()
    words = clinic.done("worker", "--once")
    assert "a person must look at a1:hold:1:release:1: " in words
    assert clinic("worker", "--once", "--json").code == Exit.OK


def test_a_card_network_in_trouble_is_temporary(clinic: Clinic) -> None:
    sandbox = Sandbox.open(clinic.home / "sandbox")
    sandbox.cards.trouble.plan(Trouble("any", TroubleKind.BUSY, times=None))
    sandbox.close()
    answer = clinic("reconcile")
    assert answer.code == Exit.TEMPORARY
    assert "please try again" in answer.err
    rows = clinic("doctor", "--json").json
    assert [one["name"] for one in rows if not one["fine"]] == ["card network"]


def test_what_could_not_be_compared_is_named_and_to_be_tried_again(clinic: Clinic) -> None:
    clinic.booked()
    with closing(sqlite3.connect(clinic.home / "clinic.sqlite3")) as database, database:
        database.execute("delete from holds")
        database.execute("delete from operations")
    sandbox = Sandbox.open(clinic.home / "sandbox")
    sandbox.cards.trouble.plan(Trouble("release", TroubleKind.BUSY))
    sandbox.close()
    answer = clinic("reconcile")
    assert answer.code == Exit.TEMPORARY
    assert "could not be looked at" in answer.out
    assert "run it again for the rest" in answer.out
    assert "released" in clinic.done("reconcile")


def test_the_books_are_compared_to_the_cent(clinic: Clinic) -> None:
    clinic.booked()
    clinic.met()
    clinic.done("complete", "a1", "--amount", "30.00")
    clinic.done("worker", "--once")
    assert "Captured 3000 and 3000" in clinic.done("reconcile")
    with closing(sqlite3.connect(clinic.home / "clinic.sqlite3")) as database, database:
        database.execute("delete from ledger where key like '%captured'")
    database.close()
    answer = clinic("reconcile", "--json")
    assert answer.code == Exit.REFUSED
    assert answer.json["agrees"] is False


def test_the_clock_moves_only_forward_unless_told(clinic: Clinic) -> None:
    assert clinic.done("clock", "show") == "2027-03-01 09:00 CET\n"
    assert clinic.done("clock", "forward", "8d") == "It is now 2027-03-09 09:00 CET.\n"
    assert clinic("clock", "set", "2027-03-01T09:00").code == Exit.USAGE
    assert clinic("clock", "forward", "soon").code == Exit.USAGE
    clinic.done("clock", "set", "--back", "2027-03-01T09:00")
    assert clinic("clock", "show", "--json").json == {"now": "2027-03-01T08:00:00Z"}
    assert "It is now" in clinic.done("clock", "real")


# --- personal data -------------------------------------------------------------------------------


def test_a_patients_file_goes_to_stdout_or_to_a_file_of_ones_own(
    clinic: Clinic, tmp_path: Path
) -> None:
    clinic.booked()
    shown = json.loads(clinic.done("export", "ann"))
    assert shown["patient"]["name"] == "Ann Peeters"
    file = tmp_path / "ann.json"
    file.write_text("older and longer than what comes now " * 10_000)
    file.chmod(0o644)
    clinic.done("export", "ann", "--to", file)
    assert json.loads(file.read_text())["patient"] == shown["patient"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_erasing_needs_a_yes_and_nothing_pending(clinic: Clinic, refused: Refused) -> None:
    clinic.booked()
    assert refused("erase", "ann", "--yes") == "still-open"
    clinic.done("cancel", "a1")
    clinic.done("worker", "--once")
    for words in (("erase", "ann"), ("erase", "ann", "--json")):
        answer = clinic(*words, typed="y\n")
        assert answer.code == Exit.USAGE
        assert "--yes" in answer.err
    assert "ann was erased" in clinic.done("erase", "ann", "--yes")
    assert "Peeters" not in clinic.done("appointment", "a1")


def test_retention_counts_before_it_forgets(clinic: Clinic) -> None:
    clinic.booked()
    clinic.done("cancel", "a1")
    clinic.done("worker", "--once")
    clinic.done("clock", "forward", "106w")
    counted = clinic("retention", "--dry-run", "--json").json
    assert counted["appointments"] == 1
    assert clinic("retention", "--dry-run", "--json").json == counted
    assert clinic("retention", "--json").json == counted | {"dry_run": False}
    assert clinic("appointment", "a1").code == Exit.REFUSED


def test_every_look_is_in_the_audit(clinic: Clinic) -> None:
    clinic.booked()
    clinic.done("appointment", "a1", "--as", "support:sofie")
    clinic.done("patients", "ann", "--as", "support:sofie")
    looks = clinic("audit", "--patient", "ann", "--json").json
    assert {one["action"] for one in looks if one["actor"]["id"] == "sofie"} == {"look", "find"}
    assert "look" in clinic.done("audit", "--subject", "a1")
    assert "describe clinic" in clinic.done("audit")


# --- check-up ------------------------------------------------------------------------------------


def failing(clinic: Clinic) -> list[str]:
    answer = clinic("doctor", "--json")
    failed = [one["name"] for one in answer.json if not one["fine"]]
    assert answer.code == (Exit.REFUSED if failed else Exit.OK)
    assert all(one["hint"] for one in answer.json if not one["fine"])
    return failed


def test_a_well_kept_installation_passes_its_check_up(clinic: Clinic) -> None:
    assert failing(clinic) == []
    assert "tables up to date" in clinic.done("doctor")


def test_the_check_up_names_late_messages(clinic: Clinic) -> None:
    clinic.booked()
    clinic.done("clock", "forward", "1d")
    assert failing(clinic) == ["late messages"]


def test_the_check_up_names_a_payment_that_is_stuck(clinic: Clinic) -> None:
    clinic.booked()
    clinic.met()
    clinic.done("complete", "a1", "--amount", "30.00")
    sandbox = Sandbox.open(clinic.home / "sandbox")
    sandbox.cards.trouble.plan(Trouble("capture", TroubleKind.BUSY, times=None))
    clinic.done("worker", "--once")
    assert failing(clinic) == []
    clinic.done("clock", "forward", "2h")
    clinic.done("worker", "--once")
    assert failing(clinic) == ["payments under way"]
    assert "a1:hold:1:capture:1, tried 2 times" in clinic("doctor").out
    sandbox.cards.trouble.lift()
    sandbox.close()
    clinic.done("clock", "forward", "1h")
    clinic.done("worker", "--once")
    assert failing(clinic) == []


def test_the_check_up_names_documents_that_nobody_prints(clinic: Clinic) -> None:
    clinic.booked()
    clinic.met()
    clinic.done("complete", "a1", "--amount", "30.00")
    clinic.done("worker", "--once")
    with closing(sqlite3.connect(clinic.home / "clinic.sqlite3")) as database, database:
        database.execute("delete from receipt_documents")
    assert failing(clinic) == []
    clinic.done("clock", "forward", "2h")
    assert "documents" in failing(clinic)
    assert "dupont-2027-00001" in clinic("doctor").out
    clinic.done("worker", "--once")
    assert failing(clinic) == []


def test_a_parked_payment_is_named_told_and_taken_up_again(clinic: Clinic) -> None:
    clinic.booked()
    clinic.met()
    clinic.done("complete", "a1", "--amount", "30.00")
    sandbox = Sandbox.open(clinic.home / "sandbox")
    sandbox.cards.trouble.plan(Trouble("capture", TroubleKind.BUSY, times=None))
    with closing(sqlite3.connect(clinic.home / "clinic.sqlite3")) as database, database:
        database.execute("update operations set attempts = 1000 where state = 'intended'")
    assert "1 parked" in clinic.done("worker", "--once")
    assert failing(clinic) == ["parked payments"]
    answer = clinic("parked", "--json")
    assert answer.code == Exit.REFUSED
    (parked,) = answer.json
    assert parked["what"] == "payment"
    assert "visa-ok" not in answer.out
    assert parked["id"] in clinic.done("messages", "--inbox")
    sandbox.cards.trouble.lift()
    sandbox.close()
    clinic.done("retry", parked["id"])
    clinic.done("worker", "--once")
    assert failing(clinic) == []
    assert clinic.done("parked") == "Parked: nothing.\n"
    assert "not-parked" in clinic("retry", parked["id"]).err
    assert clinic("retry", "nothing").code == Exit.REFUSED


def test_the_check_up_names_a_parked_message_while_it_is_of_use(clinic: Clinic) -> None:
    with_nobody = [word.replace("0475 12 34 56", "+32475123000") for word in ANN]
    who = (*with_nobody, *ANN_WRITES, "--consent", "--card", "visa-ok")
    clinic.done("book", "--id", "a1", *BY_VIDEO, *who, THURSDAY)
    clinic.done("cancel", "a1")
    clinic.done("worker", "--once")
    assert failing(clinic) == ["parked messages"]
    clinic.done("clock", "forward", "8d")
    assert failing(clinic) == []


def test_the_check_up_names_news_that_cannot_be(clinic: Clinic) -> None:
    """Settling writes such a line when the network says what our books exclude."""
    clinic.booked()
    clinic.done("worker", "--once")
    with sqlite3.connect(clinic.home / "clinic.sqlite3") as database:
        database.execute("update audit set action = 'contradiction' where action = 'hold'")
    database.close()
    assert failing(clinic) == ["contradictions"]


def test_the_check_up_names_a_key_that_others_can_read(clinic: Clinic) -> None:
    (clinic.home / "link.key").chmod(0o644)
    assert failing(clinic) == ["installation"]
    assert clinic("clock", "show").code == Exit.CONFIGURATION


def test_the_check_up_survives_a_file_that_is_no_database(clinic: Clinic) -> None:
    for path in clinic.home.glob("clinic.sqlite3*"):
        path.unlink()
    (clinic.home / "clinic.sqlite3").write_text("no database at all, but long enough\n" * 100)
    assert failing(clinic) == ["installation"]
    assert clinic("clock", "show").code == Exit.CONFIGURATION


def test_the_check_up_survives_that_there_is_nothing(clinic: Clinic) -> None:
    shutil.rmtree(clinic.home)
    assert failing(clinic) == ["installation"]


# --- the last resort -----------------------------------------------------------------------------


def test_a_bug_of_ours_is_one_line(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("wires crossed")

    monkeypatch.setattr("teleconsult_cli.desk_at_hand.open_app", broken)
    answer = clinic("agenda", "--practitioner", "dupont")
    assert answer.code == Exit.BROKEN
    assert answer.err.count("\n") == 1
    assert "wires crossed" in answer.err


def test_trouble_with_the_database_is_temporary(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise PortTrouble("the database is locked")

    monkeypatch.setattr("teleconsult_cli.desk_at_hand.open_app", busy)
    answer = clinic("agenda", "--practitioner", "dupont")
    assert answer.code == Exit.TEMPORARY
    assert answer.err.startswith("the database is locked; please try again")
