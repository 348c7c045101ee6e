"""The golden stories, each a life from beginning to end. Importing this fills `golden.STORIES`."""

from __future__ import annotations

from datetime import timedelta

from simulation.golden import (
    FEE,
    HALF,
    IN_EIGHT_DAYS,
    IN_SIX_DAYS,
    LATE_FEE,
    NOTHING,
    OPERATOR,
    SUPPORT,
    TOMORROW,
    Story,
    story,
)
from teleconsult_core.ids import AppointmentId, PatientId
from teleconsult_core.people import Actor, Role
from teleconsult_core.slots import Mode

ANN = Actor(Role.PATIENT, PatientId("ann"))


@story
def booked_met_and_paid(s: Story) -> None:
    s.books()
    s.meets()
    s.costs(FEE)


@story
def booked_in_person(s: Story) -> None:
    s.books(card=None, mode=Mode.IN_PERSON)
    s.until_start(minutes=40)
    s.costs(NOTHING)


@story
def half_is_charged(s: Story) -> None:
    s.books()
    s.meets()
    s.costs(HALF)


@story
def nothing_is_charged(s: Story) -> None:
    s.books()
    s.meets()
    s.costs(NOTHING)


@story
def three_d_secure(s: Story) -> None:
    s.authenticates(s.books(card="visa-3ds"))
    s.meets()
    s.costs(FEE)


@story
def three_d_secure_left_open(s: Story) -> None:
    s.books(card="visa-3ds", stays=False)


@story
def three_d_secure_failed_then_another_card(s: Story) -> None:
    s.authenticates(s.books(card="visa-3ds"), ok=False)
    s.other_card()
    s.meets()
    s.costs(FEE)


@story
def declined_then_another_card(s: Story) -> None:
    s.books(card="visa-declined")
    s.other_card()
    s.meets()
    s.costs(FEE)


@story
def reserved_and_abandoned(s: Story) -> None:
    s.books(card=None)


@story
def entered_and_confirmed(s: Story) -> None:
    s.is_entered()
    s.confirms()
    s.meets()
    s.costs(FEE)


@story
def entered_without_a_card(s: Story) -> None:
    s.is_entered(card=False)
    s.confirms()
    s.meets()
    s.costs(NOTHING)


@story
def entered_and_never_confirmed(s: Story) -> None:
    s.is_entered()


@story
def cancelled_in_time(s: Story) -> None:
    s.books(IN_EIGHT_DAYS)
    s.wait(hours=3)
    s.cancels(ANN)


@story
def cancelled_late_with_a_fee(s: Story) -> None:
    s.books()
    s.until_start(minutes=-60)
    s.cancels(s.doctor, LATE_FEE)


@story
def cancelled_while_the_card_is_asked_for(s: Story) -> None:
    s.books(card="visa-3ds")
    s.cancels(ANN)
    s.authenticates(None)


@story
def moved_within_the_hold(s: Story) -> None:
    later = TOMORROW + timedelta(hours=24)
    s.books()
    s.wait(hours=2)
    s.moves(later)
    s.meets(later)
    s.costs(FEE)


@story
def moved_beyond_the_hold(s: Story) -> None:
    s.books()
    s.wait(hours=2)
    s.moves(IN_EIGHT_DAYS)
    s.until_start(IN_EIGHT_DAYS, -600)
    s.authorizes_again()
    s.meets(IN_EIGHT_DAYS)
    s.costs(FEE)


@story
def authorized_again_before_the_start(s: Story) -> None:
    s.books(IN_EIGHT_DAYS)
    s.until_start(IN_EIGHT_DAYS, -600)
    s.authorizes_again()
    s.meets(IN_EIGHT_DAYS)
    s.costs(FEE)


@story
def authorized_again_while_the_first_hold_stands(s: Story) -> None:
    s.books(IN_SIX_DAYS)
    s.until_start(IN_SIX_DAYS, -600)
    s.authorizes_again()
    s.until_start(IN_SIX_DAYS, -240)
    s.has_one_hold()
    s.meets(IN_SIX_DAYS)
    s.costs(FEE)


@story
def never_authorized_again(s: Story) -> None:
    s.books(IN_EIGHT_DAYS)
    s.until_start(IN_EIGHT_DAYS)
    s.joins()


@story
def no_show_billed(s: Story) -> None:
    s.books()
    s.until_start()
    s.joins(s.doctor)
    s.until_start(minutes=25)
    s.missed(FEE)


@story
def no_show_waived(s: Story) -> None:
    s.books()
    s.until_start()
    s.joins(s.doctor)
    s.until_start(minutes=25)
    s.missed(NOTHING)


@story
def the_practitioner_does_not_come(s: Story) -> None:
    s.books()
    s.until_start()
    s.joins()
    s.until_start(minutes=15)
    s.ask(
        "ann", lambda desk, now: desk.report_absent_practitioner(appointment=s.a, by=ANN, now=now)
    )


@story
def never_decided(s: Story) -> None:
    s.books()
    s.meets()


@story
def a_freed_slot_goes_to_who_waits(s: Story) -> None:
    s.books(IN_EIGHT_DAYS)
    s.waits_for_earlier("bob", IN_EIGHT_DAYS)
    s.wait(hours=1)
    s.cancels(s.doctor)
    s.wait(minutes=20)
    s.confirms(AppointmentId("w-bob-1"), "bob")


@story
def an_offer_passes_to_the_next(s: Story) -> None:
    s.books(IN_EIGHT_DAYS)
    s.waits_for_earlier("bob", IN_EIGHT_DAYS)
    s.waits_for_earlier("cleo", IN_EIGHT_DAYS)
    s.wait(hours=1)
    s.cancels(s.doctor)
    s.wait(hours=3)
    s.confirms(AppointmentId("w-cleo-1"), "cleo")


@story
def the_link_again_and_in_by_it(s: Story) -> None:
    s.books()
    s.until_start(minutes=-14)
    s.ask("ann", lambda desk, now: desk.resend_link(appointment=s.a, by=SUPPORT, now=now))
    s.until_start(minutes=-2)
    s.joins_by_link()
    s.joins(s.doctor)
    s.until_start(minutes=15)
    s.costs(FEE)


@story
def forgotten_afterwards(s: Story) -> None:
    s.books()
    s.meets()
    s.costs(FEE)
    s.wait(days=9)
    s.ask(
        "olga",
        lambda desk, now: desk.erase_patient(patient=PatientId("ann"), by=OPERATOR, now=now),
    )
