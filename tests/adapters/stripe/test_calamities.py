"""Never charged twice, never a charge lost: every calamity, and the mutants that it must find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.stripe.calamities import AWAY, FAULTS, Calamity, Clinic, Point
from teleconsult_core.holds import HoldFact, HoldNews
from teleconsult_core.ids import HoldRef
from teleconsult_core.payments import HoldView, Operation, Verb
from teleconsult_core.ports import Ports, PortTrouble
from teleconsult_core.use_cases import perform_operation as performing
from teleconsult_core.use_cases import recover as recovering
from teleconsult_sandbox import SandboxCardNetwork
from teleconsult_stripe import StripeCardNetwork
from world import MONDAY

Run = Callable[..., list[str]]
Clinics = Callable[..., AbstractContextManager[Clinic]]


@pytest.fixture
def clinics(tmp_path: Path) -> Clinics:
    """A clinic of its own, each time."""
    blank = tmp_path / "blank.sqlite3"
    first = SandboxCardNetwork(blank, lambda: MONDAY)
    first.books()
    first.close()
    numbers = iter(range(1_000_000))

    @contextmanager
    def one(*, himself: bool = False) -> Iterator[Clinic]:
        place = tmp_path / f"{next(numbers)}.sqlite3"
        clinic = Clinic(blank, place, himself=himself)
        try:
            yield clinic
        finally:
            clinic.books.close()
            place.unlink()

    return one


@pytest.fixture
def run(clinics: Clinics) -> Run:
    """One calamity; what is wrong afterwards."""

    def one(calamity: Calamity, *, himself: bool = False) -> list[str]:
        with clinics(himself=himself) as clinic:
            clinic.struck(calamity)
            return clinic.wrong(calamity)

    return one


def calamities(verb: Verb, away: timedelta) -> Iterator[Calamity]:
    for dies, fault, again in product(Point, FAULTS, (False, True)):
        yield Calamity(verb, dies, fault, away, again)


@pytest.mark.parametrize("away", AWAY, ids=str)
@pytest.mark.parametrize("verb", Verb, ids=str)
@pytest.mark.parametrize("himself", [False, True], ids=["the clinic", "himself"])
def test_nothing_is_lost_and_nothing_is_doubled(
    run: Run, verb: Verb, away: timedelta, himself: bool
) -> None:
    every = calamities(verb, away)
    wrong = {str(one): found for one in every if (found := run(one, himself=himself))}
    assert not wrong


PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 11, 90))
"""A request is never under way for longer than its key is remembered."""


@pytest.mark.parametrize("verb", Verb, ids=str)
def test_workers_who_overtake_a_slow_request_double_nothing(clinics: Clinics, verb: Verb) -> None:
    wrong = []
    for pause, workers in product(PAUSES, (1, 2, 5)):
        with clinics() as clinic:
            clinic.overtaken(verb, pause, workers)
            wrong += [(str(pause), workers, found) for found in clinic.wrong(Calamity(verb))]
    assert not wrong


# --- a green matrix counts only if it would have been red ----------------------------------------

Mutant = Callable[[pytest.MonkeyPatch], None]


def nobody_looks(patch: pytest.MonkeyPatch) -> None:
    """Whoever repeats relies on the key alone, which Stripe forgets after a day."""
    patch.setattr(performing, "_known", lambda *_: None)


def a_new_key_each_time(patch: pytest.MonkeyPatch) -> None:
    nobody_looks(patch)
    patch.setattr(
        StripeCardNetwork, "_under", lambda *_: {"idempotency_key": uuid4().hex}, raising=True
    )


def nobody_looks_after_a_failure(patch: pytest.MonkeyPatch) -> None:
    """A failure is taken for "nothing happened"."""
    looked, failed = performing._known, set[str]()
    asked = performing._ask

    def ask(ports: Ports, operation: Operation) -> HoldView:
        try:
            return asked(ports, operation)
        except PortTrouble as trouble:
            if "failed to" in str(trouble):
                failed.add(operation.hold)
            raise

    def known(ports: Ports, operation: Operation, now: datetime) -> HoldView | None:
        return None if operation.hold in failed else looked(ports, operation, now)

    patch.setattr(performing, "_ask", ask)
    patch.setattr(performing, "_known", known)


def a_failed_answer_is_an_answer(patch: pytest.MonkeyPatch) -> None:
    """What was asked is given up when its answer is lost."""
    asked = performing._ask

    def ask(ports: Ports, operation: Operation) -> HoldView:
        try:
            return asked(ports, operation)
        except PortTrouble:
            return HoldView(HoldRef(""), HoldNews(HoldFact.DECLINED, reason="no answer"))

    patch.setattr(performing, "_ask", ask)


def nothing_is_written_down_before(patch: pytest.MonkeyPatch) -> None:
    """The intention is forgotten when the process dies."""
    patch.setattr(recovering, "recover_claimed", lambda *_: recovering.Recovered())


MUTANTS: tuple[Mutant, ...] = (
    nobody_looks,
    a_new_key_each_time,
    nobody_looks_after_a_failure,
    a_failed_answer_is_an_answer,
    nothing_is_written_down_before,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_the_mutants_are_found(run: Run, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    every = (one for verb in Verb for away in AWAY[:3] for one in calamities(verb, away))
    assert any(run(one) for one in every)
