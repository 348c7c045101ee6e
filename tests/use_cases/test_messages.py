"""Reminders and everything else people are told (S4, S5, S6)."""

from datetime import timedelta

from attrs import evolve

from teleconsult_core.ids import AppointmentId
from teleconsult_core.messages import Channel, Kind, MessageState
from teleconsult_core.people import ErasedPatient
from teleconsult_core.policies import Policies
from teleconsult_core.slots import Mode
from teleconsult_core.sms import segments
from world import ANN, MONDAY, THE_DOCTOR, THURSDAY_10, World, patient_of

A1 = AppointmentId("a1")
REMINDERS = (Kind.REMINDER, Kind.LAST_REMINDER)


def run_until(world: World, instant) -> None:
    """Let time pass an hour at a time with the worker running."""
    while world.now < instant:
        world.at(min(instant, world.now + timedelta(hours=1)))
        world.work(1)


def test_video_reminders_go_by_sms_and_mail_a_day_and_an_hour_before(world: World) -> None:
    world.booked()
    run_until(world, THURSDAY_10)
    sent = [m for kind in REMINDERS for m in world.sent(kind)]
    assert {(m.channel, m.due_at) for m in sent} == {
        (channel, THURSDAY_10 - timedelta(hours=hours)) for channel in Channel for hours in (24, 1)
    }


def test_a_reminder_carries_name_time_and_the_link_to_the_waiting_room(world: World) -> None:
    world.booked()
    run_until(world, THURSDAY_10)
    for text in world.texts.sent_to(ANN.phone):
        assert "Dr Claire Dupont" in text
        assert "10:00" in text  # Brussels, not UTC
        assert "https://clinic.example/l/join/" in text


def test_the_zone_is_named_when_the_readers_may_differ(world: World) -> None:
    far = evolve(ANN, zone="America/New_York")
    world.booked(patient=far)
    run_until(world, THURSDAY_10)
    assert "Europe/Brussels" in world.texts.sent_to(ANN.phone)[0]


def test_a_reminder_whose_time_has_passed_is_not_sent_late_except_the_last(world: World) -> None:
    world.booked(start=MONDAY + timedelta(hours=2))
    world.work()
    assert not world.messages(kind=Kind.REMINDER)
    world.at(MONDAY + timedelta(hours=1))
    world.work()
    assert len(world.sent(Kind.LAST_REMINDER)) == 2


def test_a_cancelled_consultation_reminds_nobody(world: World) -> None:
    world.booked()
    world.desk.cancel(appointment=A1, by=THE_DOCTOR, now=world.now)
    run_until(world, THURSDAY_10)
    assert not [m for kind in REMINDERS for m in world.sent(kind)]
    assert len(world.sent(Kind.CANCELLED)) == 3  # SMS and mail to the patient, mail to the doctor


def test_a_reminder_is_judged_again_when_it_is_due(world: World) -> None:
    """Even one that nobody dropped does not go to a dead appointment."""
    confirmed = world.booked()
    with world.store.open_work() as work:
        work.appointments.put(
            confirmed.cancel(THE_DOCTOR.role, evolve(confirmed.terms.fee, minor=0), world.now)
        )
        work.commit()
    run_until(world, THURSDAY_10)
    assert {m.state for kind in REMINDERS for m in world.messages(kind=kind)} == {
        MessageState.DROPPED
    }


def test_a_moved_consultation_is_reminded_of_its_new_time_only(world: World) -> None:
    world.booked()
    later = THURSDAY_10 + timedelta(hours=5)
    world.desk.move(appointment=A1, start=later, by=patient_of(ANN), now=world.now)
    run_until(world, later)
    sent = [m for kind in REMINDERS for m in world.sent(kind)]
    assert {m.sequence for m in sent} == {1}
    assert len(sent) == 4
    assert len(world.sent(Kind.MOVED)) == 2


def test_video_reminders_are_not_deducted_from_the_allowance(world: World) -> None:
    world.describe(world_policies(world), allowance=0)
    world.booked()
    run_until(world, THURSDAY_10)
    assert len([m for kind in REMINDERS for m in world.sent(kind) if m.channel is Channel.SMS]) == 2


def test_in_person_reminders_are_and_when_it_ends_the_mail_still_goes(world: World) -> None:
    world.describe(world_policies(world), allowance=1)
    world.booked(mode=Mode.IN_PERSON, card=None)
    run_until(world, THURSDAY_10)
    reminders = [m for kind in REMINDERS for m in world.messages(kind=kind)]
    texts = sorted((m for m in reminders if m.channel is Channel.SMS), key=lambda m: m.due_at)
    assert [m.state for m in texts] == [MessageState.SENT, MessageState.DROPPED]
    assert "allowance" in texts[1].note
    assert all(m.state is MessageState.SENT for m in reminders if m.channel is Channel.EMAIL)
    told = {one.to for one in world.letters.sent if "allowance" in one.key}
    assert told == {"dupont@example.org", "desk@example.org"}


def test_messages_of_one_round_share_what_is_left_of_the_allowance(world: World) -> None:
    world.describe(world_policies(world), allowance=1)
    for number, hours in enumerate((0, 1, 4)):  # not over lunch
        start = THURSDAY_10 + timedelta(hours=hours)
        world.booked(f"a{number}", start, mode=Mode.IN_PERSON, card=None)
    world.at(THURSDAY_10 - timedelta(hours=20))
    world.desk.deliver_due_messages(now=world.now, limit=1000)
    texts = [
        message
        for number in range(3)
        for kind in REMINDERS
        for message in world.messages(f"a{number}", kind)
        if message.channel is Channel.SMS and message.state is not MessageState.PLANNED
    ]
    states = sorted(message.state for message in texts)
    assert states == [MessageState.DROPPED, MessageState.DROPPED, MessageState.SENT]


def test_in_person_reminders_carry_no_link_to_a_room(world: World) -> None:
    world.booked(mode=Mode.IN_PERSON, card=None)
    run_until(world, THURSDAY_10)
    assert "/l/join/" not in "".join(world.texts.sent_to(ANN.phone))
    assert not world.messages(kind=Kind.PRACTITIONER_LINK)


def test_a_message_reaches_the_reader_once_whatever_the_gateway_does(world: World) -> None:
    world.booked()
    world.texts.fail_next(2, unknown=True)
    world.letters.fail_next(3)
    run_until(world, THURSDAY_10)
    world.work(10)
    keys = [one.key for one in (*world.texts.sent, *world.letters.sent)]
    assert len(keys) == len(set(keys))
    assert {m.state for kind in REMINDERS for m in world.messages(kind=kind)} == {MessageState.SENT}


def test_after_an_outage_what_is_useful_goes_and_what_is_stale_says_so(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 + timedelta(minutes=1))  # the worker was away for three days
    world.work()
    assert len(world.sent(Kind.BOOKED)) == 1
    late = [m for kind in REMINDERS for m in world.messages(kind=kind)]
    assert {(m.state, m.note) for m in late} == {(MessageState.DROPPED, "stale")}


def test_a_refused_address_is_parked_without_repeating_it(world: World) -> None:
    world.texts.refuse(ANN.phone, f"{ANN.phone} is not a mobile number")
    world.booked()
    run_until(world, THURSDAY_10)
    parked = [m for m in world.messages() if m.state is MessageState.PARKED]
    assert parked
    assert not [m for m in parked if ANN.phone in m.note]


def test_a_message_is_planned_with_its_fact_or_not_at_all(world: World) -> None:
    world.booked()
    with world.store.open_work() as work:
        work.appointments.remove(A1)
        # left without commit
    assert world.messages(kind=Kind.BOOKED)


def test_segments_are_counted_as_the_network_counts_them() -> None:
    assert segments("a" * 160) == 1
    assert segments("a" * 161) == 2
    assert segments("€" * 80) == 1
    assert segments("€" * 81) == 2
    assert segments("ç" * 70) == 1
    assert segments("ç" * 71) == 2
    assert segments("") == 1


def world_policies(world: World):
    with world.store.open_work(writing=False) as work:
        return work.clinic.practice().policies


def test_an_erased_patient_is_told_nothing_more(world: World) -> None:
    world.booked()
    with world.store.open_work() as work:
        work.patients.put(ErasedPatient(ANN.id, world.now))
        work.commit()
    run_until(world, THURSDAY_10)
    assert not world.texts.sent_to(ANN.phone)


EARLY = THURSDAY_10 - timedelta(minutes=40)  # 9:20 in Brussels
EIGHT = THURSDAY_10 - timedelta(hours=2)


def test_a_reminder_by_sms_waits_for_the_morning_and_the_mail_does_not(world: World) -> None:
    world.describe(Policies(reminders=(timedelta(hours=12), timedelta(hours=1))))
    world.booked(start=EARLY)
    world.at(EARLY - timedelta(hours=12))  # 21:20
    world.work()
    assert [m.channel for m in world.sent(Kind.REMINDER)] == [Channel.EMAIL]
    (text,) = [m for m in world.messages(kind=Kind.REMINDER) if m.channel is Channel.SMS]
    assert (text.due_at, text.attempts) == (EIGHT, 0)
    world.at(EIGHT)
    world.work()
    assert len(world.sent(Kind.REMINDER)) == 2


def test_the_morning_is_that_of_the_reader(world: World) -> None:
    world.describe(Policies(reminders=(timedelta(hours=12), timedelta(hours=1))))
    world.booked(start=EARLY, patient=evolve(ANN, zone="America/New_York"))
    world.at(EARLY - timedelta(hours=12))  # 15:20 there
    world.work()
    assert len(world.sent(Kind.REMINDER)) == 2


def test_a_reminder_that_could_not_wait_until_the_morning_goes_at_once(world: World) -> None:
    world.describe(Policies(reminders=(timedelta(hours=12), timedelta(hours=1))))
    nine = THURSDAY_10 - timedelta(hours=1)
    world.booked(start=nine)  # at eight the last one says the same
    world.at(nine - timedelta(hours=12))
    world.work()
    assert len(world.sent(Kind.REMINDER)) == 2


def test_the_link_into_the_waiting_room_never_waits(world: World) -> None:
    world.describe(Policies(reminders=(timedelta(hours=12),)))
    world.booked(start=EARLY)
    world.at(EARLY - timedelta(hours=12))
    world.work()
    assert len(world.sent(Kind.LAST_REMINDER)) == 2


def test_a_clinic_may_have_no_quiet_hours(world: World) -> None:
    reminders = (timedelta(hours=12), timedelta(hours=1))
    world.describe(Policies(reminders=reminders, quiet_hours=None))
    world.booked(start=EARLY)
    world.at(EARLY - timedelta(hours=12))
    world.work()
    assert len(world.sent(Kind.REMINDER)) == 2
