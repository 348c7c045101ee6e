"""What cannot be done: tried less and less often, then parked, told, and taken up again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from teleconsult_core.gateways import Accepted, Facts
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId, MessageId, OperationId
from teleconsult_core.messages import Channel, Kind, MessageState
from teleconsult_core.payments import OperationState, Verb
from teleconsult_core.refusals import NotFound, NotParked, NotYours
from teleconsult_core.testing.fakes import Failure, PlainWording
from teleconsult_core.use_cases.deliver_due_messages import Delivered
from world import ANN, BOB, OPERATOR, SUPPORT, THE_DOCTOR, THURSDAY_10, World, eur

A1 = AppointmentId("a1")
CAPTURE = OperationId("a1:hold:1:capture:1")
QUARTER = timedelta(minutes=15)


def completed(world: World) -> None:
    world.meet(world.booked())
    world.desk.complete(appointment=A1, amount=eur("30.00"), by=THE_DOCTOR, now=world.now)


def pass_time(world: World, time: timedelta) -> None:
    """A worker's rounds, a quarter of an hour apart."""
    end = world.now + time
    while world.now < end:
        world.at(world.now + QUARTER)
        world.work(1)


def operations(world: World) -> dict[str, OperationState]:
    with world.store.open_work(writing=False) as work:
        return {one.id: one.state for one in work.operations.of("a1:hold:1")}


def down(world: World, times: int = 1000) -> None:
    """The network takes no capture for that many calls."""
    for _ in range(times):
        world.cards.fail_next("capture", Failure.BEFORE)


def well_again(world: World) -> None:
    world.cards._failures.clear()


def parked_payment(world: World) -> OperationId:
    completed(world)
    down(world)
    pass_time(world, timedelta(hours=36))
    (last,) = [id for id, state in operations(world).items() if state is OperationState.PARKED]
    return OperationId(last)


def test_an_outage_of_six_hours_parks_nothing_and_what_is_useful_happens_after_it(
    world: World,
) -> None:
    completed(world)
    down(world)
    world.texts.fail_next(1000)
    world.letters.fail_next(1000)
    pass_time(world, timedelta(hours=6))
    assert OperationState.PARKED not in operations(world).values()
    assert MessageState.PARKED not in {one.state for one in world.messages()}
    well_again(world)
    world.texts._failures.clear()
    world.letters._failures.clear()
    pass_time(world, timedelta(hours=1))
    assert world.cards.captured() == eur("30.00")
    assert {one.state for one in world.messages(kind=Kind.CHARGED)} == {MessageState.SENT}


def test_a_payment_nobody_can_finish_is_parked_and_the_practice_is_told_once(world: World) -> None:
    stuck = parked_payment(world)
    asked_before = len(world.cards._failures)
    pass_time(world, timedelta(hours=12))
    assert len(world.cards._failures) == asked_before  # nobody asks again by himself
    (told,) = world.sent(Kind.PAYMENT_STUCK)
    assert (told.to, told.about, told.amount) == ("practice", stuck, 3000)
    assert world.holds()[0].state is HoldState.CAPTURING
    with world.store.open_work(writing=False) as work:
        assert [one.id for one in work.operations.parked(10)] == [stuck]


def test_a_parked_payment_is_taken_up_again_and_happens_once(world: World) -> None:
    stuck = parked_payment(world)
    well_again(world)
    again = world.desk.retry_payment(operation=stuck, by=SUPPORT, now=world.now)
    assert (again.state, again.attempts) == (OperationState.INTENDED, 1)  # and so looked for first
    pass_time(world, timedelta(hours=1))
    assert world.cards.captured() == eur("30.00")
    refusal = world.desk.retry_payment(operation=stuck, by=SUPPORT, now=world.now)
    assert refusal == NotParked(id=stuck, state="done")


def test_a_payment_that_is_parked_again_is_told_again(world: World) -> None:
    stuck = parked_payment(world)
    world.desk.retry_payment(operation=stuck, by=OPERATOR, now=world.now)
    pass_time(world, timedelta(hours=36))
    assert len(world.sent(Kind.PAYMENT_STUCK)) == 2


def test_news_of_the_network_settles_what_was_parked(world: World) -> None:
    stuck = parked_payment(world)
    well_again(world)
    ref = world.holds()[0].ref
    world.cards.capture(key=stuck, ref=ref, amount=eur("30.00"))
    world.desk.take_card_news(news="n1", ref=ref, now=world.now)
    assert operations(world)[stuck] is OperationState.DONE
    assert world.holds()[0].state is HoldState.CAPTURED


def test_one_payment_in_trouble_keeps_no_other_waiting(world: World) -> None:
    completed(world)
    with world.store.open_work() as work:  # a step whose hold was lost, and which cannot be asked
        broken = work.operations.get(CAPTURE)
        hold = evolve(work.holds.of(A1)[0], id="a1:hold:9", attempt=9, ref=None)
        work.holds.put(evolve(hold, state=HoldState.RELEASING))
        work.operations.put(
            evolve(broken, id="a1:hold:9:release:1", hold="a1:hold:9", verb=Verb.RELEASE)
        )
        work.commit()
    done = world.desk.recover(now=world.now)
    assert (done.settled, len(done.broken)) == (1, 1)
    assert world.cards.captured() == eur("30.00")


def test_only_staff_takes_up_again(world: World) -> None:
    refused = world.desk.retry_payment(operation=CAPTURE, by=THE_DOCTOR, now=world.now)
    assert isinstance(refused, NotYours)
    asked = {"message": MessageId("m"), "now": world.now}
    assert isinstance(world.desk.retry_message(by=THE_DOCTOR, **asked), NotYours)
    assert isinstance(world.desk.retry_message(by=SUPPORT, **asked), NotFound)
    nothing = world.desk.retry_payment(operation=CAPTURE, by=SUPPORT, now=world.now)
    assert isinstance(nothing, NotFound)


def test_a_message_no_gateway_takes_is_told_to_the_practice_and_can_be_taken_up(
    world: World,
) -> None:
    world.texts.refuse(ANN.phone)
    world.booked()
    pass_time(world, timedelta(days=3))
    parked = [one for one in world.messages() if one.state is MessageState.PARKED]
    assert {one.channel for one in parked} == {Channel.SMS}
    assert len(parked) == 2
    (told,) = world.sent(Kind.UNDELIVERED)
    assert told.about == "sms patient"
    world.texts._refused.clear()
    first, last = sorted(parked, key=lambda one: one.due_at)
    world.desk.retry_message(message=last.id, by=SUPPORT, now=world.now)
    world.work(1)
    assert len(world.texts.sent_to(ANN.phone)) == 1
    refusal = world.desk.retry_message(message=last.id, by=SUPPORT, now=world.now)
    assert refusal == NotParked(id=last.id, state="sent")
    world.at(THURSDAY_10 + timedelta(minutes=1))
    world.desk.retry_message(message=first.id, by=SUPPORT, now=world.now)
    world.work(1)
    assert [one.note for one in world.messages() if one.id == first.id] == ["stale"]


def test_an_alarm_that_cannot_be_delivered_raises_no_alarm(world: World) -> None:
    world.texts.refuse(ANN.phone)
    world.letters.refuse("desk@example.org")
    world.booked()
    pass_time(world, timedelta(days=3))
    assert [one.state for one in world.messages(kind=Kind.UNDELIVERED)] == [MessageState.PARKED]


def test_a_poisoned_message_is_tried_like_any_other_and_the_others_go(world: World) -> None:
    world.desk = evolve(world.desk, wording=Poison())
    world.booked()
    world.booked("b1", start=THURSDAY_10 + timedelta(hours=1), patient=BOB)
    world.at(THURSDAY_10 - timedelta(hours=2))
    done = world.desk.deliver_due_messages(now=world.now)
    assert "a template that was edited badly" in done.trouble
    states = {one.kind: one.state for one in (*world.messages(), *world.messages("b1"))}
    assert states[Kind.REMINDER] is MessageState.PLANNED
    assert states[Kind.BOOKED] is MessageState.SENT


def test_the_trouble_of_one_channel_is_its_own(world: World) -> None:
    world.booked()
    world.texts.fail_next(1000)
    world.at(THURSDAY_10 - timedelta(hours=1))
    by_mail = world.desk.deliver_due_messages(channel=Channel.EMAIL, now=world.now)
    assert (by_mail.sent > 0, by_mail.trouble) == (True, "")
    assert not world.texts.sent_to(ANN.phone)
    by_sms = world.desk.deliver_due_messages(channel=Channel.SMS, now=world.now)
    assert (by_sms.sent, by_sms.waiting > 0) == (0, True)
    assert "did not take" in by_sms.trouble


def test_a_round_that_may_not_go_on_gives_back_what_it_took(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 - timedelta(hours=1))
    answers = iter([True])
    stopped = world.desk.deliver_due_messages(now=world.now, go_on=lambda: next(answers, False))
    assert stopped.sent + stopped.dropped == 1
    rest = world.desk.deliver_due_messages(now=world.now)  # at once: no lease is in the way
    assert rest.sent > 0
    assert not rest.waiting
    completed_later(world)
    assert world.desk.recover(now=world.now, go_on=lambda: False).settled == 0
    assert world.desk.recover(now=world.now).settled == 1


def completed_later(world: World) -> None:
    world.meet(world.appointment())
    world.desk.complete(appointment=A1, amount=eur("30.00"), by=THE_DOCTOR, now=world.now)


def test_what_was_called_off_after_it_was_claimed_does_not_go(world: World) -> None:
    """Claiming and judging are two transactions: what comes between them counts."""
    world.booked()
    world.at(THURSDAY_10 - timedelta(hours=1))

    def called_off() -> bool:
        if world.appointment().state == "confirmed":
            world.desk.cancel(appointment=A1, by=THE_DOCTOR, now=world.now)
        return True

    world.desk.deliver_due_messages(channel=Channel.SMS, now=world.now, go_on=called_off)
    assert not world.sent(Kind.LAST_REMINDER)


def test_who_dies_keeps_back_only_what_was_in_his_hands(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 - timedelta(hours=1))
    dying = evolve(world.desk, letters=Dying())
    with pytest.raises(Killed):
        dying.deliver_due_messages(channel=Channel.EMAIL, now=world.now)
    rest = world.desk.deliver_due_messages(channel=Channel.EMAIL, now=world.now)  # at once
    assert rest.sent > 0
    with world.store.open_work(writing=False) as work:
        mail = [one for one in work.outbox.recent(100) if one.channel == Channel.EMAIL]
    left = [one.attempts for one in mail if one.planned and one.due_at <= world.now]
    assert left == [1]  # his, until its lease is over


class Killed(BaseException):
    """The process ends here."""


class Dying:
    def send(self, **_: object) -> Accepted:
        raise Killed


def test_noted_together_each_still_goes_once(world: World) -> None:
    world.booked()
    world.at(THURSDAY_10 - timedelta(hours=1))
    done = world.desk.deliver_due_messages(now=world.now, note_after=100)
    assert done.sent == len(world.texts.sent) + len(world.letters.sent)
    assert world.desk.deliver_due_messages(now=world.now) == Delivered()


def test_a_placing_that_ends_by_itself_raises_no_alarm(world: World) -> None:
    """A reservation that lapsed while the network was away: nothing needs a person."""
    world.cards.fail_next("authorise", Failure.BEFORE)
    world.book()
    pass_time(world, timedelta(hours=30))
    assert set(operations(world).values()) == {OperationState.FAILED}
    assert not world.messages(kind=Kind.PAYMENT_STUCK)


class Poison(PlainWording):
    """Words that cannot be said for one kind of message."""

    def text(self, kind: Kind, facts: Facts, language: str) -> str:
        if kind is Kind.REMINDER:
            raise KeyError("a template that was edited badly")
        return super().text(kind, facts, language)


def test_a_charge_that_may_be_lost_with_its_hold_is_told_once_and_in_time(world: World) -> None:
    world.meet(world.booked())
    until = world.holds()[0].until
    assert until is not None
    world.at(until - timedelta(hours=14))
    world.desk.complete(appointment=A1, amount=eur("30.00"), by=THE_DOCTOR, now=world.now)
    down(world)
    pass_time(world, timedelta(hours=1))
    assert not world.messages(kind=Kind.CHARGE_AT_RISK)
    pass_time(world, timedelta(hours=4))
    (told,) = world.sent(Kind.CHARGE_AT_RISK)
    assert (told.to, told.amount, told.useful_until) == ("practice", 3000, until)
    pass_time(world, timedelta(hours=4))
    assert len(world.messages(kind=Kind.CHARGE_AT_RISK)) == 1
    well_again(world)
    pass_time(world, timedelta(hours=2))
    assert world.cards.captured() == eur("30.00")
