"""Noting one message and claiming the next in one commit. Part of the store's contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from teleconsult_core.ids import MessageId
from teleconsult_core.messages import Channel, Message
from teleconsult_core.ports import PortMisused
from teleconsult_core.testing.builders import (
    BOOKED_AT,
    END,
    START,
    a_confirmed,
    a_message,
    a_patient,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def _due(id: str, **changes: Any) -> Message:
    return a_message(id=MessageId(id), **{"due_at": BOOKED_AT, **changes})


class NoteAndClaimContract(StoreUnderTest):
    def _in_hand(self, *others: Message) -> Message:
        """The message "a", in our hands for a minute; `others` are planned beside it."""
        self.keep(a_confirmed())
        with self.writing() as work:
            work.outbox.plan([_due("a")])
            (claimed,) = work.outbox.claim(Channel.SMS, BOOKED_AT, MINUTE, 1)
            work.outbox.plan(others)
        return claimed

    def _note_and_claim(self, said: Message, channel: Channel = Channel.SMS) -> Message | None:
        with self.open_work() as work:
            return work.outbox.note_and_claim(said, channel, BOOKED_AT, HOUR)

    def _messages(self, *ids: str) -> Sequence[Message | None]:
        with self.reading() as work:
            return [work.outbox.get(MessageId(id)) for id in ids]

    def test_one_is_noted_and_the_next_is_claimed_without_another_commit(self) -> None:
        said = self._in_hand(_due("c"), _due("b")).sent(START, 2, "accepted")
        claimed = _due("b").claimed(self.clock() + HOUR)
        assert self._note_and_claim(said) == claimed
        assert self._messages("a", "b", "c") == [said, claimed, _due("c")]

    def test_where_there_is_no_next_one_is_noted_all_the_same(self) -> None:
        said = self._in_hand(
            _due("later", due_at=BOOKED_AT + SECOND),
            _due("mail", channel=Channel.EMAIL),
            _due("over").dropped(BOOKED_AT, "stale"),
        ).dropped(START, "cancelled")
        assert self._note_and_claim(said) is None
        assert self._messages("a") == [said]

    def test_the_next_is_of_the_channel_that_is_asked_for(self) -> None:
        said = self._in_hand(_due("b"), _due("mail", channel=Channel.EMAIL)).sent(START, 1)
        found = self._note_and_claim(said, Channel.EMAIL)
        assert found is not None
        assert found.id == "mail"

    def test_the_next_is_not_the_one_that_was_noted(self) -> None:
        claimed = self._in_hand()
        assert self._note_and_claim(claimed.given_back()) is None
        assert self._messages("a") == [claimed.given_back()]

    def test_nor_is_it_when_its_lease_has_ended(self) -> None:
        said = self._in_hand(_due("b")).sent(START, 1)
        self.clock.forward(MINUTE)
        found = self._note_and_claim(said)
        assert found is not None
        assert (found.id, self._messages("a")) == ("b", [said])

    def test_nor_is_it_when_somebody_took_it_over_and_his_lease_has_ended(self) -> None:
        claimed = self._in_hand()
        self.clock.forward(MINUTE)
        with self.writing() as work:
            (his,) = work.outbox.claim(Channel.SMS, BOOKED_AT, MINUTE, 1)
        self.clock.forward(MINUTE)
        assert self._note_and_claim(claimed.later(END, "busy")) is None
        assert self._messages("a") == [his]

    def test_what_somebody_has_is_not_claimed_before_his_lease_ends(self) -> None:
        claimed = self._in_hand(_due("b"))
        with self.writing() as work:
            (his,) = work.outbox.claim(Channel.SMS, BOOKED_AT, MINUTE, 1)
        self.clock.forward(MINUTE - SECOND)
        assert self._note_and_claim(claimed.sent(START, 1)) is None
        self.clock.forward(SECOND)
        found = self._note_and_claim(claimed.sent(START, 1))
        assert found == his.claimed(self.clock() + HOUR)

    def test_what_is_over_or_taken_over_is_not_noted_again(self) -> None:
        claimed = self._in_hand(_due("b"), _due("c"))
        self.clock.forward(MINUTE)
        with self.writing() as work:
            (his,) = work.outbox.claim(Channel.SMS, BOOKED_AT, HOUR, 1)
        assert his.id == claimed.id
        assert self._note_and_claim(claimed.later(END, "busy")) is not None
        assert self._messages("a") == [his]
        assert self._note_and_claim(claimed.sent(START, 1)) is not None
        sent = evolve(claimed.sent(START, 1), attempts=his.attempts)
        assert self._messages("a") == [sent]
        assert self._note_and_claim(claimed.dropped(START, "cancelled")) is None
        assert self._messages("a") == [sent]

    def test_what_else_the_work_wrote_is_committed_with_it(self) -> None:
        said = self._in_hand(_due("b")).sent(START, 1)
        with self.open_work() as work:
            work.patients.put(a_patient())
            assert work.outbox.note_and_claim(said, Channel.SMS, BOOKED_AT, HOUR) is not None
        with self.reading() as work:
            assert work.patients.get(a_patient().id) == a_patient()
        assert self._messages("a") == [said]

    def test_nothing_more_is_done_in_the_work(self) -> None:
        said = self._in_hand(_due("b")).sent(START, 1)
        with self.open_work() as work:
            work.outbox.note_and_claim(said, Channel.SMS, BOOKED_AT, HOUR)
            with pytest.raises(PortMisused):
                work.outbox.put([_due("late")])
            with pytest.raises(PortMisused):
                work.commit()
        assert self._messages("late") == [None]

    def test_a_work_that_only_reads_does_not_do_it(self) -> None:
        claimed = self._in_hand(_due("b"))
        with self.reading() as work, pytest.raises(PortMisused):
            work.outbox.note_and_claim(claimed.sent(START, 1), Channel.SMS, BOOKED_AT, HOUR)
        assert self._messages("a", "b") == [claimed, _due("b")]
