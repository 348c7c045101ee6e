"""Calendars to subscribe to. Part of the store's contract."""

from __future__ import annotations

from hypothesis import given

from teleconsult_core.feeds import Feed, feed_id
from teleconsult_core.ids import FeedId
from teleconsult_core.people import Actor, Role, patient_actor, practitioner_actor
from teleconsult_core.testing import strategies as some
from teleconsult_core.testing.builders import END, PATIENT, PRACTITIONER, START, a_feed
from teleconsult_core.testing.contracts.store_under_test import LAW, StoreUnderTest

OWNER = patient_actor(PATIENT)


class FeedsContract(StoreUnderTest):
    def test_a_feed_is_found_by_its_hash_only(self) -> None:
        with self.writing() as work:
            work.feeds.add(a_feed())
        with self.reading() as work:
            assert work.feeds.by_hash(a_feed().token_hash) == a_feed()
            assert work.feeds.by_hash(a_feed().id) is None

    def test_feeds_are_of_one_person_in_one_capacity(self) -> None:
        second = a_feed(id=feed_id(OWNER, 2), token_hash="second", generation=2)
        doctor = practitioner_actor(PRACTITIONER)
        other = a_feed(id=feed_id(doctor, 1), token_hash="other", owner=doctor)
        with self.writing() as work:
            for feed in (second, other, a_feed()):
                work.feeds.add(feed)
        with self.reading() as work:
            assert list(work.feeds.of(OWNER)) == [a_feed(), second]
            assert list(work.feeds.of(doctor)) == [other]
            assert list(work.feeds.of(Actor(Role.PRACTITIONER, OWNER.id))) == []

    def test_what_is_revoked_is_revoked_since_then_and_never_made_again(self) -> None:
        with self.writing() as work:
            work.feeds.add(a_feed())
            work.feeds.revoke(a_feed().id, START)
        with self.writing() as work:
            work.feeds.revoke(a_feed().id, END)
            work.feeds.revoke(FeedId("another"), END)
            work.feeds.add(a_feed())
        with self.reading() as work:
            assert list(work.feeds.of(OWNER)) == [a_feed(revoked_at=START)]

    @LAW
    @given(some.feeds())
    def test_any_feed_is_given_back_as_it_was(self, feed: Feed) -> None:
        with self.open_work() as work:  # and left without a trace
            work.feeds.add(feed)
            assert work.feeds.by_hash(feed.token_hash) == feed
            assert list(work.feeds.of(feed.owner)) == [feed]
