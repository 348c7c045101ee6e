"""The second half: meeting, what is charged, what follows."""

from __future__ import annotations

from teleconsult_cli.tour.story import (
    ALICE,
    BY_DOCTOR,
    CAMILLE,
    DOCTOR,
    PIETER,
    SUPPORT,
    Story,
    by_patient,
)
from teleconsult_core.ids import AppointmentId, CardToken, RefundId
from teleconsult_core.money import Money
from teleconsult_core.refusals import Refusal
from teleconsult_wiring import as_text

A1, A2, A4 = AppointmentId("a1"), AppointmentId("a2"), AppointmentId("a4")


def eur(text: str) -> Money:
    return Money.parse(text, "EUR")


def meeting(story: Story) -> None:
    story.chapter("S2 S3 S22", "Ten minutes before, the practitioner is sent his link; both enter")
    story.wait_until("2027-03-04T09:50")
    story.post(story.doctor())
    story.wait_until("2027-03-04T10:00")
    story.both_join("a1", CAMILLE)
    story.chapter("S18 S19", "Exactly two: whoever else tries finds nothing there")
    stranger = story.desk.join(appointment=A1, by=by_patient(ALICE), device="laptop", now=story.now)
    story.outcome(ALICE.name, stranger)
    story.post(ALICE)
    cancelled = story.desk.cancel(
        appointment=AppointmentId("a5"), by=BY_DOCTOR, fee=None, now=story.now
    )
    story.outcome("Dr Claire Dupont", cancelled)
    story.tell("Alice's link dies with her appointment:")
    link = story.newest_link(ALICE)
    story.outcome(ALICE.name, story.desk.join_by_link(token=link, device="phone", now=story.now))
    story.chapter("S20", "The conversation is peer to peer and encrypted; no server sees it")
    story.tell(f"Media flows {story.at.app.sandbox.rooms.region}.")


def charging(story: Story) -> None:
    story.chapter("S10", "At the end the practitioner states the amount, 0.00 up to the hold")
    story.forward(18)
    who = "Dr Claire Dupont"
    for amount in ("60.00", "30.00"):
        outcome = story.desk.complete(
            appointment=A1, amount=eur(amount), by=BY_DOCTOR, now=story.now
        )
        story.outcome(f"{who}, {amount}", outcome)
    story.work()
    story.chapter("S13", "The patient is mailed a link to his receipt")
    story.post(CAMILLE)
    with story.desk.open_work(writing=False) as work:
        receipts = work.receipts.of(A1)
    for line in as_text(receipts[0], zone=story.at.practice.zone).splitlines():
        if line.strip():
            story.tell(line)
    story.chapter("S17", "A completed consultation can be rated, once")
    for stars in (5, 1):
        rating = story.desk.rate(
            appointment=A1,
            stars=stars,
            words="Claire et attentive",
            by=by_patient(CAMILLE),
            now=story.now,
        )
        story.outcome(CAMILLE.name, rating)
    profile = story.desk.show_profile(practitioner=DOCTOR)
    story.tell(f"On the profile: {getattr(profile, 'rating', '')}")


def no_show(story: Story) -> None:
    story.chapter("S9", "A patient who does not come may be billed, within the clinic's terms")
    story.wait_until("2027-03-04T11:00")
    story.desk.join(appointment=A2, by=BY_DOCTOR, device="desk", now=story.now)
    who = "Dr Claire Dupont"
    early = story.desk.mark_no_show(
        appointment=A2, amount=eur("25.00"), by=BY_DOCTOR, now=story.now
    )
    story.outcome(who, early)
    story.wait_until("2027-03-04T11:12")
    for amount in ("45.00", "25.00"):
        outcome = story.desk.mark_no_show(
            appointment=A2, amount=eur(amount), by=BY_DOCTOR, now=story.now
        )
        story.outcome(f"{who}, {amount}", outcome)
    story.work()
    story.post(PIETER)
    rating = story.desk.rate(
        appointment=A2, stars=1, words="", by=by_patient(PIETER), now=story.now
    )
    story.outcome(PIETER.name, rating)


def refunding(story: Story) -> None:
    story.chapter("S12", "Refunds are made by support only")
    asked = ((BY_DOCTOR, "10.00"), (SUPPORT, "30.01"), (SUPPORT, "10.00"))
    for number, (by, amount) in enumerate(asked, start=1):
        outcome = story.desk.refund(
            id=RefundId(f"r{number}"),
            appointment=A1,
            amount=eur(amount),
            reason="the sound failed for a while",
            by=by,
            now=story.now,
        )
        story.outcome(f"{by}, {amount}", outcome)
    story.work()
    story.post(CAMILLE)


def authorizing_again(story: Story) -> None:
    story.chapter("S11b", "The hold lives about 7 days; then the card is authorized again")
    story.outcome(CAMILLE.name, story.book("a4", CAMILLE, "2027-03-16T10:00", "mastercard-ok"))
    story.wait_until("2027-03-15T10:00")
    story.post(CAMILLE)
    story.wait_until("2027-03-16T09:50")
    entering = story.desk.join(
        appointment=A4, by=by_patient(CAMILLE), device="phone", now=story.now
    )
    story.outcome(CAMILLE.name, entering)
    again = story.desk.reauthorize(
        appointment=A4,
        card=CardToken("mastercard-ok"),
        consent=story.consent(CAMILLE, story.wall("2027-03-16T10:00")),  # type: ignore[arg-type] # shown just before
        now=story.now,
    )
    story.outcome(CAMILLE.name, again)
    story.wait_until("2027-03-16T10:00")
    story.both_join("a4", CAMILLE)
    story.forward(15)
    story.outcome(
        "Dr Claire Dupont, 0.00",
        story.desk.complete(appointment=A4, amount=eur("0.00"), by=BY_DOCTOR, now=story.now),
    )


def transfers(story: Story) -> None:
    story.chapter("S15 S16", "Every payment with its state, every transfer with its date")
    story.wait_until("2027-03-22T09:00")
    shown = story.desk.show_payments(practitioner=DOCTOR, by=BY_DOCTOR, now=story.now)
    if isinstance(shown, Refusal):
        return
    for line in reversed(shown.lines):
        transfer = line.transfer
        day = transfer and (transfer.paid_on or transfer.expected_on)
        money = f"{transfer.amount} on {day:%-d %B}" if transfer and day else "nothing to transfer"
        hold = line.hold
        state = f"{hold.captured} {hold.state.value}" if hold.captured.minor else hold.state.value
        story.tell(f"{line.appointment.terms.id}: {state}; {money}")


def personal_data(story: Story) -> None:
    story.chapter("S20b", "A patient's data is exported and erased by command")
    file = story.desk.export_patient(patient=ALICE.id, by=SUPPORT, now=story.now)
    if not isinstance(file, Refusal):
        story.tell(
            f"Alice's file: {len(file.appointments)} appointments, {len(file.audit)} entries."
        )
    gone = story.desk.erase_patient(patient=ALICE.id, by=SUPPORT, now=story.now)
    if isinstance(gone, Refusal):
        story.outcome("support", gone)
    else:
        when = story.at.screen.wall(gone.erased_at)
        story.tell(f"Erased on {when}; her receipts stay as the law obliges.")
    report = story.desk.reconcile(since=story.wall("2027-03-01T00:00"), now=story.now)
    agree = "agree to the cent" if report.agrees else "DO NOT AGREE"
    story.chapter("the books", f"{report.compared} holds: ours and the card network's {agree}")
