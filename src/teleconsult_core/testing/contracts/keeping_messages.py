"""The outbox. Part of the store's contract."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attrs import evolve

from teleconsult_core.ids import MessageId
from teleconsult_core.messages import Channel, Kind, Message, MessageState
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    BOOKED_AT,
    END,
    PRACTITIONER,
    START,
    a_confirmed,
    a_message,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest
from teleconsult_core.times import Interval

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


def _due(id: str, at: datetime, **changes: Any) -> Message:
    return a_message(id=MessageId(id), due_at=at, **changes)


class OutboxContract(StoreUnderTest):
    def _plan(self, *messages: Message) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.outbox.plan(messages)

    def _claim(self, now: datetime, lease: timedelta = HOUR, limit: int = 10) -> list[str]:
        with self.writing() as work:
            return [message.id for message in work.outbox.claim(Channel.SMS, now, lease, limit)]

    def test_planning_keeps_what_is_there(self) -> None:
        sent = a_message().sent(START, 1, "ref")
        self._plan(a_message())
        with self.writing() as work:
            work.outbox.put([sent])
        self._plan(a_message(about="another"), _due("new", START))
        with self.reading() as work:
            assert list(work.outbox.of(APPOINTMENT)) == [sent, _due("new", START)]

    def test_what_a_gateway_took_is_found_by_the_name_it_gave(self) -> None:
        sent, other = _due("a", START).sent(START, 1, "gw-1"), _due("b", START).sent(START, 1)
        self._plan(sent, other)
        with self.reading() as work:
            assert work.outbox.by_ref("gw-1") == sent
            assert work.outbox.by_ref("gw-2") is None
            assert work.outbox.by_ref("") is None

    def test_planning_twice_in_one_work_plans_once(self) -> None:
        self._plan(a_message(), a_message(about="another"))
        with self.reading() as work:
            assert list(work.outbox.of(APPOINTMENT)) == [a_message()]

    def test_dropping_what_is_planned_leaves_what_is_done(self) -> None:
        sent = _due("sent", START).sent(START, 1)
        other = a_message(id=MessageId("other"), appointment=None)
        self._plan(a_message(), sent, other)
        with self.writing() as work:
            work.outbox.drop_planned(APPOINTMENT, BOOKED_AT, "cancelled")
        with self.reading() as work:
            dropped = a_message().dropped(BOOKED_AT, "cancelled")
            assert list(work.outbox.of(APPOINTMENT)) == [dropped, sent]
            assert work.outbox.get(other.id) == other

    def test_nothing_is_claimed_before_it_is_due(self) -> None:
        self._plan(_due("a", START))
        assert self._claim(START - timedelta(microseconds=1)) == []
        assert self._claim(START) == ["a"]

    def test_a_message_is_claimed_once_until_the_lease_ends_by_the_stores_clock(self) -> None:
        self._plan(_due("a", BOOKED_AT))
        assert self._claim(BOOKED_AT, MINUTE) == ["a"]
        self.clock.forward(MINUTE - SECOND)
        assert self._claim(BOOKED_AT + MINUTE - SECOND) == []
        self.clock.forward(SECOND)
        assert self._claim(BOOKED_AT + MINUTE) == ["a"]
        with self.reading() as work:
            found = work.outbox.get(MessageId("a"))
        assert found is not None
        assert (found.attempts, found.not_before) == (2, None)
        assert found.leased_until == self.clock() + HOUR

    def test_a_worker_whose_clock_is_fast_neither_steals_nor_keeps(self) -> None:
        self._plan(_due("a", BOOKED_AT))
        fast = BOOKED_AT + 365 * DAY
        assert self._claim(BOOKED_AT, MINUTE) == ["a"]
        assert self._claim(fast) == []
        self.clock.forward(MINUTE)
        assert self._claim(fast, MINUTE) == ["a"]
        self.clock.forward(MINUTE)
        assert self._claim(BOOKED_AT + 2 * MINUTE) == ["a"]

    def test_what_is_given_back_is_free_at_once_and_what_is_over_has_no_lease(self) -> None:
        self._plan(_due("a", BOOKED_AT))
        with self.writing() as work:
            (claimed,) = work.outbox.claim(Channel.SMS, BOOKED_AT, HOUR, 1)
            work.outbox.put([claimed.given_back()])
        assert self._claim(BOOKED_AT) == ["a"]
        with self.writing() as work:
            work.outbox.drop_planned(APPOINTMENT, BOOKED_AT, "cancelled")
        with self.reading() as work:
            (dropped,) = work.outbox.of(APPOINTMENT)
        assert dropped.leased_until is None

    def test_one_message_is_claimed_by_name_when_its_turn_has_come(self) -> None:
        self._plan(_due("a", START), _due("b", BOOKED_AT), _due("c", BOOKED_AT))
        with self.writing() as work:
            assert work.outbox.claim_one(MessageId("a"), BOOKED_AT, HOUR) is None
            assert work.outbox.claim_one(MessageId("nothing"), END, HOUR) is None
            claimed = work.outbox.claim_one(MessageId("a"), START, HOUR)
            assert claimed == _due("a", START).claimed(self.clock() + HOUR)
        assert self._claim(END) == ["b", "c"]
        with self.writing() as work:
            assert work.outbox.claim_one(MessageId("a"), END, HOUR) is None

    def test_claimable_is_what_a_claim_would_find(self) -> None:
        self._plan(_due("a", START))
        with self.reading() as work:
            assert not work.outbox.claimable(Channel.SMS, BOOKED_AT)
            assert not work.outbox.claimable(Channel.EMAIL, START)
            assert work.outbox.claimable(Channel.SMS, START)
        assert self._claim(START) == ["a"]
        with self.reading() as work:
            assert not work.outbox.claimable(Channel.SMS, END)

    def test_what_came_of_many_is_noted_at_once(self) -> None:
        ids = ["c", "a", "b"]
        self._plan(*(_due(id, BOOKED_AT) for id in ids))
        with self.writing() as work:
            claimed = {one.id: one for one in work.outbox.claim(Channel.SMS, BOOKED_AT, HOUR, 9)}
        said = [
            claimed[MessageId("a")].sent(START, 2, "accepted"),
            claimed[MessageId("b")].later(END, "busy"),
            claimed[MessageId("c")].dropped(START, "cancelled"),
        ]
        with self.writing() as work:
            work.outbox.note(reversed(said))
            work.outbox.note([])
        with self.reading() as work:
            assert [work.outbox.get(one.id) for one in said] == said

    def test_what_is_over_or_taken_over_is_not_noted_again(self) -> None:
        self._plan(_due("a", BOOKED_AT), _due("b", BOOKED_AT), _due("gone", BOOKED_AT))
        with self.writing() as work:
            a, b, gone = work.outbox.claim(Channel.SMS, BOOKED_AT, MINUTE, 9)
            work.outbox.note([gone.dropped(START, "cancelled")])
        self.clock.forward(MINUTE)
        with self.writing() as work:
            a_again, b_again = work.outbox.claim(Channel.SMS, BOOKED_AT, MINUTE, 9)
        with self.writing() as work:
            work.outbox.note([a.later(END, "busy"), b.sent(START, 1), gone.sent(START, 1)])
        with self.reading() as work:
            assert work.outbox.get(a.id) == a_again  # his who claimed it last
            assert work.outbox.get(b.id) == evolve(b.sent(START, 1), attempts=b_again.attempts)
            assert work.outbox.get(gone.id) == gone.dropped(START, "cancelled")

    def test_the_claimed_is_what_is_kept(self) -> None:
        self._plan(_due("a", BOOKED_AT))
        with self.writing() as work:
            (claimed,) = work.outbox.claim(Channel.SMS, START, HOUR, 1)
            assert claimed == _due("a", BOOKED_AT).claimed(self.clock() + HOUR)
            assert work.outbox.get(claimed.id) == claimed

    def test_the_longest_due_is_claimed_first_within_the_limit(self) -> None:
        self._plan(_due("a", START), _due("z", BOOKED_AT), _due("b", START))
        assert self._claim(END, limit=2) == ["z", "a"]
        assert self._claim(END, limit=2) == ["b"]

    def test_what_waits_for_its_next_try_stands_behind_what_was_not_tried_yet(self) -> None:
        tried = _due("a", BOOKED_AT).later(START + MINUTE, "trouble")
        self._plan(_due("b", START), tried)
        assert self._claim(END, limit=1) == ["b"]
        assert self._claim(END, limit=1) == ["a"]

    def test_each_channel_is_claimed_by_itself(self) -> None:
        self._plan(_due("a", BOOKED_AT), _due("mail", BOOKED_AT, channel=Channel.EMAIL))
        assert self._claim(END) == ["a"]
        with self.writing() as work:
            (mail,) = work.outbox.claim(Channel.EMAIL, END, HOUR, 10)
        assert mail.id == "mail"

    def test_what_was_given_up_is_listed_the_latest_first(self) -> None:
        first, last = (_due(n, at).parked(END, "no") for n, at in (("a", BOOKED_AT), ("b", START)))
        self._plan(_due("c", START), first, last)
        with self.reading() as work:
            assert list(work.outbox.parked(9)) == [last, first]
            assert list(work.outbox.parked(1)) == [last]

    def test_since_when_something_is_due(self) -> None:
        self._plan(_due("a", START), _due("b", END), _due("c", BOOKED_AT).sent(START, 1))
        with self.reading() as work:
            assert work.outbox.due_since(START - SECOND) is None
            assert work.outbox.due_since(END + DAY) == START

    def test_only_planned_messages_are_claimed(self) -> None:
        planned = _due("a", BOOKED_AT)
        self._plan(
            evolve(planned, id=MessageId("sent")).sent(BOOKED_AT, 1),
            evolve(planned, id=MessageId("dropped")).dropped(BOOKED_AT, "stale"),
            evolve(planned, id=MessageId("parked")).parked(BOOKED_AT, "refused"),
            evolve(planned, id=MessageId("later")).later(END + DAY, "trouble"),
        )
        assert self._claim(END) == []

    def test_segments_used_counts_what_the_month_was_charged(self) -> None:
        sent = evolve(a_message(exempt=False), state=MessageState.SENT, segments=2, done_at=START)

        def variant(id: str, **changes: Any) -> Message:
            return evolve(sent, id=MessageId(id), **changes)

        self._plan(
            sent,
            variant("long", segments=3),
            variant("first", done_at=BOOKED_AT),
            variant("free", exempt=True),
            variant("e-mail", channel=Channel.EMAIL),
            variant("parked", state=MessageState.PARKED),
            variant("next month", done_at=END),
            variant("another's", practitioner="dr-claes"),
        )
        with self.reading() as work:
            assert work.outbox.segments_used(PRACTITIONER, Interval(BOOKED_AT, END)) == 7

    def test_overdue_counts_what_should_have_gone(self) -> None:
        self._plan(_due("a", BOOKED_AT), _due("b", START), _due("c", BOOKED_AT).sent(START, 1))
        with self.reading() as work:
            assert work.outbox.overdue(START) == 1
            assert work.outbox.overdue(START + SECOND) == 2

    def test_the_latest_first(self) -> None:
        charged = _due("charged", START + HOUR, kind=Kind.CHARGED)
        self._plan(_due("a", BOOKED_AT), charged, _due("b", START))
        with self.reading() as work:
            assert [one.id for one in work.outbox.recent(2)] == ["charged", "b"]
            assert [one.id for one in work.outbox.of_kind(Kind.REMINDER, 9)] == ["b", "a"]
            assert list(work.outbox.of_kind(Kind.CHARGED, 9)) == [charged]

    def test_forgetting_what_was_done_before(self) -> None:
        planned = _due("planned", BOOKED_AT)
        kept = _due("kept", BOOKED_AT).sent(START, 1)
        self._plan(planned, kept, _due("gone", BOOKED_AT).dropped(START - SECOND, "stale"))
        with self.writing() as work:
            assert work.outbox.forget(START) == 1
        with self.reading() as work:
            assert list(work.outbox.of(APPOINTMENT)) == [kept, planned]
