"""The links in messages, and the inbox. Part of the store's contract."""

from __future__ import annotations

from datetime import timedelta

from teleconsult_core.ids import HoldRef, LinkId
from teleconsult_core.payments import News
from teleconsult_core.testing.builders import APPOINTMENT, END, START, a_confirmed, a_link
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest

SECOND = timedelta(seconds=1)


class LinksContract(StoreUnderTest):
    def test_a_link_is_found_by_its_hash_only(self) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.links.put(a_link())
        with self.reading() as work:
            assert work.links.by_hash(a_link().token_hash) == a_link()
            assert work.links.by_hash(a_link().id) is None
            assert work.links.get(LinkId("another")) is None

    def test_a_revoked_link_stays_findable(self) -> None:
        self.keep(a_confirmed())
        revoked = a_link(revoked_at=START)
        with self.writing() as work:
            work.links.put(a_link())
            work.links.put(revoked)
        with self.reading() as work:
            assert work.links.by_hash(revoked.token_hash) == revoked
            assert list(work.links.of(APPOINTMENT)) == [revoked]

    def test_forgetting_what_expired_before(self) -> None:
        self.keep(a_confirmed())
        gone = a_link(id=LinkId("gone"), token_hash="gone", expires_at=END - SECOND)
        kept = a_link(expires_at=END)
        with self.writing() as work:
            work.links.put(gone)
            work.links.put(kept)
        with self.writing() as work:
            assert work.links.forget(END) == 1
        with self.reading() as work:
            assert list(work.links.of(APPOINTMENT)) == [kept]


class InboxContract(StoreUnderTest):
    def test_news_is_new_once(self) -> None:
        with self.writing() as work:
            assert not work.inbox.knows("evt_1")
            work.inbox.note("evt_1", START)
            assert work.inbox.knows("evt_1")
        with self.writing() as work:
            work.inbox.note("evt_1", END)
        with self.reading() as work:
            assert work.inbox.knows("evt_1")
            assert not work.inbox.knows("evt_2")

    def test_news_waits_until_it_is_taken_in(self) -> None:
        later = News("evt_1", HoldRef("pi_1"), END)
        first = News("evt_2", HoldRef("pi_2"), START)
        with self.writing() as work:
            work.inbox.receive(later)
            work.inbox.receive(first)
            assert list(work.inbox.waiting(1)) == [first]
        with self.writing() as work:
            assert list(work.inbox.waiting(9)) == [first, later]
            assert not work.inbox.knows("evt_1")
            work.inbox.note("evt_1", END)
            work.inbox.receive(later)
            assert list(work.inbox.waiting(9)) == [first]
        with self.reading() as work:
            assert work.inbox.knows("evt_1")
            assert list(work.inbox.waiting(9)) == [first]

    def test_news_received_again_is_the_same_news(self) -> None:
        with self.writing() as work:
            work.inbox.receive(News("evt_1", HoldRef("pi_1"), START))
        with self.writing() as work:
            work.inbox.receive(News("evt_1", HoldRef("pi_1"), END))
        with self.reading() as work:
            assert [news.received_at for news in work.inbox.waiting(9)] == [START]

    def test_news_of_a_work_that_was_left_is_still_new(self) -> None:
        with self.open_work() as work:
            work.inbox.note("evt_1", START)
        with self.reading() as work:
            assert not work.inbox.knows("evt_1")

    def test_what_was_taken_in_long_ago_is_forgotten_and_what_waits_stays(self) -> None:
        with self.writing() as work:
            work.inbox.receive(News("evt_1", HoldRef("pi_1"), START))
            for id, taken_at in (("evt_2", START), ("evt_3", END)):
                work.inbox.note(id, taken_at)
        with self.writing() as work:
            assert work.inbox.forget(START) == 0
            assert work.inbox.forget(END) == 1
        with self.reading() as work:
            assert not work.inbox.knows("evt_2")
            assert work.inbox.knows("evt_3")
            assert [one.id for one in work.inbox.waiting(9)] == ["evt_1"]
