"""Describe the clinic: what its file says about practice, practitioners, visit types and hours.

Describing it again replaces what was described, but not what a practitioner has changed by hand
since: his hours, his exceptions, each line of his profile. Appointments already made keep their
own terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from attrs import evolve, frozen

from teleconsult_core.audit import AuditEntry
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Practice, Practitioner
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import BadInput
from teleconsult_core.schedules import Schedule, VisitType
from teleconsult_core.stores import Work

Described = TypeVar("Described", Practitioner, Schedule)


@frozen
class ClinicDescription:
    practice: Practice
    practitioners: tuple[Practitioner, ...]
    schedules: tuple[Schedule, ...]
    visit_types: tuple[VisitType, ...]

    def __attrs_post_init__(self) -> None:
        known = {practitioner.id for practitioner in self.practitioners}
        owners = [schedule.practitioner for schedule in self.schedules]
        owners += [visit_type.practitioner for visit_type in self.visit_types]
        for owner in owners:
            if owner not in known:
                raise BadInput("practitioner", owner, f"one of {', '.join(sorted(known))}")
        for name, amount in self._amounts():
            if amount.currency != self.practice.currency:
                bound = f"in {self.practice.currency}, the practice's currency"
                raise BadInput(name, str(amount), bound)

    def _amounts(self) -> Iterator[tuple[str, Money]]:
        """Every sum in the description: they are compared with each other when money is due."""
        for visit_type in self.visit_types:
            yield from (("fee", offer.fee) for offer in visit_type.offers.values())
        policies = self.practice.policies
        yield "minimum_charge", policies.minimum_charge
        yield "late_cancellation_cap", policies.late_cancellation_cap
        if policies.platform_fee.fixed is not None:
            yield "platform_fee", policies.platform_fee.fixed
        for no_show in (policies.no_show, *(one.no_show for one in self.practitioners)):
            cap = getattr(no_show, "cap", None)
            if isinstance(cap, Money):
                yield "no_show cap", cap


def describe_clinic(
    ports: Ports,
    *,
    clinic: ClinicDescription,
    by: Actor,
    now: datetime,
    replace_edits: bool = False,
) -> ClinicDescription:
    """Keep the description, whole or not at all; gives what is kept, edits by hand included.

    With `replace_edits` they are given up, and the clinic's file decides again.
    """
    with ports.open_work() as work:
        if not replace_edits:
            clinic = _with_edits(work, clinic)
        work.clinic.put_practice(clinic.practice)
        for practitioner in clinic.practitioners:
            work.clinic.put_practitioner(practitioner)
        for schedule in clinic.schedules:
            work.clinic.put_schedule(schedule)
        for visit_type in clinic.visit_types:
            work.clinic.put_visit_type(visit_type)
        detail = "edits replaced" if replace_edits else ""
        work.audit.add(AuditEntry(now, by, "describe clinic", clinic.practice.id, detail=detail))
        work.commit()
    return clinic


def _with_edits(work: Work, clinic: ClinicDescription) -> ClinicDescription:
    """Practitioners before schedules, as everybody locks them."""
    people = tuple(
        _edited(one, work.clinic.practitioner_to_change(one.id)) for one in clinic.practitioners
    )
    schedules = tuple(
        _edited(one, work.clinic.schedule_to_change(one.practitioner)) for one in clinic.schedules
    )
    return evolve(clinic, practitioners=people, schedules=schedules)


def _edited(described: Described, standing: Described | None) -> Described:
    if standing is None:
        return described
    by_hand = {name: getattr(standing, name) for name in standing.edited}
    return evolve(described, **by_hand, edited=standing.edited)
