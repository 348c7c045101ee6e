"""Opening hours, days that differ and the profile, changed by the practitioner himself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest
from attrs import evolve

from teleconsult_core.ids import PractitionerId
from teleconsult_core.people import OwnProfile, Practitioner, practitioner_actor
from teleconsult_core.policies import Policies
from teleconsult_core.refusals import BadInput, HoursOverlap, NotFound, NotYours, Outdated
from teleconsult_core.schedules import DatedException, OpeningHours, Schedule
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.changing_schedule import ScheduleView
from teleconsult_core.versions import version
from world import ANN, BOB, DR, OPERATOR, SUPPORT, THE_DOCTOR, THURSDAY_10, VISIT, World, patient_of

WEEK = frozenset(range(1, 6))
VIDEO, IN_PERSON = frozenset({Mode.VIDEO}), frozenset({Mode.IN_PERSON})
MORNING = OpeningHours(WEEK, time(9), time(12), BOTH)
AFTERNOON = OpeningHours(WEEK, time(14), time(18), BOTH)
SATURDAY = OpeningHours(frozenset({6}), time(9), time(12), VIDEO)
THURSDAY = date(2027, 3, 4)
CLOSED = DatedException(THURSDAY, BOTH)


def schedule(world: World) -> Schedule:
    with world.store.open_work(writing=False) as work:
        found = work.clinic.schedule(DR)
    assert found is not None
    return found


def dupont(world: World) -> Practitioner:
    with world.store.open_work(writing=False) as work:
        found = work.clinic.practitioner(DR)
    assert found is not None
    return found


def written(world: World) -> list[tuple[str, str]]:
    """What the audit says of the practitioner."""
    with world.store.open_work(writing=False) as work:
        return [(one.action, one.detail) for one in work.audit.of_subject(DR)]


def change(world: World, *hours: OpeningHours, **asked: Any) -> Any:
    asked = {"based_on": version(schedule(world).hours), "by": THE_DOCTOR, **asked}
    return world.desk.change_opening_hours(practitioner=DR, hours=hours, now=world.now, **asked)


def differ(world: World, *exceptions: DatedException, **asked: Any) -> Any:
    asked = {"based_on": version(schedule(world).exceptions), "by": THE_DOCTOR, **asked}
    return world.desk.change_exceptions(
        practitioner=DR, exceptions=exceptions, now=world.now, **asked
    )


def rewrite(world: World, based_on: str = "", by: Any = THE_DOCTOR, **said: Any) -> Any:
    own = dupont(world).own
    return world.desk.change_profile(
        practitioner=DR,
        profile=evolve(own, **said),
        based_on=based_on or version(own),
        by=by,
        now=world.now,
    )


def offered(world: World, day: date, modes: Any = None) -> Sequence[str]:
    """The hours of Brussels at which something begins on `day`, in winter."""
    begin = THURSDAY_10 + timedelta(days=(day - THURSDAY).days, hours=-10)
    slots = world.desk.offer_slots(
        practitioner=DR,
        visit_type=VISIT,
        window=Interval(begin, begin + timedelta(days=1)),
        modes=modes,
        now=world.now,
    )
    assert isinstance(slots, tuple)
    return [f"{slot.start + timedelta(hours=1):%H:%M}" for slot in slots]


def test_hours_that_open_are_offered_to_everybody(world: World) -> None:
    saturday = date(2027, 3, 6)
    assert offered(world, saturday) == []
    outcome = change(world, MORNING, AFTERNOON, SATURDAY)
    assert outcome == ScheduleView(schedule(world), ())
    assert schedule(world).hours == (MORNING, AFTERNOON, SATURDAY)
    assert offered(world, saturday)[:2] == ["09:00", "09:20"]
    assert offered(world, saturday, IN_PERSON) == []


def test_appointments_outside_the_new_hours_stay_and_are_named(world: World) -> None:
    kept, left = world.booked(), world.booked("a2", THURSDAY_10 + timedelta(hours=5), patient=BOB)
    outcome = change(world, MORNING)
    assert [one.terms.id for one in outcome.outside] == [left.terms.id]
    assert world.appointment("a2") == left
    # An appointment in the mode that stays open is not outside.
    outcome = change(world, evolve(MORNING, modes=VIDEO), evolve(AFTERNOON, modes=IN_PERSON))
    assert [one.terms.id for one in outcome.outside] == [left.terms.id]
    outcome = change(world, evolve(MORNING, modes=IN_PERSON), evolve(AFTERNOON, modes=VIDEO))
    assert [one.terms.id for one in outcome.outside] == [kept.terms.id]
    shown = world.desk.show_schedule(practitioner=DR, by=THE_DOCTOR, now=world.now)
    assert shown == outcome
    world.at(kept.terms.start)
    assert world.desk.show_schedule(practitioner=DR, by=SUPPORT, now=world.now).outside == ()


def test_a_reservation_that_has_lapsed_is_not_named(world: World) -> None:
    world.book(card=None)
    assert len(change(world, AFTERNOON).outside) == 1
    world.clock.forward(timedelta(minutes=15))
    assert change(world, AFTERNOON).outside == ()


def test_the_same_command_twice_is_the_same_answer_and_one_line_in_the_audit(world: World) -> None:
    world.booked()
    seen = version(schedule(world).hours)
    first = change(world, AFTERNOON, based_on=seen)
    assert change(world, AFTERNOON, based_on=seen) == first
    assert written(world) == [("opening hours", "1 rows, 1 appointments outside")]
    nothing = version(())
    first = differ(world, CLOSED, based_on=nothing)
    assert differ(world, CLOSED, based_on=nothing) == first
    profile = version(dupont(world).own)
    first = rewrite(world, profile, profession="pediatrician")
    assert rewrite(world, profile, profession="pediatrician") == first
    assert written(world)[1:] == [
        ("exceptions", "1 days, 1 appointments outside"),
        ("profile", "profession"),
    ]


def test_of_two_windows_the_second_is_told_and_nothing_is_lost(world: World) -> None:
    seen = version(schedule(world).hours)
    assert isinstance(change(world, MORNING, based_on=seen), ScheduleView)
    refusal = change(world, AFTERNOON, based_on=seen)
    assert refusal == Outdated(what="opening hours", id=DR)
    assert schedule(world).hours == (MORNING,)
    # Days that differ are another form: they stand beside each other.
    assert isinstance(differ(world, CLOSED, based_on=version(())), ScheduleView)
    assert differ(world, based_on=version((MORNING,))).code == "outdated"
    profile = version(dupont(world).own)
    rewrite(world, profile, profession="pediatrician")
    assert rewrite(world, profile, video_message="Other words.").code == "outdated"
    assert dupont(world).profession == "pediatrician"


def test_a_preview_says_what_the_change_would_and_keeps_nothing(world: World) -> None:
    world.booked()
    before, mark = schedule(world), version(schedule(world).hours)
    asked: dict[str, Any] = {"practitioner": DR, "by": THE_DOCTOR, "now": world.now}
    seen = world.desk.preview_opening_hours(hours=[AFTERNOON], based_on=mark, **asked)
    days = world.desk.preview_exceptions(exceptions=[CLOSED], based_on=version(()), **asked)
    assert schedule(world) == before
    assert written(world) == []
    assert differ(world, CLOSED) == days
    assert change(world, AFTERNOON).outside == seen.outside
    stale = world.desk.preview_opening_hours(hours=[MORNING], based_on=mark, **asked)
    assert isinstance(stale, Outdated)


def test_a_day_that_differs_is_closed_or_open_at_other_hours_by_mode(world: World) -> None:
    differ(world, DatedException(THURSDAY, VIDEO, time(19), time(20)))
    assert offered(world, THURSDAY, VIDEO) == ["19:00", "19:20", "19:40"]
    assert offered(world, THURSDAY, IN_PERSON)[0] == "09:00"
    differ(world, DatedException(THURSDAY, IN_PERSON))
    assert offered(world, THURSDAY, IN_PERSON) == []
    assert offered(world, THURSDAY, VIDEO)[0] == "09:00"
    differ(world)
    assert schedule(world).exceptions == ()


def test_a_day_that_is_long_over_is_forgotten_at_the_next_change(world: World) -> None:
    differ(world, CLOSED)
    world.at(THURSDAY_10 + timedelta(days=380))
    later = DatedException(date(2028, 3, 21), BOTH)
    seen = version(schedule(world).exceptions)
    differ(world, CLOSED, later)
    assert schedule(world).exceptions == (later,)
    again = differ(world, CLOSED, later, based_on=seen)
    assert again == ScheduleView(schedule(world), ())


def test_a_day_that_never_stood_is_not_forgotten_unseen(world: World) -> None:
    differ(world, CLOSED)
    asked: dict[str, Any] = {"practitioner": DR, "by": THE_DOCTOR, "now": world.now}
    seen, long_ago = version((CLOSED,)), DatedException(date(27, 3, 4), BOTH)
    with pytest.raises(BadInput, match="day: '0027-03-04' is not acceptable"):
        world.desk.preview_exceptions(exceptions=[CLOSED, long_ago], based_on=seen, **asked)
    with pytest.raises(BadInput, match="day: '0027-03-04' is not acceptable"):
        differ(world, CLOSED, long_ago)
    assert schedule(world).exceptions == (CLOSED,)


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (evolve(SATURDAY, closes=time(8)), "closes: '08:00' is not acceptable: after 09:00"),
        (evolve(SATURDAY, closes=time(9)), "closes: '09:00'"),
        (evolve(SATURDAY, weekdays=frozenset()), "weekdays: [] is not"),
        (evolve(SATURDAY, modes=frozenset()), "modes: [] is not"),
        (evolve(SATURDAY, modes=frozenset({"post"})), "modes: ['post'] is not"),
        (evolve(SATURDAY, opens=time(9, 3)), "opens: '09:03:00' is not acceptable: a whole 5"),
        (
            evolve(SATURDAY, valid_from=date(2027, 4, 1), valid_until=date(2027, 3, 1)),
            "valid_until: '2027-03-01' is not acceptable: not before 2027-04-01",
        ),
    ],
)
def test_hours_that_mean_nothing_are_refused_with_value_and_bound(
    world: World, hours: OpeningHours, told: str
) -> None:
    with pytest.raises(BadInput, match=r"is not acceptable") as raised:
        change(world, MORNING, AFTERNOON, hours)
    assert told in str(raised.value)
    assert schedule(world).hours == (MORNING, AFTERNOON)


def test_too_many_rows_are_refused(world: World) -> None:
    rows = [evolve(SATURDAY, opens=time(n // 6, n % 6 * 5), closes=time(0)) for n in range(61)]
    with pytest.raises(BadInput, match="hours: 61 is not acceptable: at most 60 rows"):
        change(world, *rows)
    days = [DatedException(THURSDAY + timedelta(days=n), BOTH) for n in range(501)]
    with pytest.raises(BadInput, match="exceptions: 501 is not acceptable: at most 500 days"):
        differ(world, *days)
    assert len(differ(world, *days[:500]).schedule.exceptions) == 500


def test_hours_that_meet_in_one_mode_are_refused_and_named(world: World) -> None:
    refusal = change(world, MORNING, AFTERNOON, OpeningHours(WEEK, time(11), time(13), VIDEO))
    assert refusal == HoursOverlap(weekday=1, opens="09:00", closes="12:00")
    assert "On day 1 of the week it is open already from 09:00 to 12:00" in str(refusal)
    assert change(world, MORNING, MORNING).code == "hours-overlap"
    apart = evolve(MORNING, modes=VIDEO), evolve(MORNING, modes=IN_PERSON, opens=time(10))
    assert isinstance(change(world, *apart), ScheduleView)
    evening = DatedException(THURSDAY, BOTH, time(18), time(20))
    refusal = differ(world, evening, evolve(evening, opens=time(19), modes=VIDEO))
    assert refusal == HoursOverlap(weekday=4, opens="19:00", closes="20:00")


def test_a_day_is_not_closed_and_open_in_one_mode_nor_in_the_past(world: World) -> None:
    evening = DatedException(THURSDAY, VIDEO, time(18), time(20))
    for days in ((CLOSED, evening), (CLOSED, CLOSED)):
        with pytest.raises(BadInput, match="exceptions: '2027-03-04' is not acceptable"):
            differ(world, *days)
    assert isinstance(differ(world, evolve(CLOSED, modes=IN_PERSON), evening), ScheduleView)
    for day in (date(2027, 2, 28), date(2031, 1, 1), date(2026, 2, 27), date(27, 3, 4), date.min):
        with pytest.raises(BadInput, match="is not acceptable: from 2027-03-01 to"):
            differ(world, evolve(CLOSED, day=day))


def test_what_the_file_said_stays_possible_until_it_is_changed_itself(world: World) -> None:
    night = OpeningHours(frozenset({5}), time(22), time(6), VIDEO)
    described = evolve(schedule(world), hours=(MORNING, night, night))
    with world.store.open_work() as work:
        work.clinic.put_schedule(described)
        work.commit()
    assert isinstance(change(world, MORNING, night, night, AFTERNOON), ScheduleView)
    refusal = change(world, MORNING, night, OpeningHours(frozenset({6}), time(5), time(7), VIDEO))
    assert refusal == HoursOverlap(weekday=6, opens="22:00", closes="06:00")


def test_only_the_practitioner_himself_or_the_operator_may(world: World) -> None:
    colleague = practitioner_actor(PractitionerId("janssens"))
    for by in (colleague, SUPPORT, patient_of(ANN)):
        for outcome in (
            change(world, MORNING, by=by),
            differ(world, CLOSED, by=by),
            rewrite(world, by=by, profession="pediatrician"),
            world.desk.preview_opening_hours(
                practitioner=DR, hours=[], based_on="", by=by, now=world.now
            ),
        ):
            assert isinstance(outcome, NotYours)
    assert written(world) == []
    assert isinstance(change(world, MORNING, by=OPERATOR), ScheduleView)
    nobody = practitioner_actor(PractitionerId("nobody"))
    for say in (world.desk.change_opening_hours, world.desk.preview_opening_hours):
        outcome = say(
            practitioner=PractitionerId("nobody"), hours=[], based_on="", by=nobody, now=world.now
        )
        assert isinstance(outcome, NotFound)


def test_the_profile_and_its_message_are_changed(world: World) -> None:
    before = dupont(world)
    own = OwnProfile(
        name="Dr Claire Dupont-Leroy",
        profession="pediatrician",
        languages=("fr", "nl"),
        phone=before.phone,
        email=before.email,
        video_message="Please sit in a quiet room.\nHave your card at hand.",
    )
    changed = world.desk.change_profile(
        practitioner=DR, profile=own, based_on=version(before.own), by=THE_DOCTOR, now=world.now
    )
    assert changed == dupont(world)
    assert changed.own == own
    assert changed.issuer == before.issuer
    asked: dict[str, Any] = {"practitioner": DR, "visit_type": VISIT, "start": THURSDAY_10}
    terms = world.desk.booking_terms(mode=Mode.VIDEO, language="fr", **asked)
    assert terms.video_message == own.video_message
    assert world.desk.booking_terms(mode=Mode.IN_PERSON, language="fr", **asked).video_message == ""


@pytest.mark.parametrize("said", [{"phone": "+32475550109"}, {"email": "thief@example.net"}])
def test_only_the_operator_changes_where_a_practitioner_is_reached(
    world: World, said: dict[str, str]
) -> None:
    before = dupont(world)
    refusal = rewrite(world, name="Dr Claire Leroy", **said)
    assert refusal == NotYours(actor="practitioner:dupont", allowed="the operator")
    assert dupont(world) == before
    assert written(world) == []
    (field, value) = next(iter(said.items()))
    assert getattr(rewrite(world, by=OPERATOR, **said), field) == value
    assert written(world) == [("profile", field)]
    # What the operator has changed is no hindrance to the rest.
    assert rewrite(world, name="Dr Claire Leroy") == dupont(world)
    assert (dupont(world).name, getattr(dupont(world), field)) == ("Dr Claire Leroy", value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": ""}, "name: '' is not acceptable: at least one character"),
        ({"languages": ()}, "languages: () is not acceptable: 1 to 20 different"),
        ({"languages": ("fr", "fr")}, "1 to 20 different"),
        ({"languages": ("français",)}, "a language code"),
        ({"phone": "0475"}, "E.164"),
        ({"email": "claire"}, "one e-mail address"),
        ({"video_message": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_profile_that_means_nothing_is_refused(
    world: World, said: dict[str, Any], told: str
) -> None:
    with pytest.raises(BadInput) as raised:
        rewrite(world, **said)
    assert told in str(raised.value)
    assert dupont(world).edited == frozenset()


def test_languages_that_the_file_said_stay_until_they_are_changed(world: World) -> None:
    described = evolve(dupont(world), languages=("FR",))
    with world.store.open_work() as work:
        work.clinic.put_practitioner(described)
        work.commit()
    assert rewrite(world, profession="pediatrician").languages == ("FR",)
    with pytest.raises(BadInput, match="a language code"):
        rewrite(world, languages=("FR", "nl"))


def test_describing_the_clinic_again_keeps_what_was_changed_by_hand(world: World) -> None:
    change(world, AFTERNOON)
    rewrite(world, video_message="Please sit in a quiet room.")
    world.describe(Policies(), allowance=7)
    assert schedule(world).hours == (AFTERNOON,)
    assert dupont(world).video_message == "Please sit in a quiet room."
    assert dupont(world).sms_allowance == 7
    differ(world, CLOSED)
    world.describe(Policies())
    assert schedule(world).exceptions == (CLOSED,)
    world.describe(Policies(), replace_edits=True)
    assert schedule(world) == Schedule(DR, "Europe/Brussels", (MORNING, AFTERNOON))
    assert dupont(world).video_message == "Please have your list of medicines at hand."
    assert dupont(world).edited == frozenset()
