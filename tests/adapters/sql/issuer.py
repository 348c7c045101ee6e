"""A process of its own that issues receipts: run as `python issuer.py DATABASE NAME ROUNDS SEED`.

It waits for a line on its input, then issues receipts of two practitioners in two years, and now
and then leaves a work without a commit after it was given a number. It prints how many it issued.
With `stop` as fifth argument it stops after its first number, and waits to be killed.
"""

from __future__ import annotations

import random
import signal
import sys
import time

from teleconsult_core.ids import PractitionerId
from teleconsult_core.receipts import receipt_number
from teleconsult_core.stores import Work
from teleconsult_core.testing.builders import a_receipt
from teleconsult_sqlalchemy import SqlStore, engine_for

ISSUERS = (PractitionerId("dr-peeters"), PractitionerId("dr-claes"))
YEARS = (2030, 2031)


def issue(work: Work, issuer: PractitionerId, year: int, cause: str) -> None:
    number = receipt_number(issuer, year, work.receipts.next_ordinal(issuer, year))
    work.receipts.put(a_receipt(number=number, issuer_id=issuer, cause=cause))


def main(database: str, name: str, rounds: int, seed: int, stop: bool) -> None:
    store, dice = SqlStore(engine_for(database)), random.Random(seed)
    say("ready")
    sys.stdin.readline()
    issued = 0
    for number in range(rounds):
        with store.open_work() as work:
            issue(work, dice.choice(ISSUERS), dice.choice(YEARS), f"{name}-{number}")
            if stop:
                say("numbered")
                time.sleep(60)
            if dice.random() < 0.7:
                work.commit()
                issued += 1
    say(str(issued))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if hasattr(signal, "alarm"):
        signal.alarm(120)  # whatever happens to the test, nobody stays behind
    database, name, rounds, seed = sys.argv[1:5]
    main(database, name, int(rounds), int(seed), stop="stop" in sys.argv[5:])
