"""Staff's own access: the password changed, sessions seen and ended, passkeys made and used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from teleconsult_core.ids import LinkId, PasskeyId, PractitionerId, StaffId
from teleconsult_core.passkeys import CHALLENGE_LIVES, MOST_PASSKEYS, Passkey
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import (
    NotFound,
    NotSignedIn,
    PasskeyRefused,
    SignInRefused,
    TooManyPasskeys,
)
from teleconsult_core.sign_ins import (
    FREE_TRIES,
    MOST_SESSIONS,
    STAFF_IDLE,
    Session,
    StaffMember,
)
from teleconsult_core.use_cases.keep_passkeys import NewKey
from teleconsult_core.use_cases.own_access import OwnAccess
from world import ANN, OPERATOR, World

SOFIE = StaffMember(StaffId("sofie"), Role.SUPPORT, "sofie@example.org", "hash", "secret")
MINUTE = timedelta(minutes=1)
PHONE = NewKey(PasskeyId("phone"), "public", 0)


@pytest.fixture
def world(world: World) -> World:
    """Sofie is there, and signed in under "here"."""
    world.desk.add_staff_member(member=SOFIE, by=OPERATOR, now=world.now)
    come(world, "here", 1)
    return world


def come(world: World, token: str, step: int, email: str = SOFIE.email) -> None:
    session = world.desk.sign_in(
        email=email, password_fits=lambda known: known == "hash",
        step_of=lambda _: step, token=token, now=world.now,
    )  # fmt: skip
    assert isinstance(session, Session)


def change(
    world: World, token: str = "here", *, password: str = "hash", step: int | None = 2
) -> Session | NotSignedIn | SignInRefused:
    return world.desk.change_own_password(
        token=token,
        password_fits=lambda known: known == password,
        step_of=lambda _: step,
        password_hash="new",
        fresh="fresh",
        now=world.now,
    )


def end(
    world: World, name: str, password: str = "hash", token: str = "here"
) -> NotFound | NotSignedIn | SignInRefused | None:
    return world.desk.end_own_session(
        token=token, name=name, password_fits=lambda known: known == password, now=world.now
    )


def begin(
    world: World,
    step: int = 2,
    token: str = "here",
    fresh: str = "here",
    password: str = "hash",
    challenge: str = "challenge",
) -> Session | NotSignedIn | SignInRefused | TooManyPasskeys:
    return world.desk.begin_passkey(
        token=token,
        password_fits=lambda known: known == password,
        step_of=lambda _: step,
        challenge=challenge,
        fresh=fresh,
        now=world.now,
    )


def add(
    world: World, key: NewKey | None = PHONE, challenge: str = "challenge", token: str = "here"
) -> Passkey | NotSignedIn | PasskeyRefused:
    return world.desk.add_passkey(
        token=token, challenge=challenge, name="Phone", made=lambda: key, now=world.now
    )


def remove(
    world: World, id: str = "phone", step: int = 9
) -> Session | NotFound | NotSignedIn | SignInRefused:
    return world.desk.remove_passkey(
        token="here", passkey=PasskeyId(id), password_fits=lambda known: known == "hash",
        step_of=lambda _: step, fresh="fresh", now=world.now,
    )  # fmt: skip


def touch(
    world: World, uses: int | None = 0, *, id: str = "phone", asked: bool = True,
    challenge: str = "question", token: str = "by key",
) -> Session | SignInRefused:  # fmt: skip
    if asked:
        world.desk.ask_passkey(challenge="question", now=world.now)
    return world.desk.sign_in_by_passkey(
        challenge=challenge, passkey=PasskeyId(id), uses_in=lambda _: uses, token=token,
        now=world.now,
    )  # fmt: skip


def access(world: World, token: str = "here") -> OwnAccess:
    found = world.desk.show_own_access(token=token, now=world.now)
    assert isinstance(found, OwnAccess)
    return found


def inside(world: World, *tokens: str) -> list[str]:
    return [
        one
        for one in tokens
        if isinstance(world.desk.open_session(token=one, now=world.now), Session)
    ]


def audit(world: World) -> list[tuple[str, str]]:
    with world.store.open_work(writing=False) as work:
        return [(one.action, one.detail) for one in work.audit.of_subject("sofie")]


# --- the password --------------------------------------------------------------------------------


def test_a_new_password_ends_every_session_and_begins_one(world: World) -> None:
    come(world, "there", 2)
    assert isinstance(change(world, step=3), Session)
    assert inside(world, "here", "there", "fresh") == ["fresh"]
    assert access(world, "fresh").member.password_hash == "new"
    assert audit(world)[-1] == ("change password", "")


def test_the_present_password_and_a_code_are_asked_for(world: World) -> None:
    assert change(world, password="guess") == SignInRefused()
    assert change(world, step=None) == SignInRefused()
    assert change(world, step=1) == SignInRefused()  # the code he came in with
    assert access(world).member.password_hash == "hash"
    assert [detail for _, detail in audit(world)[-3:]] == ["password", "code", "code"]


def test_tries_are_counted_as_those_of_signing_in(world: World) -> None:
    for _ in range(FREE_TRIES):
        change(world, password="guess")
    assert change(world) == SignInRefused()
    assert audit(world)[-1] == ("sign-in failed", "locked")
    world.clock.forward(MINUTE)
    assert isinstance(change(world), Session)


def test_whoever_is_out_changes_nothing(world: World) -> None:
    assert change(world, "a guess") == NotSignedIn()
    world.clock.forward(STAFF_IDLE)
    assert change(world) == NotSignedIn()


def test_who_is_signed_out_while_his_password_is_compared_changes_nothing(world: World) -> None:
    def leave(known: str | None) -> bool:
        world.desk.end_session(token="here", now=world.now)
        return known == "hash"

    answer = world.desk.change_own_password(
        token="here", password_fits=leave, step_of=lambda _: 2, password_hash="new",
        fresh="fresh", now=world.now,
    )  # fmt: skip
    assert answer == NotSignedIn()
    assert inside(world, "fresh") == []
    with world.store.open_work(writing=False) as work:
        assert work.staff.every()[0].password_hash == "hash"


def test_a_patient_has_no_such_access(world: World) -> None:
    with world.store.open_work() as work:
        work.patients.put(ANN)
        work.commit()
    id = LinkId("sign-in:1")
    world.desk.ask_sign_in_link(id=id, email=ANN.email, browser="hers", now=world.now)
    world.desk.take_sign_in_link(
        token=world.desk.tokens.token(id), browser="hers", session="ann", now=world.now
    )
    assert inside(world, "ann") == ["ann"]
    assert world.desk.show_own_access(token="ann", now=world.now) == NotSignedIn()
    assert change(world, "ann") == NotSignedIn()


# --- sessions ------------------------------------------------------------------------------------


def test_he_sees_where_he_is_signed_in_and_ends_one(world: World) -> None:
    world.clock.forward(MINUTE)
    come(world, "there", 2)
    world.clock.forward(MINUTE)
    inside(world, "here")
    seen = access(world)
    assert [one.last_seen - one.made_at for one in seen.sessions] == [2 * MINUTE, 0 * MINUTE]
    assert seen.sessions[0].name == seen.here.name
    there = seen.sessions[1].name
    assert there not in {"there", seen.sessions[1].token_hash}
    assert end(world, there) is None
    assert inside(world, "here", "there") == ["here"]
    assert end(world, there) == NotFound(what="session", id=there)
    assert audit(world)[-1] == ("end session", "")


def test_ending_one_asks_for_the_password(world: World) -> None:
    come(world, "there", 2)
    (there,) = [one.name for one in access(world).sessions if one != access(world).here]
    for _ in range(FREE_TRIES):
        assert end(world, there, "guess") == SignInRefused()
    assert end(world, there) == SignInRefused()
    assert inside(world, "there") == ["there"]


def two_for_one(world: World) -> None:
    """The doctor and her secretary, who acts for her, are both signed in."""
    for id, token in (("claire", "doctor"), ("anne", "secretary")):
        member = StaffMember(
            StaffId(id), Role.PRACTITIONER, f"{id}@example.org", "hash", "secret",
            PractitionerId("dupont"),
        )  # fmt: skip
        world.desk.add_staff_member(member=member, by=OPERATOR, now=world.now)
        come(world, token, 1, member.email)


def test_two_who_act_for_one_practitioner_have_sessions_of_their_own(world: World) -> None:
    two_for_one(world)
    assert len(access(world, "doctor").sessions) == 1
    hers = access(world, "secretary").here.name
    assert end(world, hers, token="doctor") == NotFound(what="session", id=hers)
    assert isinstance(change(world, "doctor"), Session)
    assert inside(world, "doctor", "secretary", "here") == ["secretary", "here"]


def test_signing_out_everywhere_ends_nobody_elses_session(world: World) -> None:
    two_for_one(world)
    come(world, "secretary at home", 2, "anne@example.org")
    assert world.desk.end_all_sessions(token="secretary", now=world.now) is None
    assert inside(world, "doctor", "secretary", "secretary at home", "here") == ["doctor", "here"]


def test_only_who_is_disabled_or_reset_is_out(world: World) -> None:
    two_for_one(world)
    anne = StaffId("anne")
    world.desk.disable_staff_member(id=anne, by=OPERATOR, now=world.now)
    assert inside(world, "doctor", "secretary") == ["doctor"]
    for _ in range(2):
        world.desk.reset_staff_member(
            id=anne, password_hash="hash", totp_secret="other", by=OPERATOR, now=world.now
        )
        assert inside(world, "doctor", "again") == ["doctor"]
        come(world, "again", 1, "anne@example.org")
    assert inside(world, "doctor", "again") == ["doctor", "again"]


def test_nobody_has_more_than_five_sessions_at_once(world: World) -> None:
    tokens = ["here", *(f"session {number}" for number in range(2, MOST_SESSIONS + 2))]
    for step, token in enumerate(tokens[1:], 2):
        world.clock.forward(MINUTE)
        come(world, token, step)
        inside(world, "here")  # in use all the time
    assert inside(world, *tokens) == [tokens[0], *tokens[2:]]
    assert len(access(world).sessions) == MOST_SESSIONS
    assert ("sign out", "too many sessions") in audit(world)


def test_a_patient_has_no_more_than_five_either(world: World) -> None:
    with world.store.open_work() as work:
        work.patients.put(ANN)
        work.commit()
    for number in range(MOST_SESSIONS + 1):
        id = LinkId(f"sign-in:{number}")
        world.clock.forward(MINUTE)
        world.desk.ask_sign_in_link(id=id, email=ANN.email, browser="hers", now=world.now)
        world.desk.take_sign_in_link(
            token=world.desk.tokens.token(id), browser="hers", session=f"{number}", now=world.now
        )
    assert inside(world, *map(str, range(MOST_SESSIONS + 1))) == ["1", "2", "3", "4", "5"]


# --- passkeys ------------------------------------------------------------------------------------


def test_a_passkey_is_made_after_password_and_code_and_opens_alone(world: World) -> None:
    assert isinstance(begin(world, fresh="next"), Session)
    assert inside(world, "here", "next") == ["next"]
    made = add(world, token="next")
    assert made == Passkey(PHONE.id, SOFIE.id, "Phone", "public", 0, world.now)
    session = touch(world)
    assert isinstance(session, Session)
    assert session.actor == SOFIE.actor
    assert access(world, "by key").passkeys == (evolve(made, used_at=world.now),)
    assert audit(world)[-2:] == [("add passkey", ""), ("sign in", "passkey")]


def test_without_password_and_code_there_is_no_challenge(world: World) -> None:
    assert begin(world, password="guess") == SignInRefused()
    assert begin(world, step=1) == SignInRefused()
    assert begin(world, token="a guess") == NotSignedIn()
    assert add(world) == PasskeyRefused()


def test_a_challenge_makes_one_passkey_and_only_in_time(world: World) -> None:
    begin(world)
    world.clock.forward(CHALLENGE_LIVES)
    assert add(world) == PasskeyRefused()
    begin(world, step=3)
    assert add(world, None) == PasskeyRefused()
    assert add(world) == PasskeyRefused()
    begin(world, step=4)
    assert isinstance(add(world), Passkey)
    assert add(world) == PasskeyRefused()
    begin(world, step=5)
    assert add(world) == PasskeyRefused()  # the device has made this one before
    assert audit(world)[-1] == ("passkey refused", "")


def test_a_challenge_to_sign_in_makes_no_passkey_and_the_other_way_round(world: World) -> None:
    world.desk.ask_passkey(challenge="question", now=world.now)
    assert add(world, challenge="question") == PasskeyRefused()
    begin(world)
    add(world)
    begin(world, step=3)
    assert touch(world, asked=False, challenge="challenge") == SignInRefused()


def test_anothers_challenge_is_none(world: World) -> None:
    olga = StaffMember(StaffId("olga"), Role.OPERATOR, "olga@example.org", "hash", "secret")
    world.desk.add_staff_member(member=olga, by=OPERATOR, now=world.now)
    come(world, "olga", 1, olga.email)
    begin(world)
    assert add(world, token="olga") == PasskeyRefused()
    assert access(world, "olga").passkeys == ()


def test_there_is_a_most_of_passkeys(world: World) -> None:
    for number in range(MOST_PASSKEYS - 1):
        begin(world, step=2 + number)
        assert isinstance(add(world, evolve(PHONE, id=PasskeyId(f"key {number}"))), Passkey)
    begin(world, step=20)
    begin(world, step=21, challenge="second")
    assert isinstance(add(world), Passkey)
    assert add(world, evolve(PHONE, id=PasskeyId("one more")), "second") == PasskeyRefused()
    assert begin(world, step=22) == TooManyPasskeys(most=MOST_PASSKEYS)
    assert len(access(world).passkeys) == MOST_PASSKEYS


def test_a_question_is_answered_once_and_in_time(world: World) -> None:
    begin(world)
    add(world)
    assert isinstance(touch(world), Session)
    assert touch(world, asked=False) == SignInRefused()
    assert touch(world, challenge="never asked") == SignInRefused()
    world.desk.ask_passkey(challenge="question", now=world.now)
    world.clock.forward(CHALLENGE_LIVES)
    assert touch(world, asked=False) == SignInRefused()


def test_a_wrong_answer_uses_the_question_up(world: World) -> None:
    begin(world)
    add(world)
    assert touch(world, None) == SignInRefused()
    assert touch(world, asked=False) == SignInRefused()
    assert touch(world, id="nobodys") == SignInRefused()
    assert [detail for _, detail in audit(world)[-2:]] == ["passkey", "passkey"]


def test_a_device_that_counts_backwards_is_refused(world: World) -> None:
    begin(world)
    add(world, evolve(PHONE, uses=5))
    assert isinstance(touch(world, 6), Session)
    for uses in (6, 5, 0):
        assert touch(world, uses) == SignInRefused()
    assert audit(world)[-1] == ("sign-in failed", "passkey counts backwards")
    assert isinstance(touch(world, 7), Session)


def test_who_is_disabled_does_not_come_in_and_a_reset_takes_passkeys_away(world: World) -> None:
    begin(world)
    add(world)
    world.desk.disable_staff_member(id=SOFIE.id, by=OPERATOR, now=world.now)
    assert touch(world) == SignInRefused()
    world.desk.reset_staff_member(
        id=SOFIE.id, password_hash="hash", totp_secret="secret", by=OPERATOR, now=world.now
    )
    assert touch(world) == SignInRefused()
    come(world, "again", 9)
    assert access(world, "again").passkeys == ()


def test_whoever_guesses_passwords_keeps_no_passkey_out(world: World) -> None:
    begin(world)
    add(world)
    for _ in range(FREE_TRIES):
        change(world, password="guess")
    assert isinstance(touch(world), Session)
    assert change(world, "by key", step=8) == SignInRefused()


def test_a_passkey_that_is_removed_opens_nothing_and_all_sign_in_again(world: World) -> None:
    begin(world)
    add(world)
    touch(world)
    assert isinstance(remove(world), Session)
    assert inside(world, "here", "by key", "fresh") == ["fresh"]
    assert touch(world) == SignInRefused()
    assert access(world, "fresh").passkeys == ()
    assert audit(world)[-1] == ("remove passkey", "")


def test_nobody_removes_anothers_passkey(world: World) -> None:
    olga = StaffMember(StaffId("olga"), Role.OPERATOR, "olga@example.org", "hash", "secret")
    world.desk.add_staff_member(member=olga, by=OPERATOR, now=world.now)
    come(world, "olga", 1, olga.email)
    begin(world, step=2, token="olga", fresh="olga")
    assert isinstance(add(world, token="olga"), Passkey)
    for id in ("phone", "nothing"):
        assert remove(world, id, step=9 + len(id)) == NotFound(what="passkey", id=id)
    assert touch(world) != SignInRefused()
    assert inside(world, "here") == ["here"]


def test_old_challenges_are_forgotten(world: World) -> None:
    world.desk.ask_passkey(challenge="question", now=world.now)
    world.clock.forward(CHALLENGE_LIVES + MINUTE)
    world.desk.apply_retention(by=OPERATOR, now=world.now)
    with world.store.open_work() as work:
        assert work.challenges.forget(world.now) == 0


def test_a_session_says_whose_it_is(world: World) -> None:
    here = access(world).here
    assert (here.actor, here.staff) == (Actor(Role.SUPPORT, "sofie"), StaffId("sofie"))
