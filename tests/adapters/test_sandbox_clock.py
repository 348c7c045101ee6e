"""The sandbox's clock: real, shifted or standing still, the same for everyone who opens it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from teleconsult_core.refusals import BadInput
from teleconsult_sandbox import SandboxClock

FAR = datetime(2130, 1, 7, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SandboxClock]:
    opened = SandboxClock(tmp_path / "clock.sqlite3")
    yield opened
    opened.close()


def test_a_new_clock_shows_real_time_in_utc(clock: SandboxClock) -> None:
    before = datetime.now(UTC)
    shown = clock.now()
    assert before <= shown <= datetime.now(UTC)
    assert shown.tzinfo is UTC
    assert not clock.frozen


def test_a_clock_that_is_set_stands_still(clock: SandboxClock) -> None:
    assert clock.set(FAR) == FAR
    assert clock.now() == clock.now() == FAR
    assert clock.frozen


def test_a_standing_clock_moves_forward_and_stands_again(clock: SandboxClock) -> None:
    clock.set(FAR)
    assert clock.forward(HOUR) == FAR + HOUR
    assert clock.now() == FAR + HOUR


def test_a_running_clock_moves_forward_and_runs_on(clock: SandboxClock) -> None:
    before = datetime.now(UTC)
    clock.forward(HOUR)
    assert before + HOUR <= clock.now() <= datetime.now(UTC) + HOUR
    assert not clock.frozen


def test_a_released_clock_runs_on_from_where_it_stood(clock: SandboxClock) -> None:
    clock.set(FAR)
    clock.release()
    assert FAR <= clock.now() < FAR + HOUR
    assert not clock.frozen


def test_a_clock_does_not_go_back(clock: SandboxClock) -> None:
    clock.set(FAR)
    with pytest.raises(BadInput, match="unless forced"):
        clock.set(FAR - HOUR)
    with pytest.raises(BadInput, match="unless forced"):
        clock.forward(-HOUR)
    with pytest.raises(BadInput, match="unless forced"):
        clock.real()
    assert clock.now() == FAR


def test_a_clock_goes_back_when_forced(clock: SandboxClock) -> None:
    clock.set(FAR)
    assert clock.set(FAR - HOUR, force=True) == FAR - HOUR
    assert clock.forward(-HOUR, force=True) == FAR - 2 * HOUR
    clock.real(force=True)
    assert clock.now() < FAR - 2 * HOUR


def test_a_clock_is_the_same_for_all_who_open_it(clock: SandboxClock, tmp_path: Path) -> None:
    other = SandboxClock(tmp_path / "clock.sqlite3")
    clock.set(FAR)
    assert other.now() == FAR
    other.close()


def test_a_time_without_a_zone_is_no_instant(clock: SandboxClock) -> None:
    with pytest.raises(BadInput, match="zone"):
        clock.set(datetime(2130, 1, 1))


def test_another_zone_is_the_same_instant(clock: SandboxClock) -> None:
    assert clock.set(FAR.astimezone()).tzinfo is UTC
    assert clock.now() == FAR
