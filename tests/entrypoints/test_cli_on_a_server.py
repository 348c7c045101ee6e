"""An installation whose database is on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from command_line import EXAMPLES, MONDAY, Clinic, run
from databases import Server


@pytest.fixture
def address(newest: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.URL]:
    with newest.database(empty=True) as made:
        safe = made.update_query_dict({"options": "-c synchronous_commit=on"})
        secret = safe.set(password="hush").render_as_string(hide_password=False)
        monkeypatch.setenv("TELECONSULT_DATABASE_URL", secret)
        yield made


def test_from_the_first_command_to_the_check_up(address: sa.URL, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("--home", home, "init", EXAMPLES / "clinic.toml").code == 0
    clinic = Clinic(home)
    assert clinic("clock", "set", "--back", MONDAY).code == 0
    clinic.booked()
    checked = clinic("doctor", "--json")
    assert checked.code == 0, checked
    assert f"/{address.database}, tables up to date" in checked.out
    assert "hush" not in checked.out
    assert not (home / "clinic.sqlite3").exists()
    upgraded = clinic("upgrade")
    assert str(address.database) in upgraded.out
    assert "hush" not in upgraded.out


def test_a_server_that_answers_before_a_commit_is_safe_is_named(
    address: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    assert run("--home", home, "init", EXAMPLES / "clinic.toml").code == 0
    clinic = Clinic(home)
    rows = {one["name"]: one for one in clinic("doctor", "--json").json}
    assert rows["durability"]["fine"]
    hasty = address.update_query_dict({"options": "-c synchronous_commit=off"})
    monkeypatch.setenv("TELECONSULT_DATABASE_URL", hasty.render_as_string(hide_password=False))
    answer = clinic("doctor")
    assert answer.code == 1
    assert "synchronous_commit is off" in answer.out
    monkeypatch.setenv("TELECONSULT_SYNCHRONOUS", "NORMAL")
    assert "as was chosen" in clinic.done("doctor")


def test_a_server_that_is_away_says_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELECONSULT_DATABASE_URL", "postgresql://ann:hush@127.0.0.1:1/clinic")
    answer = run("--home", tmp_path / "home", "init", EXAMPLES / "clinic.toml")
    assert answer.code == 75, answer
    assert "cannot be reached" in answer.err
    assert "hush" not in answer.err


def test_the_sql_of_an_upgrade(clinic: Clinic) -> None:
    ours, servers = (
        clinic("upgrade", "--sql"),
        clinic("upgrade", "--sql", "--dialect", "postgresql"),
    )
    assert "STRICT" in ours.out
    assert "TIMESTAMP WITH TIME ZONE" in servers.out
    assert ours.out.startswith("BEGIN;")
    assert servers.out.endswith("COMMIT;\n")
    nothing = clinic("upgrade", "--sql", "--from", "0001")
    assert "CREATE TABLE" not in nothing.out
    assert clinic("upgrade", "--sql", "--from", "9999").code == 78
