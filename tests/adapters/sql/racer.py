"""A process of its own that books: run as `python racer.py FILE NAME ROUNDS SEED [gap]`.

It waits for a line on its input, then asks for random stretches of one practitioner's day, and
prints how many it was given and how many it was refused with `SlotConflict`. With `stop` as fifth
argument it stops inside a work, after writing, and waits to be killed.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta

from teleconsult_core.appointments import Confirmed, Origin, Terms
from teleconsult_core.holds import CardHold, HoldState
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, VisitTypeId, hold_id
from teleconsult_core.money import Money
from teleconsult_core.slots import Mode
from teleconsult_core.stores import SlotConflict, Work
from teleconsult_sqlalchemy import SqlStore, engine_for

NOON = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
FEE = Money(40_00, "EUR")


def confirmed(id: str, at: int, lasts: int) -> Confirmed:
    start = NOON + timedelta(minutes=at)
    end = start + timedelta(minutes=lasts)
    terms = Terms(
        AppointmentId(id), PractitionerId("dr-peeters"), PatientId("patient"),
        VisitTypeId("visit"), Mode.VIDEO, start, end, end, FEE, card_required=True,
        origin=Origin.PATIENT, booked_at=NOON,
    )  # fmt: skip
    return Confirmed(terms, NOON)


def write(work: Work, appointment: Confirmed) -> None:
    """An appointment and its hold: both or neither."""
    id = appointment.terms.id
    work.appointments.put(appointment)
    work.holds.put(CardHold(hold_id(id, 1), id, 1, FEE, HoldState.AUTHORISING, NOON))


def main(path: str, name: str, rounds: int, seed: int, stop: bool) -> None:
    store = SqlStore(engine_for(path))
    dice = random.Random(seed)
    say("ready")
    sys.stdin.readline()
    given = refused = 0
    for number in range(rounds):
        at, lasts = dice.randrange(0, 480, 5), dice.choice([20, 30, 45, 60])
        try:
            with store.open_work() as work:
                write(work, confirmed(f"{name}-{number}", at, lasts))
                if stop:
                    say("written")
                    time.sleep(60)
                work.commit()
            given += 1
        except SlotConflict:
            refused += 1
    say(f"{given} {refused}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if hasattr(signal, "alarm"):
        signal.alarm(120)  # whatever happens to the test, nobody stays behind
    path, name, rounds, seed = sys.argv[1:5]
    main(path, name, int(rounds), int(seed), stop="stop" in sys.argv[5:])
