"""What the clinic's file describes, and when practitioners are away. May import statements.

Practice, practitioner, schedule and visit type are documents; see `documents`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from teleconsult_core.clinic_stores import Clinic, Unavailabilities
from teleconsult_core.ids import PractitionerId, UnavailabilityId, VisitTypeId
from teleconsult_core.payout_accounts import PayoutAccount
from teleconsult_core.people import Practice, Practitioner
from teleconsult_core.schedules import Schedule, Unavailability, VisitType
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy.documents import described, document
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import Compiler, Row, Statement, given
from teleconsult_sqlalchemy.tables import Tables


class ClinicStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        def by(table: sa.Table, column: sa.Column[Any], *, lock: bool = False) -> Statement:
            same = column == given(column.name, column)
            found = sa.select(table).where(same).order_by(*table.primary_key)
            return make.select(found, lock=table if lock else None)

        practitioners, schedules = tables.practitioners, tables.schedules
        visit_types = tables.visit_types
        self.practice = make.select(sa.select(tables.practices).order_by(tables.practices.c.id))
        self.put_practice = make.upsert(tables.practices)
        self.practitioner = by(practitioners, practitioners.c.id, lock=True)
        self.practitioners = make.select(sa.select(practitioners).order_by(practitioners.c.id))
        self.put_practitioner = make.upsert(practitioners)
        self.schedule = by(schedules, schedules.c.practitioner, lock=True)
        self.put_schedule = make.upsert(schedules)
        self.visit_type = by(visit_types, visit_types.c.id)
        self.visit_types = by(visit_types, visit_types.c.practitioner)
        self.put_visit_type = make.upsert(visit_types)
        self.payout_account = by(tables.payout_accounts, tables.payout_accounts.c.practitioner)
        self.put_payout_account = make.upsert(tables.payout_accounts)


class SqlClinic:
    def __init__(self, run: Running, sql: ClinicStatements) -> None:
        self._run, self._sql = run, sql

    def practice(self) -> Practice | None:
        row = self._run.one(self._sql.practice)
        return described(row, Practice) if row else None

    def put_practice(self, practice: Practice) -> None:
        self._run.write(self._sql.put_practice, {"id": practice.id, **document(practice)})

    def practitioner(self, id: PractitionerId) -> Practitioner | None:
        row = self._run.one(self._sql.practitioner, id=id)
        return described(row, Practitioner) if row else None

    def practitioner_to_change(self, id: PractitionerId) -> Practitioner | None:
        row = self._run.one_locked(self._sql.practitioner, id=id)
        return described(row, Practitioner) if row else None

    def practitioners(self) -> Sequence[Practitioner]:
        return [described(row, Practitioner) for row in self._run.rows(self._sql.practitioners)]

    def put_practitioner(self, practitioner: Practitioner) -> None:
        row = {"id": practitioner.id, **document(practitioner)}
        self._run.write(self._sql.put_practitioner, row)

    def schedule(self, practitioner: PractitionerId) -> Schedule | None:
        row = self._run.one(self._sql.schedule, practitioner=practitioner)
        return described(row, Schedule) if row else None

    def schedule_to_change(self, practitioner: PractitionerId) -> Schedule | None:
        row = self._run.one_locked(self._sql.schedule, practitioner=practitioner)
        return described(row, Schedule) if row else None

    def put_schedule(self, schedule: Schedule) -> None:
        row = {"practitioner": schedule.practitioner, **document(schedule)}
        self._run.write(self._sql.put_schedule, row)

    def visit_type(self, id: VisitTypeId) -> VisitType | None:
        row = self._run.one(self._sql.visit_type, id=id)
        return described(row, VisitType) if row else None

    def visit_types(self, practitioner: PractitionerId) -> Sequence[VisitType]:
        rows = self._run.rows(self._sql.visit_types, practitioner=practitioner)
        return [described(row, VisitType) for row in rows]

    def put_visit_type(self, visit_type: VisitType) -> None:
        row = {"id": visit_type.id, "practitioner": visit_type.practitioner, **document(visit_type)}
        self._run.write(self._sql.put_visit_type, row)

    def payout_account(self, practitioner: PractitionerId) -> PayoutAccount | None:
        row = self._run.one(self._sql.payout_account, practitioner=practitioner)
        return described(row, PayoutAccount) if row else None

    def put_payout_account(self, account: PayoutAccount) -> None:
        row = {"practitioner": account.practitioner, **document(account)}
        self._run.write(self._sql.put_payout_account, row)


class UnavailabilityStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.unavailabilities
        same = t.c.id == given("id", t.c.id)
        his = t.c.practitioner == given("practitioner", t.c.practitioner)
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(same), lock=t)
        self.remove = make.change(sa.delete(t).where(same))
        self.remove_source = make.change(
            sa.delete(t).where(his, t.c.source == given("source", t.c.source))
        )
        self.between = make.select(
            sa.select(t)
            .where(his, t.c.ends > given("start", t.c.ends), t.c.starts < given("end", t.c.starts))
            .order_by(t.c.starts, t.c.id)
        )


class SqlUnavailabilities:
    def __init__(self, run: Running, sql: UnavailabilityStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, id: UnavailabilityId) -> Unavailability | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return _unavailability(row) if row else None

    def put(self, unavailability: Unavailability) -> None:
        row = {
            "id": unavailability.id,
            "practitioner": unavailability.practitioner,
            "mode": unavailability.mode.value,
            "starts": unavailability.interval.start,
            "ends": unavailability.interval.end,
            "source": unavailability.source,
        }
        self._run.write(self._sql.put, row)

    def remove(self, id: UnavailabilityId) -> None:
        self._run.write(self._sql.remove, {"id": id})

    def remove_source(self, practitioner: PractitionerId, source: str) -> int:
        row = {"practitioner": practitioner, "source": source}
        return self._run.count(self._sql.remove_source, row)

    def between(self, practitioner: PractitionerId, window: Interval) -> Sequence[Unavailability]:
        rows = self._run.rows(
            self._sql.between, practitioner=practitioner, start=window.start, end=window.end
        )
        return [_unavailability(row) for row in rows]


def _unavailability(row: Row) -> Unavailability:
    return Unavailability(
        id=row["id"],
        practitioner=row["practitioner"],
        mode=Mode(row["mode"]),
        interval=Interval(row["starts"], row["ends"]),
        source=row["source"],
    )


if TYPE_CHECKING:
    _clinic: type[Clinic] = SqlClinic
    _unavailabilities: type[Unavailabilities] = SqlUnavailabilities
