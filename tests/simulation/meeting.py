"""What happens around the start: authorize again, join, leave, decide, rate, refund, dispute.

One script per confirmed appointment and side. Both read the agenda again before they act, so that
a move or a cancellation in between is met as in life.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import define

from simulation.broken import Broken
from simulation.patients import CARDS, JOIN_LINK
from simulation.world import World
from teleconsult_core.appointments import Completed, Confirmed
from teleconsult_core.consents import Consent
from teleconsult_core.ids import AppointmentId, CardToken, PatientId, RefundId
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import LinkDead
from teleconsult_core.slots import Mode

SUPPORT = Actor(Role.SUPPORT, "sofie")
STRANGER = Actor(Role.PATIENT, PatientId("nobody"))
EARLY = timedelta(minutes=12)
STAYS = tuple(timedelta(minutes=m) for m in (12, 5, 25, 40))
NOT_FOUND = {"not-found", "link-dead", "wrong-state", "not-yours"}


@define
class Meeting:
    """Both sides of one appointment."""

    world: World
    id: AppointmentId

    @property
    def stream(self) -> str:
        return f"meeting {self.id}"

    def chance(self, k: int) -> bool:
        return self.world.choices.one_in(k, self.stream)

    def pick(self, these: Any) -> Any:
        return self.world.choices.pick(these, self.stream)

    def begins(self) -> None:
        """Wait for the time, wherever it was moved to; then let both sides come."""
        while True:
            found = self.world.appointment(self.id)
            if not isinstance(found, Confirmed):
                return
            if found.terms.start - EARLY <= self.world.timeline.now:
                break
            self.comes_too_early(found)
            self.world.until(found.terms.start - EARLY)
        if found.terms.start < self.world.timeline.now:
            return
        if found.terms.mode is Mode.IN_PERSON:
            self.world.until(found.terms.end)
            self.decides(came=True)
            return
        comes = self.pick(("both",) * 8 + ("patient", "practitioner", "nobody", "trouble"))
        now = self.world.timeline.now
        self.world.person(now, self.patient, comes in {"both", "patient"}, comes == "trouble")
        self.world.person(now, self.practitioner, comes not in {"patient", "nobody"})

    def comes_too_early(self, found: Confirmed) -> None:
        """Now and then somebody tries the door long before it opens."""
        by = Actor(Role.PATIENT, found.terms.patient)
        if self.chance(6):
            self.world.ask(self.stream, self._enters(by, "early"))

    # --- the patient -----------------------------------------------------------------------------

    def patient(self, comes: bool, trouble: bool) -> None:
        found = self.world.appointment(self.id)
        if not isinstance(found, Confirmed) or not (comes or trouble):
            return
        me = Actor(Role.PATIENT, found.terms.patient)
        self.authorizes_again(found)
        self.a_stranger_tries()
        desk, late = self.world.desk, self.pick((0, 0, 3, 14, 20))
        self.world.until(found.terms.start + timedelta(minutes=late - 2))
        stream = f"patient of {self.id}"
        if trouble:
            self.world.insist(
                stream,
                lambda now: desk.report_trouble(appointment=self.id, by=me, device="p", now=now),
            )
            return
        joined = self.world.insist(stream, self._enters(me, "phone"))
        if self.chance(8):  # another device
            self.world.insist(stream, self._enters(me, "laptop"))
        self.world.until(found.terms.start + timedelta(minutes=late) + self.pick(STAYS))
        if type(joined).__name__ == "Joined":
            self.world.insist(
                stream, lambda now: desk.leave(appointment=self.id, by=me, device="phone", now=now)
            )
        elif self.chance(2) or late == 20:
            self.world.insist(
                stream,
                lambda now: desk.report_absent_practitioner(appointment=self.id, by=me, now=now),
            )

    def _enters(self, me: Actor, device: str) -> Any:
        """By the newest link in a reminder if there is one, or from the account."""
        desk = self.world.desk
        links = self.joins_of(me) if self.chance(2) else []
        if links:
            return lambda now: desk.join_by_link(token=links[-1], device=device, now=now)
        return lambda now: desk.join(appointment=self.id, by=me, device=device, now=now)

    def joins_of(self, me: Actor) -> list[str]:
        number = me.id.removeprefix("p")
        inbox = self.world.phone.inbox.get(f"+3247{int(number):07}", [])
        return [match for text in inbox[-3:] for match in JOIN_LINK.findall(text)]

    def authorizes_again(self, found: Confirmed) -> None:
        if not found.terms.card_required or self.chance(12):
            return
        desk, card = self.world.desk, CardToken(self.pick(CARDS))
        now = self.world.timeline.now
        consent = Consent(found.terms.fee, "2027-01", "en", "I agree again.", now)

        def again(now: Any) -> Any:
            return desk.reauthorize(appointment=self.id, card=card, consent=consent, now=now)

        stream = f"patient of {self.id}"
        if self.chance(12):
            self.world.both_at_once(stream, again)
        step = self.world.insist(stream, again)
        ref = getattr(getattr(step, "hold", None), "ref", None)
        if type(step).__name__ == "PatientNeeded" and ref is not None and not self.chance(4):
            self.world.network.authenticate(ref)
            self.world.insist(
                stream, lambda now: desk.check_card_step(appointment=self.id, now=now)
            )

    def a_stranger_tries(self) -> None:
        """Somebody who knows the appointment's id, and old links: he learns and gets nothing."""
        desk, stream = self.world.desk, f"stranger {self.id}"
        if not self.chance(4):
            return
        self.tries_old_links()
        for by in (STRANGER, SUPPORT, Actor(Role.PRACTITIONER, "dr-99")):
            answer = self.world.ask(
                stream, lambda now, by=by: desk.join(
                    appointment=self.id, by=by, device="s", now=now
                )
            )  # fmt: skip
            code = getattr(answer, "code", "")
            said_no = code in NOT_FOUND | {"temporary-trouble", ""}
            if not said_no or type(answer).__name__ == "Joined":
                raise Broken("stranger", f"{by.id} asks to join {self.id}: {answer}")
        answer = self.world.ask(
            stream, lambda now: desk.join_by_link(token="guessed" * 6, device="s", now=now)
        )
        if type(answer).__name__ == "Joined":
            raise Broken("stranger", f"a guessed link opens {answer}")

    def tries_old_links(self) -> None:
        """A link of the time before a move, or one that was replaced, opens nothing."""
        found, desk = self.world.appointment(self.id), self.world.desk
        if found is None:
            return
        for link in list(self.world.safety.links.values()):
            dead = link.sequence != found.terms.sequence or link.revoked_at is not None
            if link.appointment == self.id and dead:
                opened = desk.open_link(
                    token=desk.tokens.token(link.id), purpose=link.purpose,
                    now=self.world.timeline.now,
                )  # fmt: skip
                if not isinstance(opened, LinkDead):
                    raise Broken("old link", f"{link.id} still opens {self.id}")

    # --- the practitioner ------------------------------------------------------------------------

    def practitioner(self, there: bool) -> None:
        found = self.world.appointment(self.id)
        if not isinstance(found, Confirmed):
            return
        me = Actor(Role.PRACTITIONER, found.terms.practitioner)
        stream, desk = f"practitioner of {self.id}", self.world.desk
        if there:
            self.world.until(found.terms.start - timedelta(minutes=1))
            self.world.insist(
                stream, lambda now: desk.join(appointment=self.id, by=me, device="d", now=now)
            )
            self.world.until(found.terms.end + timedelta(minutes=self.pick((0, 30, 1500))))
            self.decides(came=True)
        else:
            self.world.until(found.terms.end + timedelta(minutes=90))
            self.decides(came=False)

    def decides(self, *, came: bool) -> None:
        """What it costs: the fee, half, nothing; a no-show billed or waived; or never a word."""
        found = self.world.appointment(self.id)
        if not isinstance(found, Confirmed) or self.chance(12):
            return
        me = Actor(Role.PRACTITIONER, found.terms.practitioner)
        fee = found.terms.fee if found.terms.card_required else Money(0, "EUR")
        amount = Money(fee.minor * self.pick((2, 2, 1, 0, 4)) // 2, "EUR")
        stream, desk = f"practitioner of {self.id}", self.world.desk

        def complete(now: Any) -> Any:
            return desk.complete(appointment=self.id, amount=amount, by=me, now=now)

        if self.chance(10):
            self.world.both_at_once(stream, complete)
        answer = self.world.insist(stream, complete)
        if isinstance(answer, Completed):
            self.afterwards(found)
            return
        charge = Money(min(amount.minor, fee.minor), "EUR") if came else Money(0, "EUR")
        self.world.insist(
            stream,
            lambda now: desk.mark_no_show(appointment=self.id, amount=charge, by=me, now=now),
        )

    # --- afterwards ------------------------------------------------------------------------------

    def afterwards(self, found: Confirmed) -> None:
        desk, patient = self.world.desk, Actor(Role.PATIENT, found.terms.patient)
        if self.chance(3):
            stars = 1 + self.world.choices.n(5, self.stream)
            self.world.insist(
                self.stream,
                lambda now: desk.rate(appointment=self.id, stars=stars, by=patient, now=now),
            )
        if self.chance(6):
            self.world.timeline.pause(timedelta(hours=5))
            self.refunds()
        if self.chance(15):
            self.disputes()

    def refunds(self) -> None:
        """In one or two parts, each said again now and then."""
        for part in range(1 + self.world.choices.n(2, self.stream)):
            amount = Money(self.pick((10_00, 22_50, 45_00)), "EUR")
            id = RefundId(f"r{part}")

            def refund(now: Any, id: RefundId = id, amount: Money = amount) -> Any:
                return self.world.desk.refund(
                    id=id, appointment=self.id, amount=amount, reason="it failed", by=SUPPORT,
                    now=now,
                )  # fmt: skip

            if self.chance(5):
                self.world.both_at_once(self.stream, refund)
            self.world.insist(self.stream, refund)

    def disputes(self) -> None:
        """The cardholder asks his bank, and the bank decides."""
        captured = self.world.safety.money.captures.get(self.id)
        if captured is None:
            return
        self.world.network.dispute(captured.ref)
        self.world.timeline.pause(timedelta(hours=30))
        self.world.network.decide_dispute(captured.ref, won=self.chance(2))
