"""Signing in: staff by password and code, patients by a letter; and how they are out again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teleconsult_core.ids import AppointmentId, LinkId, PatientId, PractitionerId, StaffId
from teleconsult_core.links import hash_token
from teleconsult_core.people import Actor, ErasedPatient, Patient, Role, patient_actor
from teleconsult_core.refusals import (
    LinkDead,
    NotFound,
    NotSignedIn,
    NotYours,
    OtherBrowser,
    SignInRefused,
    StaffKnown,
)
from teleconsult_core.sign_ins import (
    FREE_TRIES,
    LINK_LIVES,
    MOST_LINKS,
    PATIENT_LONGEST,
    STAFF_IDLE,
    Session,
    StaffMember,
)
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.export_patient import PatientFile
from teleconsult_core.use_cases.show_account import Account
from world import ANN, BOB, DR, OPERATOR, SUPPORT, THE_DOCTOR, THURSDAY_10, VISIT, World

SOFIE = StaffMember(StaffId("sofie"), Role.SUPPORT, "Sofie@example.org", "hash", "secret")
MINUTE = timedelta(minutes=1)


def add(world: World, member: StaffMember = SOFIE) -> None:
    added = world.desk.add_staff_member(member=member, by=OPERATOR, now=world.now)
    assert added == member


def come(
    world: World, *, email: str = "sofie@EXAMPLE.org", password: str = "hash", step: int | None = 1,
    token: str = "token",
) -> Session | SignInRefused:  # fmt: skip
    return world.desk.sign_in(
        email=email,
        password_fits=lambda known: known == password,
        step_of=lambda secret: step if secret == "secret" else None,
        token=token,
        now=world.now,
    )


def audit(world: World, subject: str = "sofie") -> list[tuple[str, str]]:
    with world.store.open_work(writing=False) as work:
        return [(one.action, one.detail) for one in work.audit.of_subject(subject)]


def who(world: World, token: str = "token") -> Actor | None:
    session = world.desk.open_session(token=token, now=world.now)
    return session.actor if isinstance(session, Session) else None


# --- staff ---------------------------------------------------------------------------------------


def test_staff_signs_in_with_password_and_code(world: World) -> None:
    add(world)
    session = come(world)
    assert isinstance(session, Session)
    assert session.token_hash == hash_token("token")
    assert who(world) == Actor(Role.SUPPORT, "sofie")
    assert who(world, "guess") is None
    assert audit(world) == [("add staff", "support"), ("sign in", "")]


def test_the_answer_is_the_same_whatever_is_wrong_and_every_failure_is_noted(world: World) -> None:
    add(world)
    answers = [
        come(world, email="nobody@example.org"),
        come(world, email="\x00"),
        come(world, password="wrong"),
        come(world, step=None),
    ]
    assert answers == [SignInRefused()] * 4
    assert audit(world)[1:] == [("sign-in failed", "password"), ("sign-in failed", "code")]
    assert audit(world, "staff") == [("sign-in failed", "unknown")] * 2
    assert who(world) is None


def test_an_unknown_address_is_tried_as_a_known_one_is(world: World) -> None:
    tried: list[str | None] = []
    world.desk.sign_in(
        email="nobody@example.org",
        password_fits=lambda known: bool(tried.append(known)),
        step_of=tried.append,  # type: ignore[arg-type]
        token="token",
        now=world.now,
    )
    assert tried == [None, None]


def test_a_code_is_good_once_and_an_older_one_no_more(world: World) -> None:
    add(world)
    assert isinstance(come(world, step=5), Session)
    for step in (5, 4):
        assert come(world, step=step) == SignInRefused()
    assert isinstance(come(world, step=6), Session)


def test_after_five_failures_nothing_is_tried_for_a_growing_while(world: World) -> None:
    add(world)
    for _ in range(FREE_TRIES):
        come(world, password="wrong")
    assert come(world) == SignInRefused()
    world.clock.forward(MINUTE - timedelta(seconds=1))
    assert come(world) == SignInRefused()
    assert audit(world)[-1] == ("sign-in failed", "locked")
    world.clock.forward(timedelta(seconds=1))
    come(world, password="wrong")
    world.clock.forward(MINUTE)
    assert come(world) == SignInRefused()
    world.clock.forward(MINUTE)
    assert isinstance(come(world), Session)


def test_who_is_disabled_is_out_at_once_and_back_after_a_reset(world: World) -> None:
    add(world)
    come(world)
    disabled = world.desk.disable_staff_member(id=SOFIE.id, by=OPERATOR, now=world.now)
    assert isinstance(disabled, StaffMember)
    assert who(world) is None
    assert come(world, step=2) == SignInRefused()
    world.desk.reset_staff_member(
        id=SOFIE.id, password_hash="new", totp_secret="secret", by=OPERATOR, now=world.now
    )
    assert come(world, step=2) == SignInRefused()
    assert isinstance(come(world, password="new", step=2), Session)


def test_a_reset_between_looking_and_signing_in_is_a_failure(world: World) -> None:
    add(world)

    def reset(known: str | None) -> bool:
        world.desk.reset_staff_member(
            id=SOFIE.id, password_hash="new", totp_secret="secret", by=OPERATOR, now=world.now
        )
        return known == "hash"

    answer = world.desk.sign_in(
        email=SOFIE.email, password_fits=reset, step_of=lambda _: 1, token="token", now=world.now
    )
    assert answer == SignInRefused()


def test_only_the_operator_keeps_staff(world: World) -> None:
    for by in (SUPPORT, THE_DOCTOR):
        assert isinstance(world.desk.add_staff_member(member=SOFIE, by=by, now=world.now), NotYours)
        assert isinstance(
            world.desk.disable_staff_member(id=SOFIE.id, by=by, now=world.now), NotYours
        )
        assert isinstance(world.desk.show_staff(by=by), NotYours)
        assert isinstance(
            world.desk.reset_staff_member(
                id=SOFIE.id, password_hash="x", totp_secret="y", by=by, now=world.now
            ),
            NotYours,
        )
    assert world.desk.show_staff(by=OPERATOR) == ()


def test_everybody_has_an_id_and_an_address_of_his_own(world: World) -> None:
    add(world)
    for id, email in (("sofie", "other@example.org"), ("other", "SOFIE@example.org")):
        again = StaffMember(StaffId(id), Role.OPERATOR, email, "hash", "secret")
        refused = world.desk.add_staff_member(member=again, by=OPERATOR, now=world.now)
        assert refused == StaffKnown(id="sofie", email="sofie@example.org")
    assert world.desk.show_staff(by=OPERATOR) == (SOFIE,)


@pytest.mark.parametrize(("id", "there"), [("dupont", True), ("nobody", False)])
def test_a_practitioner_is_one_of_the_clinics(world: World, id: str, there: bool) -> None:
    doctor = StaffMember(
        StaffId("claire"), Role.PRACTITIONER, "c@example.org", "hash", "secret", PractitionerId(id)
    )
    added = world.desk.add_staff_member(member=doctor, by=OPERATOR, now=world.now)
    assert isinstance(added, StaffMember) is there
    if there:
        come(world, email="c@example.org")
        assert who(world) == THE_DOCTOR


def test_nobody_unknown_is_disabled_or_reset(world: World) -> None:
    nobody = StaffId("nobody")
    assert isinstance(
        world.desk.disable_staff_member(id=nobody, by=OPERATOR, now=world.now), NotFound
    )
    assert isinstance(
        world.desk.reset_staff_member(
            id=nobody, password_hash="x", totp_secret="y", by=OPERATOR, now=world.now
        ),
        NotFound,
    )


# --- sessions ------------------------------------------------------------------------------------


def test_a_session_in_use_goes_on_for_twelve_hours_and_an_idle_one_ends(world: World) -> None:
    add(world)
    come(world)
    for _ in range(12 * 4 - 1):
        world.clock.forward(15 * MINUTE)
        assert who(world) is not None
    world.clock.forward(15 * MINUTE)
    assert who(world) is None
    come(world, step=2, token="next")
    world.clock.forward(STAFF_IDLE)
    assert who(world, "next") is None


def test_who_signs_out_is_out_here_or_everywhere(world: World) -> None:
    add(world)
    for step in range(1, 4):
        come(world, step=step, token=str(step))
    world.desk.end_session(token="1", now=world.now)
    world.desk.end_session(token="1", now=world.now)
    assert [who(world, str(step)) is None for step in (1, 2, 3)] == [True, False, False]
    assert isinstance(world.desk.end_all_sessions(token="1", now=world.now), NotSignedIn)
    assert world.desk.end_all_sessions(token="2", now=world.now) is None
    assert [who(world, str(step)) is None for step in (1, 2, 3)] == [True, True, True]
    assert audit(world)[-2:] == [("sign out", ""), ("sign out everywhere", "")]


# --- patients ------------------------------------------------------------------------------------

ANN_AGAIN = Patient(PatientId("ann-2"), "Ann P.", "+32475000001", "Ann@Example.org", "nl")


def enter(world: World, patient: Patient, id: str, days: int = 0) -> None:
    world.desk.enter(
        id=AppointmentId(id), practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO,
        start=THURSDAY_10 + timedelta(days=days), patient=patient, card_required=False,
        now=world.now,
    )  # fmt: skip


def ask(world: World, email: str = "ANN@example.org", id: str = "1") -> str:
    """The token of the letter that went, if one went."""
    before = len(world.letters.sent)
    world.desk.ask_sign_in_link(
        id=LinkId(f"sign-in:{id}"), email=email, browser="browser", now=world.now
    )
    world.desk.deliver_due_messages(now=world.now)
    new = [one for one in world.letters.sent[before:] if "/account/" in one.content.text]
    return new[-1].content.text.split("/account/")[1].split()[0] if new else ""


def take(world: World, token: str, browser: str = "browser") -> Session | LinkDead | OtherBrowser:
    return world.desk.take_sign_in_link(token=token, browser=browser, session="hers", now=world.now)


def account(world: World) -> Account | NotSignedIn:
    return world.desk.show_account(token="hers", now=world.now)


def test_a_link_opens_everything_under_its_address_once(world: World) -> None:
    enter(world, ANN, "a1")
    enter(world, BOB, "b1", days=7)
    enter(world, ANN_AGAIN, "a2", days=14)
    token = ask(world)
    assert isinstance(take(world, token), Session)
    assert take(world, token) == LinkDead()
    found = account(world)
    assert isinstance(found, Account)
    assert [one.id for one in found.patients] == ["ann", "ann-2"]
    assert [one.terms.id for one, _ in found.appointments] == ["a1", "a2"]
    assert {name for _, name in found.appointments} != {""}
    assert who(world, "hers") == patient_actor(ANN_AGAIN.id)
    assert audit(world, "ann-2")[-2:] == [("ask for sign-in link", ""), ("sign in", "")]


def test_nobody_learns_whether_an_address_is_known(world: World) -> None:
    enter(world, ANN, "a1")
    answers = {
        world.desk.ask_sign_in_link(
            id=LinkId(f"sign-in:{number}"), email=email, browser="browser", now=world.now
        )
        for number, email in enumerate(("ann@example.org", "nobody@example.org", "", "\x00"))
    }
    assert len(answers) == 1
    world.desk.deliver_due_messages(now=world.now)
    assert ask(world, "nobody@example.org", "unknown") == ""
    with world.store.open_work(writing=False) as work:
        token = world.desk.tokens.token(LinkId("sign-in:1"))
        assert work.sign_in_links.by_hash(hash_token(token)) is not None
    assert take(world, token) == LinkDead()


def test_a_link_works_in_the_browser_that_asked_only(world: World) -> None:
    enter(world, ANN, "a1")
    token = ask(world)
    assert take(world, token, "elsewhere") == OtherBrowser()
    assert isinstance(take(world, token), Session)


def test_a_link_is_dead_after_ten_minutes_and_its_letter_goes_no_more(world: World) -> None:
    enter(world, ANN, "a1")
    token = ask(world)
    world.desk.ask_sign_in_link(
        id=LinkId("sign-in:2"), email=ANN.email, browser="browser", now=world.now
    )
    world.clock.forward(LINK_LIVES)
    assert take(world, token) == LinkDead()
    sent = len(world.letters.sent)
    world.desk.deliver_due_messages(now=world.now)
    assert len(world.letters.sent) == sent
    assert take(world, "a guess") == LinkDead()


def test_at_most_five_letters_go_to_one_address_in_ten_minutes(world: World) -> None:
    enter(world, ANN, "a1")
    went = [ask(world, id=str(number)) != "" for number in range(MOST_LINKS + 2)]
    assert went == [True] * MOST_LINKS + [False] * 2
    world.clock.forward(LINK_LIVES + MINUTE)
    assert ask(world, id="later")


def test_who_only_waits_has_an_account_too(world: World) -> None:
    with world.store.open_work() as work:
        work.patients.put(BOB)
        work.commit()
    token = ask(world, BOB.email)
    assert isinstance(take(world, token), Session)


def test_an_account_goes_when_the_last_of_its_patients_is_erased(world: World) -> None:
    for patient in (ANN, ANN_AGAIN):
        with world.store.open_work() as work:
            work.patients.put(patient)
            work.commit()
    take(world, ask(world))
    late = ask(world, id="late")
    for patient, left in ((ANN, True), (ANN_AGAIN, False)):
        erased = world.desk.erase_patient(
            patient=patient.id, by=patient_actor(patient.id), now=world.now
        )
        assert isinstance(erased, ErasedPatient)
        assert isinstance(account(world), Account) is left
    assert take(world, late) == LinkDead()


def test_he_is_written_to_in_the_language_he_chooses(world: World) -> None:
    enter(world, ANN, "a1")
    enter(world, ANN_AGAIN, "a2", days=7)
    take(world, ask(world))
    chosen = world.desk.choose_language(token="hers", language="fr", now=world.now)
    assert not isinstance(chosen, NotSignedIn)
    assert [one.language for one in chosen] == ["fr", "fr"]
    found = account(world)
    assert isinstance(found, Account)
    assert found.patients == chosen
    assert isinstance(
        world.desk.choose_language(token="guess", language="fr", now=world.now), NotSignedIn
    )


def test_staff_has_no_account(world: World) -> None:
    add(world)
    come(world)
    assert isinstance(world.desk.show_account(token="token", now=world.now), NotSignedIn)


def test_all_of_an_account_are_signed_out_together(world: World) -> None:
    enter(world, ANN, "a1")
    take(world, ask(world))
    assert world.desk.end_all_sessions(token="hers", now=world.now) is None
    assert isinstance(account(world), NotSignedIn)


def test_what_is_over_is_forgotten_and_what_lives_is_in_the_export(world: World) -> None:
    enter(world, ANN, "a1")
    token = ask(world)
    take(world, token)
    actor = patient_actor(ANN.id)
    file = world.desk.export_patient(patient=ANN.id, by=actor, now=world.now)
    assert isinstance(file, PatientFile)
    assert [one.email for one in file.sessions] == ["ann@example.org"]
    world.clock.forward(PATIENT_LONGEST + MINUTE)
    world.desk.apply_retention(by=OPERATOR, now=world.now)
    with world.store.open_work(writing=False) as work:
        assert work.sign_in_links.by_hash(hash_token(token)) is None
        assert list(work.sessions.of(actor)) == []
