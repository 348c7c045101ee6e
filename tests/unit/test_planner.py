"""Who is told what, and when: the planner's laws."""

from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.appointments import (
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
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, VisitTypeId
from teleconsult_core.messages import Channel, Kind, To
from teleconsult_core.money import Money
from teleconsult_core.people import Role
from teleconsult_core.planner import messages_after
from teleconsult_core.policies import Policies
from teleconsult_core.slots import Mode
from teleconsult_core.wanted import unwanted

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
POLICIES = Policies()
FREE, FEE = Money(0, "EUR"), Money(4500, "EUR")
DR = PractitionerId("dr")


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    start = NOW + timedelta(minutes=5 * draw(st.integers(1, 20_000)))
    mode = draw(st.sampled_from(Mode))
    return Terms(
        id=AppointmentId("a1"),
        practitioner=DR,
        patient=PatientId("p"),
        visit_type=VisitTypeId("v"),
        mode=mode,
        start=start,
        end=start + timedelta(minutes=20),
        blocks_until=start + timedelta(minutes=25),
        fee=FEE,
        card_required=mode is Mode.VIDEO and draw(st.booleans()),
        origin=Origin.PATIENT,
        booked_at=NOW,
        sequence=draw(st.integers(0, 3)),
    )


@st.composite
def appointments(draw: st.DrawFn):
    agreed = draw(terms())
    return draw(
        st.sampled_from(
            [
                Reserved(agreed, NOW + timedelta(minutes=15)),
                AwaitingConfirmation(agreed, agreed.start),
                Confirmed(agreed, NOW),
                Completed(agreed, NOW, FEE, DR),
                Completed(agreed, NOW, FREE, DR),
                Completed(agreed, NOW, FREE, None),
                NoShow(agreed, NOW, FEE, DR),
                NoShow(agreed, NOW, FREE, DR),
                Cancelled(agreed, NOW, Role.PATIENT, FREE),
                Cancelled(agreed, NOW, Role.PATIENT, FREE, practitioner_absent=True),
                Lapsed(agreed, NOW),
            ]
        )
    )


def plan(new, old=None):
    return messages_after(old, new, policies=POLICIES, now=NOW)


@given(appointments())
def test_the_same_step_always_plans_the_same_messages(new) -> None:
    assert plan(new) == plan(new)


@given(appointments())
def test_every_message_of_a_plan_has_an_id_of_its_own(new) -> None:
    ids = [one.id for one in plan(new).messages]
    assert len(ids) == len(set(ids))


@given(appointments())
def test_no_message_is_due_before_now_or_useless_when_it_is_due(new) -> None:
    for one in plan(new).messages:
        assert one.due_at >= min(NOW, new.terms.start - POLICIES.practitioner_link)
        assert one.useful_until > one.due_at


@given(terms())
def test_whoever_is_confirmed_is_reminded_once_per_channel_and_offset(agreed: Terms) -> None:
    reminders = [
        one
        for one in plan(Confirmed(agreed, NOW)).messages
        if one.kind in {Kind.REMINDER, Kind.LAST_REMINDER}
    ]
    for channel in Channel:
        mine = [one for one in reminders if one.channel is channel]
        assert len([one for one in mine if one.kind is Kind.LAST_REMINDER]) == 1
        dues = {one.due_at for one in mine}
        expected = {agreed.start - offset for offset in POLICIES.reminders}
        assert dues == {due for due in expected if due >= NOW} | (
            {NOW} if agreed.start - timedelta(hours=1) < NOW else set()
        )


@given(terms())
def test_only_video_has_a_link_for_the_practitioner_and_is_free_of_the_allowance(
    agreed: Terms,
) -> None:
    messages = plan(Confirmed(agreed, NOW)).messages
    video = agreed.mode is Mode.VIDEO
    assert any(one.kind is Kind.PRACTITIONER_LINK for one in messages) == video
    assert {one.exempt for one in messages} == {video}


@given(terms())
def test_a_move_drops_what_was_planned_and_plans_anew(agreed: Terms) -> None:
    old = Confirmed(agreed, NOW)
    moved = agreed.moved_to(
        agreed.start + timedelta(days=1),
        agreed.end + timedelta(days=1),
        agreed.blocks_until + timedelta(days=1),
    )
    first, second = plan(old), plan(old.move(moved), old)
    assert second.drop
    assert not {one.id for one in first.messages} & {one.id for one in second.messages}


@given(appointments())
def test_an_end_drops_everything_that_lay_ahead(new) -> None:
    over = isinstance(new, Completed | NoShow | Cancelled | Lapsed)
    assert bool(plan(new).drop) == over


@given(terms(), appointments())
def test_nothing_about_the_future_goes_to_an_appointment_that_is_over(agreed: Terms, end) -> None:
    end = evolve(end, terms=agreed)
    for one in plan(Confirmed(agreed, NOW)).messages:
        why = unwanted(one, end, None, policies=POLICIES, now=one.due_at)
        if not isinstance(end, Confirmed) and one.kind is not Kind.BOOKED:
            assert why


@given(terms())
def test_a_patient_without_a_card_is_told_nothing_about_charges(agreed: Terms) -> None:
    for end in (Completed(agreed, NOW, FREE, DR), NoShow(agreed, NOW, FREE, DR)):
        told = {one.kind for one in plan(end).messages if one.to is To.PATIENT}
        assert (Kind.NOTHING_CHARGED in told) == agreed.card_required
