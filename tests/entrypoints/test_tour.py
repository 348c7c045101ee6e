"""The tour: every statement of the FAQ from an empty directory, and never over anybody's files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import Answer, run
from teleconsult_cli.exit_codes import Exit

RULES = {f"S{number}" for number in range(1, 23)} - {"S8", "S11"}
RULES |= {"S8a", "S8b", "S8c", "S11a", "S11b", "S20b"}
TOUR = "teleconsult-tour"


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A directory that was empty, and what the tour said there, without any environment."""
    place = tmp_path_factory.mktemp("toured")
    words = [sys.executable, "-m", "teleconsult_cli", "tour"]
    told = subprocess.run(words, cwd=place, env={}, capture_output=True, check=False, timeout=120)
    assert (told.returncode, told.stderr) == (Exit.OK, b"")
    return place, told.stdout.decode("utf-8")


def in_tour(place: Path, *words: str) -> Answer:
    return run("--home", place / TOUR, *words)


def test_every_rule_has_its_scene(toured: tuple[Path, str]) -> None:
    heads = [line.split("  ")[0].split() for line in toured[1].splitlines() if line[:1] == "S"]
    assert {rule for head in heads for rule in head} == RULES


def test_it_leaves_an_installation_in_good_health(toured: tuple[Path, str]) -> None:
    place, _ = toured
    assert [path.name for path in place.iterdir()] == [TOUR]
    for words in (("doctor",), ("reconcile", "--since", "60d")):
        answer = in_tour(place, *words)
        assert answer.code == Exit.OK, answer


def test_what_it_says_can_be_looked_at(
    toured: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, said = toured
    offered = re.findall(rf"^  teleconsult --home {TOUR} (.+)$", said, re.MULTILINE)
    assert len(offered) > 5
    monkeypatch.chdir(tmp_path)  # a receipt is written where one stands
    for words in offered:
        answer = in_tour(place, *words.split())
        assert (answer.code, answer.err) == (Exit.OK, ""), words
        assert not answer.out.endswith(": nothing.\n"), words


def test_told_again_it_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / TOUR).mkdir()  # an empty directory is nobody's
    told = []
    for _ in range(2):
        told.append(run("tour"))
        in_tour(tmp_path, "clock", "forward", "30d")
    assert [answer.code for answer in told] == [Exit.OK, Exit.OK], told
    # Links and their texts are drawn anew each time; everything else is the same story.
    first, second = (re.sub(r"/l/([a-z]+)/\S+", r"/l/\1/…", one.out) for one in told)
    assert first == second


@pytest.mark.parametrize("kept", ["thesis.txt", "clinic.sqlite3"])
def test_it_replaces_nobody_elses_directory(tmp_path: Path, kept: str) -> None:
    place = tmp_path / "mine"
    place.mkdir()
    (place / kept).write_text("years of work")
    answer = run("tour", "--directory", place)
    assert answer.code == Exit.USAGE
    assert "new, or one that holds made-by-the-tour" in answer.err
    assert [path.name for path in place.iterdir()] == [kept]
    assert (place / kept).read_text() == "years of work"


def test_a_file_in_its_place_stays(tmp_path: Path) -> None:
    place = tmp_path / "mine"
    place.write_text("years of work")
    assert run("tour", "--directory", place).code == Exit.USAGE
    assert place.read_text() == "years of work"


def test_a_link_that_stands_in_its_place_is_not_followed(tmp_path: Path) -> None:
    """Not even to an earlier tour: what is deleted is what was named."""
    there, place = tmp_path / "there", tmp_path / "mine"
    there.mkdir()
    (there / "made-by-the-tour").touch()
    (there / "kept").touch()
    place.symlink_to(there)
    assert run("tour", "--directory", place).code == Exit.USAGE
    assert (there / "kept").exists()


def test_where_nothing_may_be_written_it_says_so() -> None:
    answer = run("tour", "--directory", "/proc/teleconsult-tour")
    assert answer.code == Exit.CONFIGURATION
    assert "/proc/teleconsult-tour cannot be used" in answer.err
