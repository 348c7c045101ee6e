"""The unit of work on SQL: one transaction and the twenty-five stores in it.

May import the stores, `transactions`, `running`. Two ways in: `SqlStore(engine)` begins and ends
its own transactions; `SqlStore.within(connection)` works inside the host's and leaves beginning,
committing and rolling back to him.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.ports import PortMisused
from teleconsult_core.stores import OpenWork, Work
from teleconsult_sqlalchemy.all_statements import AllStatements
from teleconsult_sqlalchemy.claiming import Clock, machine_clock
from teleconsult_sqlalchemy.engines import IN_MEMORY
from teleconsult_sqlalchemy.remembering import Memory
from teleconsult_sqlalchemy.running import Beside, Running
from teleconsult_sqlalchemy.statements import Compiler
from teleconsult_sqlalchemy.store_agendas import SqlAgendas
from teleconsult_sqlalchemy.store_appointments import SqlAppointments, SqlAttendance
from teleconsult_sqlalchemy.store_clinic import SqlClinic, SqlUnavailabilities
from teleconsult_sqlalchemy.store_feeds import SqlFeeds
from teleconsult_sqlalchemy.store_messages import SqlInbox, SqlLinks, SqlOutbox
from teleconsult_sqlalchemy.store_passkeys import SqlChallenges, SqlPasskeys
from teleconsult_sqlalchemy.store_payments import SqlConsents, SqlHolds, SqlLedger, SqlOperations
from teleconsult_sqlalchemy.store_people import SqlAudit, SqlPatients, SqlRatings, SqlWaitingList
from teleconsult_sqlalchemy.store_receipts import SqlReceipts
from teleconsult_sqlalchemy.store_seats import SqlSeats, SqlSignals
from teleconsult_sqlalchemy.store_sign_ins import SqlSessions, SqlSignInLinks, SqlStaff
from teleconsult_sqlalchemy.tables import Tables, tables
from teleconsult_sqlalchemy.transactions import HostsTransaction, OwnTransaction, Transaction, named
from teleconsult_sqlalchemy.transactions_postgresql import PostgresTransaction

if TYPE_CHECKING:  # a host without the ORM need not load it
    from sqlalchemy.orm import Session


class SqlWork:
    """One transaction over everything that is kept."""

    def __init__(self, run: Running, sql: AllStatements, clock: Clock | None) -> None:
        self._run, self._sql, self._clock = run, sql, clock

    @property
    def clinic(self) -> SqlClinic:
        return SqlClinic(self._run, self._sql.clinic)

    @property
    def unavailabilities(self) -> SqlUnavailabilities:
        return SqlUnavailabilities(self._run, self._sql.unavailabilities)

    @property
    def agendas(self) -> SqlAgendas:
        return SqlAgendas(self._run, self._sql.agendas)

    @property
    def patients(self) -> SqlPatients:
        return SqlPatients(self._run, self._sql.patients)

    @property
    def appointments(self) -> SqlAppointments:
        return SqlAppointments(self._run, self._sql.appointments)

    @property
    def holds(self) -> SqlHolds:
        return SqlHolds(self._run, self._sql.holds)

    @property
    def operations(self) -> SqlOperations:
        return SqlOperations(self._run, self._sql.operations, self._clock)

    @property
    def consents(self) -> SqlConsents:
        return SqlConsents(self._run, self._sql.consents)

    @property
    def links(self) -> SqlLinks:
        return SqlLinks(self._run, self._sql.links)

    @property
    def feeds(self) -> SqlFeeds:
        return SqlFeeds(self._run, self._sql.feeds)

    @property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._run, self._sql.outbox, self._clock)

    @property
    def receipts(self) -> SqlReceipts:
        return SqlReceipts(self._run, self._sql.receipts)

    @property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self._run, self._sql.ledger)

    @property
    def attendance(self) -> SqlAttendance:
        return SqlAttendance(self._run, self._sql.attendance)

    @property
    def seats(self) -> SqlSeats:
        return SqlSeats(self._run, self._sql.seats)

    @property
    def signals(self) -> SqlSignals:
        return SqlSignals(self._run, self._sql.signals)

    @property
    def staff(self) -> SqlStaff:
        return SqlStaff(self._run, self._sql.staff)

    @property
    def passkeys(self) -> SqlPasskeys:
        return SqlPasskeys(self._run, self._sql.passkeys)

    @property
    def challenges(self) -> SqlChallenges:
        return SqlChallenges(self._run, self._sql.challenges)

    @property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self._run, self._sql.sessions)

    @property
    def sign_in_links(self) -> SqlSignInLinks:
        return SqlSignInLinks(self._run, self._sql.sign_in_links)

    @property
    def ratings(self) -> SqlRatings:
        return SqlRatings(self._run, self._sql.ratings)

    @property
    def waiting_list(self) -> SqlWaitingList:
        return SqlWaitingList(self._run, self._sql.waiting_list)

    @property
    def audit(self) -> SqlAudit:
        return SqlAudit(self._run, self._sql.audit)

    @property
    def inbox(self) -> SqlInbox:
        return SqlInbox(self._run, self._sql.inbox)

    def commit(self) -> None:
        self._run.commit()


class _Opened:
    """Begins when entered, is left without a trace unless the work was committed."""

    __slots__ = ("_begin", "_beside", "_clock", "_memory", "_run", "_sql", "_writing")

    def __init__(
        self,
        begin: Callable[[bool], Transaction],
        sql: AllStatements,
        writing: bool,
        clock: Clock | None,
        beside: Beside | None,
        memory: Memory | None,
    ) -> None:
        self._begin, self._sql, self._writing = begin, sql, writing
        self._clock, self._beside, self._memory = clock, beside, memory

    def __enter__(self) -> Work:
        transaction = self._begin(self._writing)
        self._run = Running(
            transaction, writing=self._writing, beside=self._beside, memory=self._memory
        )
        return SqlWork(self._run, self._sql, self._clock)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run.close()


class SqlStore:
    """Where everything is kept; `open_work` is the port the use cases ask for.

    `tables` says under which prefix and in which schema; without, plain names are meant. The
    engine is the caller's: `engine_for` makes one, `tune` readies a host's. What a worker has
    claimed is his for a while by `clock`; without, by the server's own, or by the machine's where
    the database is a file. `beside` hands what is queued to somebody else's queue, on the same
    connection and in the same commit. With `remembers`, for a file that `engine_for` opened, what
    many ask again and again is given again while nobody has written (`remembering`): one such store
    for an engine, which keeps a connection until that is disposed of, before a fork too. Raises
    `PortMisused` for anything else than a file, and for tables in a schema.
    """

    def __init__(
        self,
        engine: sa.Engine,
        tables: Tables | None = None,
        clock: Clock | None = None,
        beside: Beside | None = None,
        *,
        remembers: bool = False,
    ) -> None:
        on_server, where = engine.dialect.name == "postgresql", named(engine)

        def begin(writing: bool) -> Transaction:
            if on_server:
                return PostgresTransaction(engine, where, writing=writing)
            return OwnTransaction(engine, where, writing=writing)

        self._begin: Callable[[bool], Transaction] = begin
        self._sql = _statements(tables or _plain_tables(), engine.dialect)
        self._clock, self._beside = clock or _clock_of(engine.dialect), beside
        self._memory = _memory(engine, tables) if remembers else None

    @classmethod
    def within(
        cls,
        connection_or_session: sa.Connection | Session,
        tables: Tables | None = None,
        clock: Clock | None = None,
        beside: Beside | None = None,
    ) -> SqlStore:
        """Works inside the host's transaction.

        `commit` then only keeps what was written for him to commit; his rollback takes it along,
        and a `SlotConflict` leaves his transaction as it was before the work.
        """

        def begin(_writing: bool) -> Transaction:
            return HostsTransaction(_connection(connection_or_session))

        store = cls.__new__(cls)
        store._begin = begin
        dialect = _connection(connection_or_session).dialect
        store._sql = _statements(tables or _plain_tables(), dialect)
        store._clock, store._beside = clock or _clock_of(dialect), beside
        store._memory = None
        return store

    def open_work(self, *, writing: bool = True) -> AbstractContextManager[Work]:
        return _Opened(self._begin, self._sql, writing, self._clock, self._beside, self._memory)


def _memory(engine: sa.Engine, tables: Tables | None) -> Memory:
    where = engine.url.database or IN_MEMORY
    if engine.dialect.name != "sqlite" or where == IN_MEMORY or where.startswith("file:"):
        raise PortMisused(f"{named(engine)} is no file: what is asked is not remembered")
    if tables is not None and tables.schema is not None:
        raise PortMisused(f"what is asked of the schema {tables.schema} is not remembered")
    return Memory(engine)


def _clock_of(dialect: sa.Dialect) -> Clock | None:
    """None is the server's own."""
    return machine_clock if dialect.name == "sqlite" else None


def _connection(connection_or_session: sa.Connection | Session) -> sa.Connection:
    if isinstance(connection_or_session, sa.Connection):
        return connection_or_session
    connection_or_session.flush()  # what he has not written yet belongs before ours
    return connection_or_session.connection()


@lru_cache(maxsize=1)
def _plain_tables() -> Tables:
    return tables()


@lru_cache(maxsize=32)
def _statements(tables: Tables, dialect: sa.Dialect) -> AllStatements:
    """Compiled once for the same tables and dialect, however often a host asks."""
    return AllStatements(tables, Compiler.of(dialect))


if TYPE_CHECKING:

    def _conforms(store: SqlStore) -> OpenWork:
        return store.open_work
