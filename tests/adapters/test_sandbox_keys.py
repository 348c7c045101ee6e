"""The sandbox's card network under repetition and trouble: keys, stored failures, lost answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import HoldRef, OperationId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.refusals import BadInput
from teleconsult_sandbox import Sandbox, SandboxCardNetwork, Trouble, TroubleKind

Hold = Callable[..., HoldView]
DAY = timedelta(days=1)
KEY = OperationId("capture")


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def capture(sandbox: Sandbox, ref: HoldRef, key: str = KEY, minor: int = 40_00) -> HoldView:
    return sandbox.cards.capture(key=OperationId(key), ref=ref, amount=eur(minor))


def expect_trouble(sandbox: Sandbox, ref: HoldRef, key: str = KEY) -> bool:
    """Capture into trouble; whether the outcome is said to be unknown."""
    with pytest.raises(PortTrouble) as caught:
        capture(sandbox, ref, key)
    return caught.value.unknown


# --- keys ----------------------------------------------------------------------------------------


def test_the_same_question_under_the_same_key_is_answered_as_before(
    sandbox: Sandbox, hold: Hold
) -> None:
    first = hold(key="k")
    assert hold(key="k") == first
    assert len(sandbox.cards.books()) == 1


def test_the_stored_answer_is_given_even_when_it_is_overtaken(sandbox: Sandbox, hold: Hold) -> None:
    first = hold(key="k")
    sandbox.cards.release(key=OperationId("r"), ref=first.ref)
    assert hold(key="k") == first
    assert sandbox.cards.look(ref=first.ref).news.fact is HoldFact.RELEASED


def test_a_decline_is_stored_too(sandbox: Sandbox, hold: Hold) -> None:
    assert hold("visa-declined", key="k") == hold("visa-declined", key="k")
    assert len(sandbox.cards.books()) == 1


def test_a_refund_under_one_key_is_made_once(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref)
    for _ in range(3):
        sandbox.cards.refund(key=OperationId("r"), ref=ref, amount=eur(10_00))
    assert sandbox.cards.books()[0].refunded == eur(10_00)


def test_another_question_under_the_same_key_is_a_mistake(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold(key="k").ref
    with pytest.raises(PortMisused, match="something else"):
        hold("visa-ok", 39_00, key="k")
    with pytest.raises(PortMisused, match="something else"):
        capture(sandbox, ref, "k")
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.AUTHORISED


def test_a_mistake_is_not_stored_under_its_key(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    with pytest.raises(PortMisused):
        capture(sandbox, ref, minor=40_01)
    assert capture(sandbox, ref).news.fact is HoldFact.CAPTURED


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_a_bounded_length(hold: Hold, sandbox: Sandbox, key: str) -> None:
    ref = hold().ref
    with pytest.raises(PortMisused, match="a key has 1 to 255 characters"):
        capture(sandbox, ref, key)


def test_a_key_is_forgotten_after_a_day_and_then_acts_again(sandbox: Sandbox, hold: Hold) -> None:
    first = hold(key="k")
    sandbox.clock.forward(DAY - timedelta(microseconds=1))
    assert hold(key="k") == first
    sandbox.clock.forward(timedelta(microseconds=1))
    second = hold(key="k")
    assert second.ref != first.ref
    assert [book.held for book in sandbox.cards.books()] == [eur(40_00), eur(40_00)]


# --- trouble -------------------------------------------------------------------------------------


def test_a_refused_call_has_no_effect_and_may_be_repeated(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    sandbox.cards.trouble.plan(Trouble("capture", TroubleKind.BUSY))
    assert expect_trouble(sandbox, ref) is False
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.AUTHORISED
    assert capture(sandbox, ref).news.fact is HoldFact.CAPTURED


def test_a_lost_answer_has_had_its_effect_and_is_given_again(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    sandbox.cards.trouble.plan(Trouble("capture", TroubleKind.ANSWER_LOST))
    assert expect_trouble(sandbox, ref) is True
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.CAPTURED
    assert capture(sandbox, ref).news.fact is HoldFact.CAPTURED
    assert sandbox.cards.books()[0].captured == eur(40_00)


def test_a_lost_hold_is_found_by_its_key(sandbox: Sandbox, hold: Hold) -> None:
    sandbox.cards.trouble.plan(Trouble("authorise", TroubleKind.ANSWER_LOST))
    with pytest.raises(PortTrouble):
        hold(key="lost")
    found = sandbox.cards.find(key=OperationId("lost"), asked_at=sandbox.clock())
    assert found is not None
    assert found.news.fact is HoldFact.AUTHORISED


def test_a_failure_is_replayed_for_a_day_although_nothing_happened(
    sandbox: Sandbox, hold: Hold
) -> None:
    ref = hold().ref
    sandbox.cards.trouble.plan(Trouble("capture", TroubleKind.FAILURE))
    assert expect_trouble(sandbox, ref) is True
    sandbox.clock.forward(timedelta(hours=23))
    assert expect_trouble(sandbox, ref) is True
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.AUTHORISED
    sandbox.clock.forward(timedelta(hours=1))
    assert capture(sandbox, ref).news.fact is HoldFact.CAPTURED


def test_a_failure_is_replayed_although_it_happened(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    sandbox.cards.trouble.plan(Trouble("capture", TroubleKind.FAILURE_AFTER_EFFECT))
    assert expect_trouble(sandbox, ref) is True
    assert expect_trouble(sandbox, ref) is True
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.CAPTURED
    assert sandbox.cards.books()[0].captured == eur(40_00)


def test_another_key_gets_round_a_stored_failure(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    sandbox.cards.trouble.plan(Trouble("capture", TroubleKind.FAILURE))
    expect_trouble(sandbox, ref)
    assert capture(sandbox, ref, "capture-2").news.fact is HoldFact.CAPTURED


def test_a_delay_is_waited_for_and_then_it_happens(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    waited: list[float] = []
    slow = SandboxCardNetwork(
        sandbox.directory / "cards.sqlite3", sandbox.clock, sleep=waited.append
    )
    slow.trouble.plan(Trouble("capture", TroubleKind.DELAY, seconds=2.5))
    view = slow.capture(key=KEY, ref=ref, amount=eur(40_00))
    slow.close()
    assert (waited, view.news.fact) == ([2.5], HoldFact.CAPTURED)


def test_trouble_is_used_up_by_the_calls_it_is_for(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    sandbox.cards.trouble.plan(Trouble("capture", TroubleKind.BUSY, times=2))
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.AUTHORISED
    for _ in range(2):
        expect_trouble(sandbox, ref)
    assert sandbox.cards.trouble.planned() == ()
    assert capture(sandbox, ref).news.fact is HoldFact.CAPTURED


def test_an_outage_lasts_until_it_is_lifted(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    outage = Trouble("any", TroubleKind.BUSY, times=None)
    sandbox.cards.trouble.plan(outage)
    for _ in range(3):
        with pytest.raises(PortTrouble):
            sandbox.cards.look(ref=ref)
    assert sandbox.cards.trouble.planned() == (outage,)
    sandbox.cards.trouble.lift()
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.AUTHORISED


def test_a_stored_failure_of_any_call_strikes_only_calls_with_a_key(
    sandbox: Sandbox, hold: Hold
) -> None:
    ref = hold().ref
    sandbox.cards.trouble.plan(Trouble("any", TroubleKind.FAILURE))
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.AUTHORISED
    assert expect_trouble(sandbox, ref) is True


@pytest.mark.parametrize(
    ("verb", "kind"), [("pay", TroubleKind.BUSY), ("look", TroubleKind.FAILURE)]
)
def test_trouble_that_can_never_come_is_not_planned(
    sandbox: Sandbox, verb: str, kind: TroubleKind
) -> None:
    with pytest.raises(BadInput, match="verb"):
        sandbox.cards.trouble.plan(Trouble(verb, kind))


@pytest.mark.parametrize(("times", "seconds"), [(0, 0.0), (1, -1.0), (1, 601.0)])
def test_trouble_has_bounds(times: int, seconds: float) -> None:
    with pytest.raises(BadInput):
        Trouble("capture", TroubleKind.DELAY, times=times, seconds=seconds)


def test_a_port_without_keys_stores_no_failures(sandbox: Sandbox) -> None:
    with pytest.raises(BadInput):
        sandbox.phone.trouble.plan(Trouble("any", TroubleKind.FAILURE))


def test_trouble_is_for_one_port_even_where_files_are_shared(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    phone = type(sandbox.phone)(tmp_path / "shared.sqlite3", sandbox.clock)
    cards = SandboxCardNetwork(tmp_path / "shared.sqlite3", sandbox.clock)
    phone.trouble.plan(Trouble("any", TroubleKind.BUSY))
    assert cards.trouble.planned() == ()
    assert len(phone.trouble.planned()) == 1
    phone.close()
    cards.close()


def test_a_request_that_is_lost_has_no_effect(sandbox: Sandbox, hold: Hold) -> None:
    sandbox.cards.trouble.plan(Trouble("authorise", TroubleKind.REQUEST_LOST))
    with pytest.raises(PortTrouble) as trouble:
        hold(key="lost")
    assert trouble.value.unknown
    assert sandbox.cards.find(key=OperationId("lost"), asked_at=sandbox.clock()) is None
    assert hold(key="lost").news.fact is HoldFact.AUTHORISED
