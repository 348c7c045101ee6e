"""Appointments in every state, and what goes with them. Part of the strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
    Origin,
    Reserved,
    Terms,
)
from teleconsult_core.attendance import Attendance, Seen
from teleconsult_core.audit import AuditEntry
from teleconsult_core.feeds import Feed
from teleconsult_core.ids import FeedId
from teleconsult_core.links import Link, Purpose
from teleconsult_core.messages import Channel, Delivery, Kind, Message, MessageState, To
from teleconsult_core.people import Actor, Role
from teleconsult_core.ratings import Rating
from teleconsult_core.slots import Mode
from teleconsult_core.testing.builders import APPOINTMENT
from teleconsult_core.testing.strategies.values import (
    amounts,
    ids,
    instants,
    maybe,
    texts,
    ticks,
)
from teleconsult_core.times import TICK
from teleconsult_core.waiting_list import Waiting, WaitingState


@st.composite
def terms(draw: st.DrawFn, currency: str = "EUR") -> Terms:
    start = draw(ticks())
    end = start + draw(st.integers(1, 96)) * TICK
    return Terms(
        id=APPOINTMENT,
        practitioner=draw(ids()),
        patient=draw(ids()),
        visit_type=draw(ids()),
        mode=draw(st.sampled_from(Mode)),
        start=start,
        end=end,
        blocks_until=end + draw(st.integers(0, 12)) * TICK,
        fee=draw(amounts(currency)),
        card_required=draw(st.booleans()),
        origin=draw(st.sampled_from(Origin)),
        booked_at=draw(instants()),
        sequence=draw(st.integers(0, 50)),
    )


def every_appointment_state() -> st.SearchStrategy[Appointment]:
    """One appointment in any of its states."""
    agreed, at, money = terms(), instants(), amounts("EUR")
    return st.one_of(
        st.builds(Reserved, agreed, at),
        st.builds(AwaitingConfirmation, agreed, at),
        st.builds(Confirmed, agreed, at),
        st.builds(Completed, agreed, at, money, maybe(ids())),
        st.builds(NoShow, agreed, at, money, ids()),
        st.builds(Cancelled, agreed, at, st.sampled_from(Role), money, st.booleans()),
        st.builds(Lapsed, agreed, at),
    )


def messages() -> st.SearchStrategy[Message]:
    """About the appointment of the builders, or about none."""
    return st.builds(
        Message,
        id=ids(),
        kind=st.sampled_from(Kind),
        channel=st.sampled_from(Channel),
        to=st.sampled_from(To),
        practitioner=ids(),
        due_at=instants(),
        useful_until=instants(),
        appointment=maybe(st.just(APPOINTMENT)),
        patient=maybe(ids()),
        sequence=st.integers(0, 50),
        exempt=st.booleans(),
        amount=maybe(st.integers(0, 2**53)),
        about=texts(40, empty=True),
        state=st.sampled_from(MessageState),
        attempts=st.integers(0, 99),
        not_before=maybe(instants()),
        leased_until=maybe(instants()),
        done_at=maybe(instants()),
        segments=st.integers(0, 9),
        note=texts(empty=True),
        ref=texts(empty=True),
        delivery=st.sampled_from(Delivery),
        delivery_at=maybe(instants()),
    )


def links() -> st.SearchStrategy[Link]:
    return st.builds(
        Link,
        id=ids(),
        token_hash=st.text("0123456789abcdef", min_size=64, max_size=64),
        appointment=st.just(APPOINTMENT),
        sequence=st.integers(0, 50),
        role=st.sampled_from(Role),
        purpose=st.sampled_from(Purpose),
        opens_at=instants(),
        expires_at=instants(),
        generation=st.integers(1, 9),
        revoked_at=maybe(instants()),
    )


def feeds() -> st.SearchStrategy[Feed]:
    return st.builds(
        Feed,
        id=ids().map(FeedId),
        token_hash=st.text("0123456789abcdef", min_size=64, max_size=64),
        owner=st.builds(Actor, role=st.sampled_from(Role), id=ids()),
        generation=st.integers(1, 9),
        made_at=instants(),
        revoked_at=maybe(instants()),
    )


def waitings() -> st.SearchStrategy[Waiting]:
    return st.builds(
        Waiting,
        id=ids(),
        practitioner=ids(),
        visit_type=ids(),
        mode=st.sampled_from(Mode),
        patient=ids(),
        before=instants(),
        asked_at=instants(),
        state=st.sampled_from(WaitingState),
        offer=maybe(ids()),
        declined=st.lists(instants(), max_size=4).map(tuple),
    )


def ratings() -> st.SearchStrategy[Rating]:
    words = texts(900, empty=True, lines=True)
    return st.builds(Rating, st.just(APPOINTMENT), ids(), st.integers(1, 5), instants(), words)


def attendances() -> st.SearchStrategy[Attendance]:
    role, seen = st.sampled_from(Role), st.sampled_from(Seen)
    return st.builds(Attendance, st.just(APPOINTMENT), instants(), role, seen, texts())


def audit_entries() -> st.SearchStrategy[AuditEntry]:
    actors = st.builds(Actor, st.sampled_from(Role), ids())
    return st.builds(
        AuditEntry, instants(), actors, texts(40), ids(), maybe(ids()), texts(empty=True)
    )
