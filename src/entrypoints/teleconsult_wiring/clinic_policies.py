"""The policies in a clinic's file: durations, caps, no-show, retention. May import sections."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from teleconsult_core.money import Money
from teleconsult_core.policies import (
    NoShowAllowed,
    NoShowForbidden,
    NoShowIndemnity,
    NoShowPolicy,
    PaidTo,
    PlatformFee,
    Retention,
)
from teleconsult_core.quiet_hours import QuietHours
from teleconsult_wiring.sections import Section


def read_policies(section: Section, currency: str) -> dict[str, Any]:
    """Only what the file says; everything else keeps the default of `Policies`."""
    values: dict[str, Any] = {}
    if currency != "EUR":  # the defaults are sums in EUR
        values["minimum_charge"] = section.money("minimum_charge", currency)
        values["late_cancellation_cap"] = Money(0, currency)
    durations = {
        "reservation": ("reservation_minutes", 1),
        "settlement_margin": ("settlement_margin_hours", 60),
        "reauthorization_opens": ("reauthorization_opens_hours", 60),
        "cancellation_cutoff": ("cancellation_cutoff_hours", 60),
        "join_early": ("join_early_minutes", 1),
        "join_late": ("join_late_minutes", 1),
        "grace": ("grace_minutes", 1),
        "practitioner_link": ("practitioner_link_minutes", 1),
        "waiting_offer": ("waiting_offer_minutes", 1),
    }
    for name, (key, minutes) in durations.items():
        if section.has(key):
            values[name] = timedelta(minutes=section.whole_number(key) * minutes)
    if section.has("reminders_hours"):
        hours = section.whole_numbers("reminders_hours")
        values["reminders"] = tuple(timedelta(hours=hour) for hour in hours)
    if section.has("quiet_hours"):
        values["quiet_hours"] = _quiet_hours(section.table("quiet_hours"))
    if section.has("transfer_days"):
        values["transfer_days"] = tuple(section.whole_numbers("transfer_days", count=2))
    for key in ("minimum_charge", "late_cancellation_cap"):
        if section.has(key):
            values[key] = section.money(key, currency)
    if section.has("consent_version"):
        values["consent_version"] = section.text("consent_version")
    if section.has("paid_to"):
        paid_to = section.one_of("paid_to", tuple(PaidTo))
        values["paid_to"] = PaidTo(paid_to) if paid_to in tuple(PaidTo) else PaidTo.CLINIC
    if section.has("platform_fee"):
        values["platform_fee"] = _platform_fee(section.table("platform_fee"), currency)
    if section.has("no_show"):
        values["no_show"] = read_no_show(section.table("no_show"), currency)
    if section.has("retention_days"):
        values["retention"] = _retention(section.table("retention_days"))
    return values


def _quiet_hours(section: Section) -> QuietHours | None:
    """From 21:00 to 08:00 by default; the same hour twice means never."""
    hours = {"begin": section.wall_time("from"), "end": section.wall_time("to")}
    return section.build(QuietHours, hours)


def _platform_fee(section: Section, currency: str) -> PlatformFee | None:
    percent = section.percent("percent") if section.has("percent") else 0
    fixed = section.money("fixed", currency) if section.has("fixed") else None
    return section.build(PlatformFee, {"basis_points": percent, "fixed": fixed})


def _retention(section: Section) -> Retention | None:
    names = ("messages", "links", "appointments", "ratings", "accounting", "audit")
    days = {n: timedelta(days=section.whole_number(n)) for n in names if section.has(n)}
    keeps = {"names_on_receipts": section.flag("names_on_receipts", True)}
    return section.build(Retention, {**days, **keeps})


def read_no_show(section: Section, currency: str) -> NoShowPolicy | None:
    kind = section.one_of("kind", ("allowed", "forbidden", "indemnity"))
    if kind == "allowed":
        cap = section.money("cap", currency) if section.has("cap") else None
        return NoShowAllowed(cap)
    if kind == "indemnity":
        return NoShowIndemnity(section.money("cap", currency), section.flag("announced", False))
    if kind != "forbidden":  # said already; what stands beside it is not to blame
        section.ask_all()
    return NoShowForbidden()
