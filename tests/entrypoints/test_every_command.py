"""One story in which every command is asked once, with `--json`: one value each, and no secret."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest

from command_line import ANN, ANN_WRITES, BY_VIDEO, EXAMPLES, THURSDAY, Answer, Clinic, run
from teleconsult_cli.main import cli

DUPONT = ("--practitioner", "dupont")
NEW = (*ANN, *ANN_WRITES)
ZOE = (
    "--patient",
    "zoe",
    "--name",
    "Zoé Roy",
    "--phone",
    "+32475123000",
    "--email",
    "z@example.org",
)
"""Her number does not exist, as the sandbox has it."""
PAYS = ("--consent", "--card", "visa-ok")
IN_PERSON = (*DUPONT, "--visit", "consultation", "--mode", "in-person")
RECEIPT = "dupont-2027-00001"

STORY: tuple[tuple[str, ...], ...] = (
    ("doctor",),
    ("profile", "dupont"),
    ("slots", *DUPONT, "--visit", "consultation", "--days", "2"),
    ("why-not", *BY_VIDEO, THURSDAY),
    ("terms", *BY_VIDEO, THURSDAY),
    ("hours", "show", *DUPONT),
    ("hours", "add", *DUPONT, "--mode", "video", "sat", "09:00", "12:00"),
    ("hours", "remove", *DUPONT, "4"),
    ("hours", "day", *DUPONT, "--mode", "video", "2027-03-20", "09:00", "12:00"),
    ("unavailability", "add", *DUPONT, "--mode", "video", "2027-03-05T09:00", "2027-03-05T10:00"),
    ("unavailability", "import", *DUPONT, "--mode", "video", "--days", "30", "{calendar}"),
    ("unavailability", "remove", "{kept}"),
    ("card", "sandbox"),
    ("book", "--id", "a1", *BY_VIDEO, *NEW, *PAYS, THURSDAY),
    ("book", "--id", "a2", *IN_PERSON, *NEW, "2027-03-04T11:40"),
    ("book", "--id", "a3", *BY_VIDEO, *NEW, "2027-03-04T11:00"),
    ("card", "give", "a3", "--consent", "--card", "visa-3ds"),
    ("card", "check", "a3"),
    ("card", "authenticate", "a3"),
    ("enter", "--id", "a4", *BY_VIDEO, *NEW, "2027-03-04T09:40"),
    ("confirm", "a4", *PAYS),
    ("book", "--id", "a5", *BY_VIDEO, *NEW, *PAYS, "2027-03-16T10:00"),
    ("move", "a2", "2027-03-04T14:00"),
    ("waiting-list", "add", "--id", "w1", *BY_VIDEO, *NEW, "2027-03-04T09:00"),
    ("waiting-list", "show", *DUPONT),
    ("waiting-list", "leave", "w1"),
    ("cancel", "a2"),
    ("worker", "--once"),
    ("clock", "set", "2027-03-04T09:40"),
    ("join", "a4"),
    ("clock", "set", "2027-03-04T10:20"),
    ("report-absent", "a4"),
    ("resend-link", "a1"),
    ("trouble", "a1"),
    ("join", "a1"),
    ("join", "a1", "--role", "practitioner"),
    ("leave", "a1"),
    ("complete", "a1", "--amount", "30.00"),
    ("clock", "forward", "1h"),
    ("no-show", "a3", "--waive"),
    ("worker", "--once"),
    ("receipt", "list", "a1"),
    ("receipt", "show", RECEIPT),
    ("receipt", "show", RECEIPT, "--pdf", "{pdf}"),
    ("refund", "a1", "--id", "r1", "--amount", "5.00", "--reason", "sound"),
    ("rate", "a1", "--stars", "5"),
    ("agenda", *DUPONT, "--week"),
    ("appointment", "a1"),
    ("patients", "Peeters"),
    ("payments", *DUPONT),
    ("messages",),
    ("messages", "--inbox"),
    ("messages", "preview", "booked"),
    ("messages", "send-test", "me@clinic.example"),
    ("messages", "resend", "a1:0:booked:patient:email"),
    ("audit",),
    ("reconcile",),
    ("accounts", "export", "--month", "2027-03", "--patients"),
    ("export", "ann"),
    ("retention", "--dry-run"),
    ("clock", "set", "2027-03-15T12:00"),
    ("reauthorize", "a5", *PAYS),
    ("cancel", "a5"),
    ("book", "--id", "a6", *IN_PERSON, *ZOE, "2027-03-18T10:00"),
    ("cancel", "a6"),
    ("worker", "--once"),
    ("parked",),
    ("retry", "a6:0:cancelled:patient:sms"),
    ("clock", "show"),
    ("erase", "ann", "--yes"),
    ("clock", "real"),
)
WITHOUT_JSON = {
    ("init",): "test_cli_operator",
    ("upgrade",): "test_cli_operator",
    ("completion",): "test_cli_operator",
    ("tour",): "test_tour",
    ("demo",): "test_demo",
    ("serve",): "test_serve",
}
"""What makes an installation or a script answers in words only; where it is tested."""


ELSEWHERE = {
    ("evidence",): "test_cli_after",
    **{
        ("payouts", verb): "test_cli_payouts"
        for verb in ("onboard", "refresh", "show", "open", "complete")
    },
    **{("calendar", verb): "test_cli_calendars" for verb in ("feed", "revoke", "show")},
    **{("staff", verb): "test_cli_staff" for verb in ("add", "list", "disable", "reset")},
    ("messages", "bounce"): "test_cli_by_smtp",
    ("messages", "receipts"): "test_cli_by_bulksms",
    ("stripe", "events"): "test_cli_stripe",
    ("stripe", "webhook"): "test_cli_stripe",
}
"""What belongs to another story, of other cards or another clinic; where it is told."""


def leaves(group: click.Group, *path: str) -> dict[tuple[str, ...], click.Command]:
    """Every command that does something, by the words that call it."""
    found: dict[tuple[str, ...], click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= leaves(command, *path, name)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            found[(*path, name)] = command
    return found


COMMANDS = leaves(cli)


def called(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[:2] if words[:2] in COMMANDS else words[:1]


def test_the_story_leaves_no_command_out() -> None:
    asked = {called(words) for words in STORY} | set(WITHOUT_JSON) | set(ELSEWHERE)
    assert asked == set(COMMANDS)
    tests = {path.stem for path in Path(__file__).parents[1].rglob("test_*.py")}
    assert {*WITHOUT_JSON.values(), *ELSEWHERE.values()} <= tests


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_every_group_has_help(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help
    takes_json = any(one.name == "as_json" for one in command.params)
    assert takes_json == (path not in WITHOUT_JSON)


@pytest.fixture
def told(clinic: Clinic, tmp_path: Path) -> list[tuple[tuple[str, ...], Answer]]:
    """The story's answers."""
    named = {
        "calendar": str(EXAMPLES / "calendars" / "dupont.ics"),
        "pdf": str(tmp_path / "receipt.pdf"),
    }
    answers = []
    for words in STORY:
        answer = clinic(*(word.format(**named) for word in words), "--json")
        assert answer.code == 0, (words, answer)
        if words[:2] == ("unavailability", "add"):
            named["kept"] = answer.json["kept"][0]["id"]
        answers.append((words, answer))
    return answers


def test_as_json_every_command_writes_one_value_and_no_secret(
    told: list[tuple[tuple[str, ...], Answer]], clinic: Clinic
) -> None:
    for words, answer in told:
        assert answer.json is not None, words  # parsed whole: nothing stands beside the value
        assert answer.err == "", words
    hidden = secrets_of(clinic)
    inbox = next(answer.out for words, answer in told if words == ("messages", "--inbox"))
    in_links = set(re.findall(r"/l/[a-z]+/([\w-]{20,})", inbox))
    assert in_links, "no link was ever sent"
    for words, answer in told:
        # Cards have names in the sandbox; links are in what its phones and mailboxes received.
        if words not in {("card", "sandbox"), ("messages", "--inbox")}:
            assert [one for one in hidden | in_links if one in answer.out] == [], words


def secrets_of(clinic: Clinic) -> set[str]:
    """The key, the hashes of the links, the names of the cards."""
    with closing(sqlite3.connect(clinic.home / "clinic.sqlite3")) as database, database:
        hashes = [row[0] for row in database.execute("select token_hash from links")]
    database.close()
    assert hashes
    key = (clinic.home / "link.key").read_bytes().hex()
    return {key, "visa-ok", "visa-3ds", *map(str, hashes)}


def test_a_refusal_as_json_is_one_value_too(clinic: Clinic) -> None:
    answer = clinic("why-not", *BY_VIDEO, "2027-03-04T13:00", "--json")
    assert answer.code == 1
    assert set(answer.json) == {"code", "message", "figures"}
    assert answer.err.count("\n") == 1


def test_bad_input_leaves_stdout_to_values(clinic: Clinic) -> None:
    answer = clinic("why-not", *BY_VIDEO, "tomorrow", "--json")
    assert (answer.code, answer.out) == (2, "")


def test_without_a_word_the_commands_are_listed() -> None:
    answer = run("--help")
    assert answer.code == 0
    for path in COMMANDS:
        assert f"\n  {path[0]} " in answer.out
