"""Staff, passkeys, sessions and links to accounts. Part of the strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from teleconsult_core.ids import LinkId, PasskeyId, PractitionerId, StaffId
from teleconsult_core.passkeys import Challenge, Passkey
from teleconsult_core.people import Actor, Role
from teleconsult_core.sign_ins import Session, SignInLink, StaffMember
from teleconsult_core.testing.strategies.values import emails, ids, instants, maybe, texts


def hashes() -> st.SearchStrategy[str]:
    return st.text("0123456789abcdef", min_size=64, max_size=64)


@st.composite
def staff_members(draw: st.DrawFn) -> StaffMember:
    role = draw(st.sampled_from([Role.PRACTITIONER, Role.SUPPORT, Role.OPERATOR]))
    return StaffMember(
        id=StaffId(draw(ids())),
        role=role,
        email=draw(emails()),
        password_hash=draw(texts()),
        totp_secret=draw(texts()),
        practitioner=PractitionerId(draw(ids())) if role is Role.PRACTITIONER else None,
        last_step=draw(st.integers(0, 2**40)),
        failures=draw(st.integers(0, 2**31)),
        locked_until=draw(maybe(instants())),
        active=draw(st.booleans()),
    )


def sessions() -> st.SearchStrategy[Session]:
    return st.builds(
        Session,
        token_hash=hashes(),
        actor=st.builds(Actor, role=st.sampled_from(Role), id=ids()),
        made_at=instants(),
        last_seen=instants(),
        email=st.one_of(st.just(""), emails()),
        staff=maybe(ids().map(StaffId)),
    )


def passkeys() -> st.SearchStrategy[Passkey]:
    return st.builds(
        Passkey,
        id=ids().map(PasskeyId),
        staff=ids().map(StaffId),
        name=texts().map(lambda one: one[:60].strip() or "x"),
        public_key=texts(),
        uses=st.integers(0, 2**32 - 1),
        made_at=instants(),
        used_at=maybe(instants()),
    )


def challenges() -> st.SearchStrategy[Challenge]:
    return st.builds(Challenge, hash=hashes(), made_at=instants(), staff=maybe(ids().map(StaffId)))


def sign_in_links() -> st.SearchStrategy[SignInLink]:
    return st.builds(
        SignInLink,
        id=ids().map(LinkId),
        token_hash=hashes(),
        browser_hash=hashes(),
        email=emails(),
        made_at=instants(),
        used_at=maybe(instants()),
    )
