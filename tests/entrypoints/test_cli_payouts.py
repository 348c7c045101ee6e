"""A clinic whose practitioners are paid themselves, on the command line: the sandbox and Stripe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from command_line import BY_VIDEO, EXAMPLES, THURSDAY, Clinic
from entrypoints.test_cli_stripe import Network, at_stripe
from teleconsult_cli.exit_codes import Exit
from teleconsult_sandbox import Sandbox, Trouble, TroubleKind

DUPONT = ("--practitioner", "dupont")
__all__ = ["at_stripe"]


@pytest.fixture
def paid(clinic: Clinic, tmp_path: Path) -> Clinic:
    """The example clinic, which keeps ten percent and half a euro."""
    text = (EXAMPLES / "clinic.toml").read_text(encoding="utf-8")
    for old, new in (
        ('paid_to = "clinic"', 'paid_to = "practitioner"'),
        ('{ percent = "0" }', '{ percent = "10.00", fixed = "0.50" }'),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "clinic.toml").write_text(text, encoding="utf-8")
    clinic.done("init", tmp_path / "clinic.toml")
    return clinic


def address(words: str) -> str:
    return words.rpartition("once: ")[2].strip()


def sums(found: Any, *names: str) -> list[str]:
    return [found[name]["amount"] for name in names]


def consulted(clinic: Clinic, card: str = "visa-ok") -> None:
    clinic.booked(card=card)
    clinic.met()
    clinic.done("complete", "a1", "--amount", "20.00")
    clinic.done("worker", "--once")


def test_nothing_is_held_for_whom_it_cannot_reach(paid: Clinic) -> None:
    answer = paid("book", "--id", "a1", *BY_VIDEO, "--patient", "ann", THURSDAY)
    assert answer.code != Exit.OK
    with pytest.raises(AssertionError, match="account-not-ready"):
        paid.booked()
    rows = {one["name"]: one for one in paid("doctor", "--json").json}
    found = rows["practitioners' accounts"]
    assert not found["fine"]
    assert found["found"].startswith("0 of ")
    assert "payouts onboard --practitioner" in found["hint"]


def test_from_the_account_to_the_payout(paid: Clinic) -> None:
    words = paid.done("payouts", "onboard", *DUPONT)
    assert "external_account" in words
    page = address(words)
    assert page.startswith("https://")
    assert address(paid.done("payouts", "onboard", *DUPONT)) != page
    assert paid("payouts", "open", *DUPONT).code == Exit.REFUSED
    assert "takes cards" in paid.done("payouts", "complete", *DUPONT)
    assert paid.done("payouts", "open", *DUPONT).startswith("https://")
    consulted(paid)
    payments = paid("payments", *DUPONT, "--json").json
    (total,) = payments["totals"]
    assert sums(total, "captured", "fee", "kept") == ["20.00", "2.50", "17.50"]
    (due,) = paid("payouts", "show", *DUPONT, "--json").json["payouts"]
    assert (sums(due, "amount"), due["paid_on"]) == (["17.50"], None)
    paid.done("clock", "forward", "16d")
    (arrived,) = paid("payouts", "show", *DUPONT, "--json").json["payouts"]
    assert arrived["paid_on"] is not None
    assert "17.50 EUR" in paid.done("payouts", "show", *DUPONT)
    assert "The books agree." in paid.done("reconcile")
    assert page not in paid.done("audit")


def test_the_worker_hears_that_an_account_was_stopped(paid: Clinic) -> None:
    paid.done("payouts", "onboard", *DUPONT)
    account = paid("payouts", "complete", *DUPONT, "--json").json["account"]
    sandbox = Sandbox.open(paid.home / "sandbox")
    sandbox.payouts.restrict(account["ref"], "identity")
    sandbox.close()
    paid.done("clock", "forward", "25h")
    paid.done("worker", "--once")
    with pytest.raises(AssertionError, match="account-not-ready"):
        paid.booked()
    assert "identity" in paid.done("payouts", "refresh", *DUPONT)


def test_an_account_that_cannot_be_looked_at_is_named_by_the_worker(paid: Clinic) -> None:
    paid.done("payouts", "onboard", *DUPONT)
    paid.done("payouts", "complete", *DUPONT)
    sandbox = Sandbox.open(paid.home / "sandbox")
    sandbox.payouts.trouble.plan(Trouble("look", TroubleKind.BUSY, times=None))
    sandbox.close()
    paid.done("clock", "forward", "25h")
    answer = paid("worker", "--once")
    assert answer.code == Exit.TEMPORARY
    assert "accounts: dupont:" in answer.err


def test_where_the_clinic_is_paid_every_command_says_so(clinic: Clinic) -> None:
    for verb in ("onboard", "refresh", "show", "open", "complete"):
        answer = clinic("payouts", verb, *DUPONT)
        assert answer.code == Exit.REFUSED
        assert "the clinic itself is paid [nothing-to-do]" in answer.err.replace(".", "")


def test_the_same_at_stripe(paid: Clinic, at_stripe: Network) -> None:
    account = paid("payouts", "onboard", *DUPONT, "--json").json["account"]
    assert paid("payouts", "complete", *DUPONT).code == Exit.REFUSED
    at_stripe.sandbox.payouts.complete(account["ref"])
    assert "yes" in paid.done("payouts", "refresh", *DUPONT)
    consulted(paid, "pm_card_visa")
    assert at_stripe.cards == [(0, 20_00, 0)]
    refund = ("refund", "a1", "--id", "r1", "--amount", "8.00", "--reason", "kindness")
    paid.done(*refund, "--as", "support:eve")
    paid.done("worker", "--once")
    (total,) = paid("payments", *DUPONT, "--json").json["totals"]
    found = sums(total, "refunded", "fee", "kept", "to_come")
    assert found == ["8.00", "1.50", "10.50", "10.50"]
    assert "The books agree." in paid.done("reconcile")
    assert "10.50 EUR" in paid.done("payouts", "show", *DUPONT)
