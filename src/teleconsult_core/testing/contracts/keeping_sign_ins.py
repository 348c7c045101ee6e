"""Staff, passkeys, sessions, links, patients by their address. Part of the store's contract."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from teleconsult_core.ids import LinkId, PasskeyId, PatientId, PractitionerId, StaffId
from teleconsult_core.links import hash_token
from teleconsult_core.passkeys import Challenge, Passkey
from teleconsult_core.people import Actor, ErasedPatient, Role
from teleconsult_core.sign_ins import Session, SignInLink, StaffMember
from teleconsult_core.testing import strategies as some
from teleconsult_core.testing.builders import (
    BOOKED_AT,
    PRACTITIONER,
    START,
    a_challenge,
    a_passkey,
    a_patient,
    a_session,
    a_sign_in_link,
    a_staff_member,
)
from teleconsult_core.testing.contracts.store_under_test import LAW, StoreUnderTest

MINUTE = timedelta(minutes=1)
HERS = Actor(Role.PATIENT, "p-1")


class SignInsContract(StoreUnderTest):
    def test_staff_is_found_by_id_and_by_address_in_any_case(self) -> None:
        doctor = a_staff_member(
            id=StaffId("anne"), role=Role.PRACTITIONER, practitioner=PractitionerId(PRACTITIONER),
            email="Anne@Example.org", last_step=61_000_000, failures=7, locked_until=START,
            active=False,
        )  # fmt: skip
        for _ in range(2):
            with self.writing() as work:
                work.staff.put(a_staff_member())
                work.staff.put(doctor)
        with self.reading() as work:
            assert list(work.staff.every()) == [doctor, a_staff_member()]
            assert work.staff.get(StaffId("anne")) == doctor
            assert work.staff.by_email("anne@EXAMPLE.org") == doctor
            assert work.staff.get(StaffId("nobody")) is None
            assert work.staff.by_email("nobody@example.org") is None

    def test_a_session_is_found_by_its_hash_and_ends_by_itself_or_with_the_others(self) -> None:
        here, there = a_session(), a_session(token_hash=hash_token("there"), made_at=START)
        account = a_session(token_hash=hash_token("account"), actor=HERS, email="Ann@example.org")
        with self.writing() as work:
            for one in (there, here, account):
                work.sessions.put(one)
            work.sessions.put(here.seen(START))
        with self.reading() as work:
            assert work.sessions.get(here.token_hash) == here.seen(START)
            assert work.sessions.get("session") is None
            assert list(work.sessions.of(here.actor)) == [here.seen(START), there]
            assert list(work.sessions.of(HERS)) == [account]
            assert list(work.sessions.of_account("ANN@example.org")) == [account]
            assert list(work.sessions.of_account("")) == []
        with self.writing() as work:
            work.sessions.remove(here.token_hash)
        with self.writing() as work:
            assert list(work.sessions.of(here.actor)) == [there]
            work.sessions.remove(there.token_hash)
        with self.writing() as work:
            assert list(work.sessions.of(here.actor)) == []
            assert list(work.sessions.of(HERS)) == [account]
            work.sessions.remove_account("other@example.org")
            work.sessions.remove_account("ann@EXAMPLE.org")
        with self.reading() as work:
            assert list(work.sessions.of(HERS)) == []

    def test_passkeys_are_found_by_id_and_by_whose_they_are(self) -> None:
        first, later = a_passkey(), a_passkey(id=PasskeyId("a-key"), made_at=START, used_at=START)
        other = a_passkey(id=PasskeyId("key-3"), staff=StaffId("claire"))
        with self.writing() as work:
            for one in (later, first, other):
                work.passkeys.put(one)
            work.passkeys.put(first.used(2**32 - 1, START))
        with self.reading() as work:
            assert work.passkeys.get(later.id) == later
            assert work.passkeys.get(PasskeyId("nobodys")) is None
            assert list(work.passkeys.of(first.staff)) == [first.used(2**32 - 1, START), later]
        with self.writing() as work:
            work.passkeys.remove(later.id)
        with self.writing() as work:
            assert [one.id for one in work.passkeys.of(first.staff)] == [first.id]
            work.passkeys.remove_of(first.staff)
        with self.reading() as work:
            assert list(work.passkeys.of(first.staff)) == []
            assert list(work.passkeys.of(other.staff)) == [other]

    def test_a_challenge_is_there_until_it_is_taken_or_old(self) -> None:
        mine = a_challenge(hash="mine", staff=StaffId("sofie"))
        late = a_challenge(hash="late", made_at=START)
        with self.writing() as work:
            for one in (mine, late, a_challenge()):
                work.challenges.put(one)
        with self.writing() as work:
            assert work.challenges.get("mine") == mine
            assert work.challenges.get("nobodys") is None
            work.challenges.remove("mine")
        with self.writing() as work:
            assert work.challenges.get("mine") is None
            assert work.challenges.forget(START) == 1
        with self.reading() as work:
            assert work.challenges.get(a_challenge().hash) is None
            assert work.challenges.get("late") == late

    def test_old_sessions_and_links_are_forgotten(self) -> None:
        with self.writing() as work:
            for minutes in range(3):
                begun = BOOKED_AT + minutes * MINUTE
                work.sessions.put(a_session(token_hash=str(minutes), made_at=begun))
                made = LinkId(f"sign-in:{minutes}")
                work.sign_in_links.put(
                    a_sign_in_link(id=made, token_hash=str(minutes), made_at=begun)
                )
        with self.writing() as work:
            assert work.sessions.forget(BOOKED_AT + MINUTE) == 1
            assert work.sign_in_links.forget(BOOKED_AT + 2 * MINUTE) == 2
        with self.reading() as work:
            left = [work.sessions.get(str(number)) for number in range(3)]
            assert [one is None for one in left] == [True, False, False]
            links = [work.sign_in_links.by_hash(str(number)) for number in range(3)]
            assert [one is None for one in links] == [True, True, False]

    def test_a_link_is_found_by_its_hash_and_counted_by_its_address(self) -> None:
        other = a_sign_in_link(
            id=LinkId("sign-in:2"), token_hash="second", made_at=START, used_at=START + MINUTE
        )
        with self.writing() as work:
            work.sign_in_links.put(other)
            work.sign_in_links.put(a_sign_in_link())
        with self.reading() as work:
            assert work.sign_in_links.by_hash("second") == other
            assert work.sign_in_links.get(a_sign_in_link().id) == a_sign_in_link()
            assert work.sign_in_links.by_hash("third") is None
            assert work.sign_in_links.asked("ANN@example.org", BOOKED_AT) == 2
            assert work.sign_in_links.asked("ann@example.org", BOOKED_AT + MINUTE) == 1
            assert work.sign_in_links.asked("bob@example.org", BOOKED_AT) == 0
        with self.writing() as work:
            work.sign_in_links.remove_account("Ann@example.org")
        with self.reading() as work:
            assert work.sign_in_links.asked("ann@example.org", BOOKED_AT) == 0

    def test_patients_are_found_by_their_address_whatever_its_case(self) -> None:
        mine = [
            a_patient(id="a", email="Zoë.N@Example.org"),
            a_patient(id="b", email="zoë.n@example.org"),
        ]
        with self.writing() as work:
            for one in (*reversed(mine), a_patient(id="c", email="oe.n@example.org")):
                work.patients.put(one)
            work.patients.put(ErasedPatient(PatientId("d"), BOOKED_AT))
        with self.reading() as work:
            assert list(work.patients.with_email("ZOË.n@example.ORG")) == mine
            assert list(work.patients.with_email("nobody@example.org")) == []
            assert list(work.patients.with_email("")) == []

    @LAW
    @given(some.passkeys(), some.challenges())
    def test_what_is_kept_of_a_device_is_given_back_as_it_was(
        self, passkey: Passkey, challenge: Challenge
    ) -> None:
        with self.open_work() as work:  # and left without a trace
            work.passkeys.put(passkey)
            assert work.passkeys.get(passkey.id) == passkey
            assert list(work.passkeys.of(passkey.staff)) == [passkey]
            work.challenges.put(challenge)
            assert work.challenges.get(challenge.hash) == challenge

    @LAW
    @given(some.staff_members(), some.sessions(), some.sign_in_links())
    def test_any_of_them_is_given_back_as_it_was(
        self, member: StaffMember, session: Session, link: SignInLink
    ) -> None:
        with self.open_work() as work:  # and left without a trace
            work.staff.put(member)
            assert work.staff.get(member.id) == member
            assert work.staff.by_email(member.email.upper()) == member
            work.sessions.put(session)
            assert work.sessions.get(session.token_hash) == session
            assert list(work.sessions.of(session.actor)) == [session]
            work.sign_in_links.put(link)
            assert work.sign_in_links.get(link.id) == link
            assert work.sign_in_links.by_hash(link.token_hash) == link
            assert work.sign_in_links.asked(link.email, link.made_at) == 1
