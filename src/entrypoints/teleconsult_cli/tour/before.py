"""The first half: the profile, booking, confirming, reminding."""

from __future__ import annotations

from teleconsult_cli.tour.story import (
    ALICE,
    BY_DOCTOR,
    CAMILLE,
    DOCTOR,
    PIETER,
    VISIT,
    Story,
    by_patient,
)
from teleconsult_core.ids import AppointmentId, CardToken
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.card_step import PatientNeeded


def slots_in_two_modes(story: Story) -> None:
    story.chapter("S8a S8c", "One slot can be open for video and in person at once")
    _show_thursday(story)
    story.desk.set_unavailability(
        practitioner=DOCTOR,
        modes=frozenset({Mode.IN_PERSON}),
        intervals=[Interval(story.wall("2027-03-04T09:00"), story.wall("2027-03-04T10:00"))],
        source="by hand",
        by=BY_DOCTOR,
        now=story.now,
    )
    story.tell("Dr Dupont is away from the practice from 9 to 10; video stays open:")
    _show_thursday(story)


def _show_thursday(story: Story) -> None:
    day = Interval(story.wall("2027-03-04T09:00"), story.wall("2027-03-04T11:00"))
    found = story.desk.offer_slots(practitioner=DOCTOR, visit_type=VISIT, window=day, now=story.now)
    if isinstance(found, tuple):
        shown = (
            f"{story.at.screen.clock(slot.start)} {' + '.join(sorted(slot.modes))}"
            for slot in found
        )
        story.tell("; ".join(shown))


def booking_with_a_hold(story: Story) -> None:
    story.chapter("S1 S21", "A patient books a video consultation from the public profile")
    terms = story.desk.booking_terms(
        practitioner=DOCTOR,
        visit_type=VISIT,
        mode=Mode.VIDEO,
        start=story.wall("2027-03-04T10:00"),
        language="fr",
    )
    story.tell(f"Shown only here: « {getattr(terms, 'video_message', '')} »")
    in_person = story.desk.booking_terms(
        practitioner=DOCTOR,
        visit_type=VISIT,
        mode=Mode.IN_PERSON,
        start=story.wall("2027-03-04T10:00"),
        language="fr",
    )
    shown = getattr(in_person, "video_message", "") or "nothing"
    story.tell(f"Shown to who books in person: {shown}.")
    story.chapter("S14 S11a", "Visa, Mastercard, American Express; reserved is not charged")
    story.outcome(CAMILLE.name, story.book("a1", CAMILLE, "2027-03-04T10:00", "discover"))
    story.outcome(CAMILLE.name, story.book("a1", CAMILLE, "2027-03-04T10:00", "visa-ok"))
    story.work()
    story.post(CAMILLE, whole=True)
    story.chapter("S8b", "A booking takes the slot away in both modes")
    in_person = story.book("x", PIETER, "2027-03-04T10:00", mode=Mode.IN_PERSON)
    story.outcome(PIETER.name, in_person)


def entered_by_the_practitioner(story: Story) -> None:
    story.chapter("S7", "The practitioner enters an appointment; the patient must confirm")
    entered = story.desk.enter(
        id=AppointmentId("a2"),
        practitioner=DOCTOR,
        visit_type=VISIT,
        mode=Mode.VIDEO,
        start=story.wall("2027-03-04T11:00"),
        patient=PIETER,
        now=story.now,
    )
    story.outcome("Dr Claire Dupont", entered)
    story.work()
    story.post(PIETER)
    story.outcome(
        PIETER.name,
        story.desk.join(
            appointment=AppointmentId("a2"), by=by_patient(PIETER), device="phone", now=story.now
        ),
    )
    step = story.desk.confirm(
        appointment=AppointmentId("a2"),
        consent=story.consent(PIETER, story.wall("2027-03-04T11:00")),
        card=CardToken("visa-3ds"),
        now=story.now,
    )
    story.outcome(PIETER.name, step)
    if isinstance(step, PatientNeeded) and step.hold.ref:
        story.at.app.sandbox.cards.authenticate(step.hold.ref, True)
        settled = story.desk.check_card_step(appointment=AppointmentId("a2"), now=story.now)
        story.outcome(PIETER.name, settled)


def the_allowance(story: Story) -> None:
    story.chapter("S6", "In-person reminders cost SMS allowance, video reminders never do")
    story.outcome(ALICE.name, story.book("a3", ALICE, "2027-03-03T11:00", mode=Mode.IN_PERSON))
    story.wait_until("2027-03-02T11:00")
    story.post(ALICE)
    story.wait_until("2027-03-03T10:00")
    story.post(ALICE)
    with story.desk.open_work(writing=False) as work:
        month = Interval(story.wall("2027-03-01T00:00"), story.wall("2027-04-01T00:00"))
        used = work.outbox.segments_used(DOCTOR, month)
    story.tell(f"{used} segments of the month's allowance are used.")


def reminders(story: Story) -> None:
    story.chapter("S4 S5", "Reminders by SMS and e-mail: name, time, link to the waiting room")
    story.wait_until("2027-03-03T10:30")
    story.outcome(ALICE.name, story.book("a5", ALICE, "2027-03-05T10:00", "visa-ok"))
    story.wait_until("2027-03-04T09:00")
    story.post(CAMILLE)
