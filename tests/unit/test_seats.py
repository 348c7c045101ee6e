"""Whatever two people do with several devices: one living seat each, no talk without admission.

And whatever is told of it later is known as later.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from teleconsult_core.people import Role
from teleconsult_core.refusals import SeatTaken
from teleconsult_core.seats import LEASE, Seat, cannot_signal, lost, moment, take
from teleconsult_core.testing.builders import APPOINTMENT

NOON = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
ROLES = st.sampled_from([Role.PATIENT, Role.PRACTITIONER])
DEVICES = st.sampled_from(["phone", "tablet", "laptop"])


class WaitingRoom(RuleBasedStateMachine):
    """Every device believes that it sits from when it sat down until it leaves."""

    @initialize()
    def empty(self) -> None:
        self.now, self.sequence = NOON, 0
        self.seats: dict[Role, Seat] = {}
        self.believes: dict[tuple[Role, str], int] = {}
        """The epoch in which each device thinks it sits."""
        self.epochs: dict[Role, list[int]] = {Role.PATIENT: [], Role.PRACTITIONER: []}
        self.let_in: tuple[int, str] | None = None
        """The time for which, and the device by which, the patient was let in."""
        self.told: tuple[int, set[tuple[Role, int, bool]]] = (0, set())
        """What was said of the room after the last step, and which moment that was."""

    @rule(role=ROLES, device=DEVICES)
    def sits_down(self, role: Role, device: str) -> None:
        before = self.seats.get(role)
        seat = take(
            before, appointment=APPOINTMENT, sequence=self.sequence, role=role, device=device,
            now=self.now,
        )  # fmt: skip
        taken = before is not None and before.sequence == self.sequence and before.living(self.now)
        if isinstance(seat, SeatTaken):
            assert before is not None
            assert taken
            assert before.device != device
            assert seat.free_at == before.last_seen + LEASE > self.now
            return
        assert before is None or before.device == device or not taken
        self.epochs[role].append(seat.epoch)
        self.seats[role] = seat
        self.believes[role, device] = seat.epoch
        if role is Role.PATIENT and self.let_in != (self.sequence, device):
            self.let_in = None

    @rule(role=ROLES, device=DEVICES, late=st.sampled_from([0, 0, 1, 5]))
    def is_heard_of(self, role: Role, device: str, late: int) -> None:
        """So many seconds after it was said."""
        said = self.now - timedelta(seconds=late)
        epoch, seat = self.believes.get((role, device), 0), self.seats.get(role)
        if seat and lost(seat, sequence=self.sequence, epoch=epoch, now=said) is None:
            assert seat.device == device
            self.seats[role] = seat.seen(said)

    @rule(seconds=st.sampled_from([1, 5, 14, 15, 40]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def patient_is_let_in(self) -> None:
        seat = self.seats.get(Role.PATIENT)
        if seat and seat.sequence == self.sequence and seat.living(self.now):
            self.seats[Role.PATIENT] = seat.admitted(self.now)
            self.let_in = (self.sequence, seat.device)

    @rule(role=ROLES)
    def leaves(self, role: Role) -> None:
        if seat := self.seats.get(role):
            self.seats[role] = seat.left(self.now)

    @rule()
    def it_is_moved(self) -> None:
        self.sequence += 1

    @rule()
    def practitioner_ends_it(self) -> None:
        self.seats = {role: seat.closed(self.now) for role, seat in self.seats.items()}
        self.let_in = None

    def _sitting(self, role: Role) -> list[str]:
        """The devices whose heartbeat would be taken."""
        seat = self.seats.get(role)
        return [
            device
            for (of, device), epoch in self.believes.items()
            if of is role and not lost(seat, sequence=self.sequence, epoch=epoch, now=self.now)
        ]

    @invariant()
    def one_device_a_seat_and_no_epoch_twice(self) -> None:
        for role, given in self.epochs.items():
            assert len(self._sitting(role)) <= 1
            assert given == list(range(1, len(given) + 1))

    @invariant()
    def a_patient_is_admitted_exactly_if_this_device_was_let_in_for_this_time(self) -> None:
        patient = self.seats.get(Role.PATIENT)
        if patient is not None and patient.sequence == self.sequence:
            let_in = self.let_in == (self.sequence, patient.device)
            assert (patient.admitted_at is not None) == let_in

    @invariant()
    def nobody_talks_to_a_patient_who_was_not_let_in(self) -> None:
        doctor, patient = self.seats.get(Role.PRACTITIONER), self.seats.get(Role.PATIENT)
        for (role, device), epoch in self.believes.items():
            mine, other = (doctor, patient) if role is Role.PRACTITIONER else (patient, doctor)
            refused = cannot_signal(
                mine, other, sequence=self.sequence, epoch=epoch,
                to_epoch=other.epoch if other else 1, now=self.now,
            )  # fmt: skip
            both = bool(self._sitting(Role.PATIENT) and self._sitting(Role.PRACTITIONER))
            sits = device in self._sitting(role)
            let_in = patient is not None and self.let_in == (self.sequence, patient.device)
            assert (refused is None) == (both and sits and let_in)

    @invariant()
    def what_is_told_later_is_another_moment_exactly_if_somebody_came_or_went(self) -> None:
        sitting = {
            (role, seat.epoch, seat.admitted_at is not None)
            for role, seat in self.seats.items()
            if seat.sequence == self.sequence and seat.left_at is None
        }
        now = moment(self.seats.values(), sequence=self.sequence)
        before, sat = self.told
        assert now > before if sitting != sat else now == before
        self.told = now, sitting


TestWaitingRoom = WaitingRoom.TestCase
TestWaitingRoom.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
