"""How long is waited between two tries: a law for every row, and a sum for all its tries."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.pauses import LONGEST, TRIES, pause

FIRST = timedelta(seconds=30)


@given(id=st.text(max_size=60), tries=st.integers(1, 10_000))
def test_a_pause_doubles_with_each_try_and_never_exceeds_the_longest(id: str, tries: int) -> None:
    whole = min(LONGEST, FIRST * 2 ** min(tries - 1, 20))
    assert whole / 2 <= pause(id, tries, first=FIRST) <= whole


def test_two_rows_that_failed_together_do_not_come_back_together() -> None:
    waits = {pause(f"a{n}:hold:1:capture:1", 9, first=FIRST) for n in range(1000)}
    assert len(waits) == 1000
    thirds = [sum(LONGEST / 2 * (1 + n / 3) <= w for w in waits) for n in range(3)]
    assert thirds[1] in range(600, 734)
    assert thirds[2] in range(270, 400)


def test_the_same_row_always_waits_the_same() -> None:
    assert pause("a1", 3, first=FIRST) == pause("a1", 3, first=FIRST)
    assert pause("a1", 3, first=FIRST) == timedelta(seconds=60) * (1 + DRAWN)


DRAWN = 0.7076489329338074
"""What is drawn for the third try of "a1", on every machine and in every process."""


@given(id=st.text(max_size=60))
def test_all_tries_together_last_at_least_half_a_day(id: str) -> None:
    tried = sum((pause(id, n, first=FIRST) for n in range(1, TRIES)), timedelta(0))
    assert tried > timedelta(hours=12)
