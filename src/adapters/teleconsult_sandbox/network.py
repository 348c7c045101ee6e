"""A card network with a memory, stricter than the real ones. May import its own parts and ports.

Holds live as long as the network says and lapse by themselves; keys are remembered for a day;
whatever can go wrong does so on demand. Beside the port there is what happens at the other end:
the patient who authenticates, the cardholder who disputes, the news, and the network's own books.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import CardToken, HoldRef, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView, Transfer
from teleconsult_core.ports import Authorise, CardDetails, CardNetwork, PortTrouble
from teleconsult_sandbox import held, moves
from teleconsult_sandbox.books import Account, Book, balances, totals
from teleconsult_sandbox.cards import CARDS
from teleconsult_sandbox.clock import Clock
from teleconsult_sandbox.file import SandboxFile, read
from teleconsult_sandbox.held import Held
from teleconsult_sandbox.keys import Question, recall, store
from teleconsult_sandbox.news import News, NewsDelivery, delivered, plan
from teleconsult_sandbox.passing import pass_time
from teleconsult_sandbox.trouble import STORED, TroubleKind, Troubles

_ASKED = frozenset({"card", "look", "find", "challenge", "since", "transfers"})
_KEYED = frozenset({"authorise", "capture", "release", "refund"})

Move = Callable[[sqlite3.Connection, datetime], Held]


class SandboxCardNetwork:
    """`ports.CardNetwork` in one file. Raises `PortTrouble` when the file cannot be used."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._file, self._clock, self._sleep = SandboxFile(path), clock, sleep
        self.trouble = Troubles(self._file, "cards", verbs=_ASKED, keyed=_KEYED, sleep=sleep)

    # --- the port ---

    def card(self, token: CardToken) -> CardDetails | None:
        with self.trouble.around("card"):
            card = CARDS.get(token)
            return None if card is None else card.details

    def authorise(self, *, key: OperationId, request: Authorise) -> HoldView:
        parameters = {
            "appointment": request.appointment,
            "practitioner": request.practitioner,
            "amount": str(request.amount),
            "card": request.card,
            "present": str(request.present),
            "account": request.account or "",
            "fee": str(request.fee),
        }

        def move(connection: sqlite3.Connection, now: datetime) -> Held:
            return moves.place(connection, key, request, now)

        return self._ask(Question(key, "authorise", parameters), move)

    def capture(
        self, *, key: OperationId, ref: HoldRef, amount: Money, fee: Money | None = None
    ) -> HoldView:
        def move(connection: sqlite3.Connection, now: datetime) -> Held:
            return moves.take(connection, held.get(connection, ref), amount, now, fee)

        asked = {"ref": ref, "amount": str(amount), "fee": str(fee)}
        return self._ask(Question(key, "capture", asked), move)

    def release(self, *, key: OperationId, ref: HoldRef) -> HoldView:
        def move(connection: sqlite3.Connection, now: datetime) -> Held:
            return moves.let_go(connection, held.get(connection, ref), now)

        return self._ask(Question(key, "release", {"ref": ref}), move)

    def refund(self, *, key: OperationId, ref: HoldRef, amount: Money) -> HoldView:
        def move(connection: sqlite3.Connection, now: datetime) -> Held:
            return moves.give_back(connection, held.get(connection, ref), key, amount, now)

        return self._ask(Question(key, "refund", {"ref": ref, "amount": str(amount)}), move)

    def look(self, *, ref: HoldRef) -> HoldView:
        with self.trouble.around("look"), self.today() as (connection, _):
            return held.view(connection, held.get(connection, ref))

    def find(self, *, key: OperationId, asked_at: datetime) -> HoldView | None:
        with self.trouble.around("find"), self.today() as (connection, _):
            found = held.by_key(connection, key)
            return None if found is None else held.view(connection, found)

    def challenge(self, *, ref: HoldRef) -> str:
        with self.trouble.around("challenge"), self.today() as (connection, _):
            waiting = held.get(connection, ref).fact is HoldFact.NEEDS_PATIENT
            return f"https://cards.sandbox.invalid/challenge/{ref}" if waiting else ""

    def since(self, *, moment: datetime) -> tuple[HoldView, ...]:
        with self.trouble.around("since"), self.today() as (connection, _):
            made = held.made_since(connection, moment)
            return tuple(held.view(connection, one) for one in made)

    def transfers(self, *, practitioner: PractitionerId) -> tuple[Transfer, ...]:
        """Without those that were refunded whole before they were paid."""
        with self.trouble.around("transfers"), self.today() as (connection, _):
            rows = connection.execute(
                "select * from transfers where practitioner = ?"
                " and (minor > 0 or paid_on is not null) order by expected_on, ref",
                (practitioner,),
            )
            return tuple(_transfer(row) for row in rows)

    # --- the other end ---

    def authenticate(self, ref: HoldRef, ok: bool) -> HoldView:
        """The patient proves who he is to his bank, or fails to."""
        with self.today() as (connection, now):
            one = held.get(connection, ref)
            return held.view(connection, moves.authenticate(connection, one, ok, now))

    def send_back(self, ref: HoldRef, refund: OperationId) -> HoldView:
        """The patient's bank does not take a refund: his account is closed."""
        with self.today() as (connection, now):
            one = held.get(connection, ref)
            return held.view(connection, moves.send_back(connection, one, refund, now))

    def open_dispute(self, ref: HoldRef) -> HoldView:
        """The cardholder asks his bank for his money back. Nothing happens twice."""
        with self.today() as (connection, now):
            one = held.get(connection, ref)
            return held.view(connection, moves.dispute(connection, one, now))

    def decide_dispute(self, ref: HoldRef, won: bool) -> HoldView:
        """The bank decides; `won` is for the practitioner."""
        with self.today() as (connection, now):
            one = held.get(connection, ref)
            decided = moves.decide(connection, one, won, now)
            pass_time(connection, now)  # a transfer that was withheld goes out at once
            return held.view(connection, decided)

    def news(self, after: int = 0) -> tuple[News, ...]:
        """What has been delivered since number `after`."""
        with self.today() as (connection, now):
            return delivered(connection, after, now)

    def deliver(self, delivery: NewsDelivery) -> None:
        """How news is delivered from now on."""
        with self._file.transaction() as connection:
            plan(connection, delivery)

    def books(self) -> tuple[Book, ...]:
        """The totals of every hold, by the network's own entries."""
        with self.today() as (connection, _):
            return totals(connection)

    def balances(self) -> dict[tuple[Account, str], int]:
        """Minor units per account and currency; they sum to zero in each currency."""
        with self.today() as (connection, _):
            return balances(connection)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._file.close()

    # --- how everything is asked ---

    @contextmanager
    def today(self) -> Iterator[tuple[sqlite3.Connection, datetime]]:
        """A transaction in which everything that has fallen due has happened, and the time.

        The clock is read inside it, so that what comes later also is later. Public for whoever
        gives this network another face.
        """
        with self._file.transaction() as connection:
            now = self._clock()
            pass_time(connection, now)
            yield connection, now

    def troubles_of(self, port: str, verbs: frozenset[str]) -> Troubles:
        """The trouble planned for another port on the same books."""
        return Troubles(self._file, port, verbs=verbs, sleep=self._sleep)

    def _ask(self, question: Question, move: Move) -> HoldView:
        """Answer as before, or make the move and remember the answer, in one transaction."""
        with self.trouble.around(question.verb) as trouble:
            with self.today() as (connection, now):
                stored = recall(connection, question, now)
                if stored is None:
                    answer = _answer(connection, move, trouble, now)
                    store(connection, question, answer, now)
                else:
                    answer = stored.view
            if answer is None:
                raise PortTrouble(f"the sandbox stored a failure of {question.key}", unknown=True)
            return answer


def _answer(
    connection: sqlite3.Connection, move: Move, trouble: TroubleKind | None, now: datetime
) -> HoldView | None:
    """The hold after the move; None when a failure is to be told, whether it moved or not."""
    if trouble is TroubleKind.FAILURE:
        return None
    view = held.view(connection, move(connection, now))
    return None if trouble in STORED else view


def _transfer(row: sqlite3.Row) -> Transfer:
    return Transfer(
        ref=HoldRef(row["ref"]),
        practitioner=row["practitioner"],
        amount=Money(row["minor"], row["currency"]),
        expected_on=read(row["expected_on"]),
        paid_on=row["paid_on"] and read(row["paid_on"]),
    )


if TYPE_CHECKING:
    _conforms: type[CardNetwork] = SandboxCardNetwork
