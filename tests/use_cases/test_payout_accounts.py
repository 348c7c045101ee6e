"""Practitioners who are paid themselves (S16): their accounts, the clinic's fee, their payouts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from teleconsult_core.appointments import Completed
from teleconsult_core.ids import AccountRef, AppointmentId, CardToken, PractitionerId, RefundId
from teleconsult_core.ledger import Account, balances
from teleconsult_core.people import Actor, Role
from teleconsult_core.policies import PaidTo, PlatformFee, Policies
from teleconsult_core.ports import PortTrouble
from teleconsult_core.refusals import AccountNotReady, NotFound, NothingToDo, NotYours
from teleconsult_core.slots import Mode
from teleconsult_core.testing.fakes import Failure
from teleconsult_core.use_cases.onboard_practitioner import Onboarding
from teleconsult_core.use_cases.show_payouts import DashboardLink, Payouts
from world import ANN, DR, OPERATOR, SUPPORT, THE_DOCTOR, THURSDAY_10, VISIT, World, eur, patient_of

A1 = AppointmentId("a1")
TEN_PERCENT = PlatformFee(basis_points=1000)
OTHERS = [patient_of(ANN), Actor(Role.PRACTITIONER, "claes")]


def paying_practitioners(world: World, fee: PlatformFee = TEN_PERCENT) -> None:
    world.describe(Policies(paid_to=PaidTo.PRACTITIONER, platform_fee=fee))


def onboarded(world: World, fee: PlatformFee = TEN_PERCENT) -> AccountRef:
    """A practitioner with a complete account."""
    paying_practitioners(world, fee)
    opened = world.desk.onboard_practitioner(practitioner=DR, by=THE_DOCTOR, now=world.now)
    assert isinstance(opened, Onboarding)
    world.payouts.complete(opened.account.ref)
    world.desk.refresh_payout_account(practitioner=DR, now=world.now)
    return opened.account.ref


def completed(world: World, amount: str) -> None:
    world.meet(world.booked())
    done = world.desk.complete(appointment=A1, amount=eur(amount), by=THE_DOCTOR, now=world.now)
    assert isinstance(done, Completed)
    world.work()


def books(world: World) -> dict[Account, int]:
    with world.store.open_work(writing=False) as work:
        sums = balances(work.ledger.every())
    assert sum(sums.values()) == 0
    return {account: amount for (account, _), amount in sums.items() if amount}


# --- the account ---------------------------------------------------------------------------------


def test_onboarding_opens_one_account_and_a_new_page_each_time(world: World) -> None:
    paying_practitioners(world)
    first = world.desk.onboard_practitioner(practitioner=DR, by=THE_DOCTOR, now=world.now)
    second = world.desk.onboard_practitioner(practitioner=DR, by=SUPPORT, now=world.now)
    assert isinstance(first, Onboarding)
    assert isinstance(second, Onboarding)
    assert first.account.ref == second.account.ref
    assert first.address != second.address
    assert first.address not in repr(first)
    assert first.account.missing == ("external_account",)
    with world.store.open_work(writing=False) as work:
        noted = [(one.actor, one.action) for one in work.audit.of_subject(DR)]
    assert noted == [(THE_DOCTOR, "complete the account"), (SUPPORT, "complete the account")]


@pytest.mark.parametrize("by", OTHERS, ids=str)
def test_an_account_is_nobody_elses(world: World, by: Actor) -> None:
    onboarded(world)
    asked = {"practitioner": DR, "by": by, "now": world.now}
    assert isinstance(world.desk.onboard_practitioner(**asked), NotYours)
    assert isinstance(world.desk.show_payouts(**asked), NotYours)
    assert isinstance(world.desk.open_payout_dashboard(**asked), NotYours)


def test_an_unknown_practitioner_has_none(world: World) -> None:
    paying_practitioners(world)
    nobody = PractitionerId("nobody")
    asked = {"practitioner": nobody, "by": OPERATOR, "now": world.now}
    assert isinstance(world.desk.onboard_practitioner(**asked), NotFound)
    assert isinstance(world.desk.show_payouts(**asked), NotFound)
    again = world.desk.refresh_payout_account(practitioner=nobody, now=world.now)
    assert isinstance(again, NotFound)


def test_where_the_clinic_is_paid_there_is_nothing_to_open(world: World) -> None:
    asked = {"practitioner": DR, "by": THE_DOCTOR, "now": world.now}
    for verb in ("onboard_practitioner", "show_payouts", "open_payout_dashboard"):
        refused = getattr(world.desk, verb)(**asked)
        assert refused == NothingToDo(why="the clinic itself is paid")
    assert world.desk.refresh_payout_accounts(now=world.now).seen == 0


def test_a_card_network_without_accounts_says_so(world: World) -> None:
    paying_practitioners(world)
    desk = evolve(world.desk, payouts=None)
    refused = desk.onboard_practitioner(practitioner=DR, by=THE_DOCTOR, now=world.now)
    assert isinstance(refused, NothingToDo)
    assert "keeps no accounts" in refused.why


def test_when_the_network_is_away_nothing_is_written_and_all_can_be_repeated(world: World) -> None:
    paying_practitioners(world)
    world.payouts.fail_next("onboarding")
    asked = {"practitioner": DR, "by": THE_DOCTOR, "now": world.now}
    with pytest.raises(PortTrouble):
        world.desk.onboard_practitioner(**asked)
    again = world.desk.onboard_practitioner(**asked)
    assert isinstance(again, Onboarding)
    assert again.account.ref == "acct_0001"


def test_the_worker_looks_often_until_it_is_complete_then_daily(world: World) -> None:
    paying_practitioners(world)
    assert world.desk.refresh_payout_accounts(now=world.now).seen == 0
    opened = world.desk.onboard_practitioner(practitioner=DR, by=THE_DOCTOR, now=world.now)
    assert isinstance(opened, Onboarding)
    assert world.desk.refresh_payout_accounts(now=world.now + timedelta(minutes=14)).seen == 0
    world.payouts.complete(opened.account.ref)
    later = world.now + timedelta(minutes=15)
    assert world.desk.refresh_payout_accounts(now=later).seen == 1
    assert world.desk.refresh_payout_accounts(now=later + timedelta(hours=23)).seen == 0
    assert world.desk.refresh_payout_accounts(now=later + timedelta(hours=24)).seen == 1
    with world.store.open_work(writing=False) as work:
        account = work.clinic.payout_account(DR)
    assert account is not None
    assert account.complete


# --- nothing is taken that has nowhere to go ------------------------------------------------------


def test_without_a_complete_account_no_card_is_held(world: World) -> None:
    paying_practitioners(world)
    refused = world.book()
    assert refused == AccountNotReady("Dr Claire Dupont", "the account was not opened")
    entered = world.desk.enter(
        id=AppointmentId("a2"), practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO,
        start=THURSDAY_10, patient=ANN, now=world.now,
    )  # fmt: skip
    assert isinstance(entered, AccountNotReady)
    world.desk.onboard_practitioner(practitioner=DR, by=THE_DOCTOR, now=world.now)
    assert world.book() == AccountNotReady("Dr Claire Dupont", "the account is not complete")
    assert not world.cards.books
    onboarded(world)
    world.booked()
    assert world.holds()[0].account == "acct_0001"


def test_what_needs_no_card_needs_no_account(world: World) -> None:
    paying_practitioners(world)
    world.booked(mode=Mode.IN_PERSON, card=None)


def test_an_account_that_was_stopped_takes_no_new_hold(world: World) -> None:
    ref = onboarded(world)
    world.booked(start=THURSDAY_10 + timedelta(days=14))
    world.payouts.restrict(ref, "individual.verification.document")
    world.desk.refresh_payout_account(practitioner=DR, now=world.now)
    world.at(THURSDAY_10 + timedelta(days=13))
    refused = world.desk.reauthorize(
        appointment=A1, card=CardToken("visa"), consent=world.consent(), now=world.now
    )
    assert isinstance(refused, AccountNotReady)
    world.payouts.complete(ref)
    world.desk.refresh_payout_account(practitioner=DR, now=world.now)
    held = world.desk.reauthorize(
        appointment=A1, card=CardToken("visa"), consent=world.consent(), now=world.now
    )
    assert not isinstance(held, AccountNotReady)
    assert world.holds()[-1].account == ref


# --- the fee -------------------------------------------------------------------------------------


def test_the_fee_is_of_what_is_taken_not_of_what_was_held(world: World) -> None:
    onboarded(world)
    completed(world, "30.00")
    assert world.holds()[0].fee == eur("3.00")
    assert books(world) == {Account.CARD: -3000, Account.NETWORK: 2700, Account.FEE: 300}
    (line,) = world.desk.show_payments(practitioner=DR, by=THE_DOCTOR, now=world.now).lines
    assert (line.fee, line.kept, line.to_come) == (eur("3.00"), eur("27.00"), eur("27.00"))


def test_nothing_taken_nothing_kept(world: World) -> None:
    onboarded(world, PlatformFee(fixed=eur("1.00")))
    completed(world, "0.00")
    assert books(world) == {}
    assert world.holds()[0].fee == eur("0.00")


def test_a_refund_gives_its_part_of_the_fee_back(world: World) -> None:
    onboarded(world)
    completed(world, "30.00")
    world.desk.refund(
        id=RefundId("r1"), appointment=A1, amount=eur("10.00"), reason="the sound failed",
        by=SUPPORT, now=world.now,
    )  # fmt: skip
    world.work()
    assert books(world) == {Account.CARD: -2000, Account.NETWORK: 1800, Account.FEE: 200}
    world.desk.refund(
        id=RefundId("r2"), appointment=A1, amount=eur("20.00"), reason="the rest",
        by=SUPPORT, now=world.now,
    )  # fmt: skip
    world.work()
    assert books(world) == {}
    assert world.desk.reconcile(since=THURSDAY_10 - timedelta(days=30), now=world.now).agrees


def test_a_fee_set_later_changes_no_charge_that_was_stated(world: World) -> None:
    onboarded(world)
    world.meet(world.booked())
    for _ in range(3):
        world.cards.fail_next("capture", Failure.BEFORE)
    world.desk.complete(appointment=A1, amount=eur("30.00"), by=THE_DOCTOR, now=world.now)
    world.describe(Policies(paid_to=PaidTo.PRACTITIONER, platform_fee=PlatformFee(5000)))
    for _ in range(8):
        world.at(world.now + timedelta(minutes=30))
        world.work()
    assert world.holds()[0].fee == eur("3.00")


def test_what_was_held_for_the_clinic_stays_the_clinics(world: World) -> None:
    booked = world.booked()
    onboarded(world)
    world.meet(booked)
    world.desk.complete(appointment=A1, amount=eur("30.00"), by=THE_DOCTOR, now=world.now)
    world.work()
    assert world.holds()[0].account is None
    assert books(world) == {Account.CARD: -3000, Account.NETWORK: 3000}


def test_a_dispute_leaves_the_books_even(world: World) -> None:
    onboarded(world)
    completed(world, "30.00")
    ref = world.holds()[0].ref
    assert ref is not None
    world.cards.dispute(ref)
    world.desk.take_card_news(news="n1", ref=ref, now=world.now)
    assert books(world)[Account.DISPUTED] == 3000
    world.cards.decide_dispute(ref, won=True)
    world.desk.take_card_news(news="n2", ref=ref, now=world.now)
    assert books(world) == {Account.CARD: -3000, Account.NETWORK: 2700, Account.FEE: 300}


# --- what reaches the bank -----------------------------------------------------------------------


def test_payouts_with_their_expected_and_their_real_day(world: World) -> None:
    onboarded(world)
    completed(world, "30.00")
    found = world.desk.show_payouts(practitioner=DR, by=THE_DOCTOR, now=world.now)
    assert isinstance(found, Payouts)
    assert found.account.complete
    (payout,) = found.lines
    assert (payout.amount, payout.paid_on) == (eur("27.00"), None)
    world.at(payout.expected_on + timedelta(days=1))
    (paid,) = world.desk.show_payouts(practitioner=DR, by=THE_DOCTOR, now=world.now).lines
    assert paid.paid_on is not None


def test_the_way_into_the_account_is_his_alone_and_for_one_use(world: World) -> None:
    onboarded(world)
    asked = {"practitioner": DR, "now": world.now}
    for staff in (SUPPORT, OPERATOR):
        assert isinstance(world.desk.open_payout_dashboard(by=staff, **asked), NotYours)
    links = [world.desk.open_payout_dashboard(by=THE_DOCTOR, **asked) for _ in range(2)]
    addresses = {link.address for link in links if isinstance(link, DashboardLink)}
    assert len(addresses) == 2
    assert not any(address in repr(links) for address in addresses)


def test_an_account_that_is_not_complete_has_no_dashboard_yet(world: World) -> None:
    paying_practitioners(world)
    asked = {"practitioner": DR, "by": THE_DOCTOR, "now": world.now}
    assert isinstance(world.desk.open_payout_dashboard(**asked), NotFound)
    world.desk.onboard_practitioner(**asked)
    assert isinstance(world.desk.open_payout_dashboard(**asked), AccountNotReady)
