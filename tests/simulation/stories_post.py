"""Golden stories of the post: nights, receipts, letters that come back, the end of an allowance.

Importing this fills `golden.STORIES`.
"""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from simulation.broken import Broken
from simulation.golden import IN_SIX_DAYS, NOTHING, SUPPORT, TOMORROW, Story, story
from simulation.reports import brings
from teleconsult_core.ids import AppointmentId, MessageId
from teleconsult_core.messages import Delivery
from teleconsult_core.slots import Mode

BOOKED = MessageId("a:0:booked:patient:email")


@story
def reminded_in_the_morning(s: Story) -> None:
    """A day before is four o'clock in the night; the e-mail goes, and the SMS waits."""
    s.books(IN_SIX_DAYS, card=None, mode=Mode.IN_PERSON)
    s.until_start(IN_SIX_DAYS, 40)
    s.costs(NOTHING)


@story
def reminded_at_noon_in_tokyo(s: Story) -> None:
    """The same night, and its reader is up."""
    s.books(IN_SIX_DAYS, card=None, mode=Mode.IN_PERSON, who="yuki")
    s.until_start(IN_SIX_DAYS, 40)
    s.costs(NOTHING)


@story
def a_letter_comes_back_and_goes_again(s: Story) -> None:
    s.books(card=None, mode=Mode.IN_PERSON)
    s.wait(minutes=20)
    brings(s.world, BOOKED, Delivery.FAILED)
    before = _letters(s)
    s.ask("sofie", lambda desk, now: desk.resend_message(message=BOOKED, by=SUPPORT, now=now))
    s.wait(hours=1)
    if _letters(s) <= before:
        raise Broken("resent", f"{BOOKED} was to go again, and did not")
    s.until_start(minutes=40)
    s.costs(NOTHING)


@story
def the_receipt_comes_first(s: Story) -> None:
    """Before the clinic has noted that anything went; and a bounce afterwards is not believed."""
    s.books(card=None, mode=Mode.IN_PERSON)
    brings(s.world, BOOKED, Delivery.DELIVERED)
    brings(s.world, BOOKED, Delivery.FAILED)
    s.until_start(minutes=40)
    s.costs(NOTHING)


@story
def the_allowance_ends_in_between(s: Story) -> None:
    """Three segments, two patients, two reminders each: the last goes by e-mail alone."""
    with s.world.look() as work:
        doctor = work.clinic.practitioner(s.world.practitioners[0])
        work.clinic.put_practitioner(evolve(doctor, sms_allowance=3))
        work.commit()
    later = TOMORROW + timedelta(hours=4)
    s.books(card=None, mode=Mode.IN_PERSON)
    s.books(later, card=None, mode=Mode.IN_PERSON, who="bob", id=AppointmentId("b"))
    s.until_start(later, 40)
    s.costs(NOTHING)


def _letters(s: Story) -> int:
    return len(s.world.mail.inbox.get(s.patient().email, ()))
