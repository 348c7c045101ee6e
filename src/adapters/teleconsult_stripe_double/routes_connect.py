"""Stripe's accounts, transfers and payouts, on the sandbox's books. May import calls, objects.

Each function is one endpoint inside a transaction, as in routes.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from teleconsult_core.ids import HoldRef, PractitionerId
from teleconsult_core.payout_accounts import NewAccount, Payout
from teleconsult_core.ports import PortMisused
from teleconsult_sandbox.accounts import account_row, open_account, page_of, pay_after, payouts_of
from teleconsult_sandbox.file import read
from teleconsult_stripe_double import objects
from teleconsult_stripe_double.calls import Call, Route, page
from teleconsult_stripe_double.errors import invalid, missing
from teleconsult_stripe_double.objects import Json, seconds

EXPRESS: Json = {
    "stripe_dashboard": {"type": "express"},
    "losses": {"payments": "application"},
    "fees": {"payer": "application"},
    "requirement_collection": "stripe",
}
DELAY_UNTIL_TOLD = 7


def create_account(call: Call, _: str) -> Json:
    params = call.params
    if params.get("controller") != EXPRESS:
        raise invalid("parameter_invalid", "controller", "the double plays Express accounts only")
    count = call.connection.execute("select count(*) from accounts").fetchone()[0]
    new = NewAccount(
        practitioner=PractitionerId(f"{call.key} {count}"),
        email=params.get("email", ""),
        country=params.get("country", ""),
        delay_days=DELAY_UNTIL_TOLD,
    )
    note = json.dumps({"metadata": params.get("metadata", {})})
    return _account(
        account_row(call.connection, open_account(call.connection, new, call.now, note))
    )


def list_accounts(call: Call, _: str) -> Json:
    rows = call.connection.execute("select * from accounts order by number desc")
    return page([_account(row) for row in rows.fetchall()], call.params, "/v1/accounts")


def retrieve_account(call: Call, id: str) -> Json:
    return _account(_row(call, id))


def create_account_link(call: Call, _: str) -> Json:
    params = call.params
    if params["type"] != "account_onboarding" or not {"return_url", "refresh_url"} <= set(params):
        raise invalid("parameter_missing", "return_url")
    ref = _row(call, params["account"])["ref"]
    return {
        "object": "account_link",
        "created": seconds(call.now),
        "expires_at": seconds(call.now) + 300,
        "url": page_of(call.connection, "complete", ref),
    }


def create_login_link(call: Call, id: str) -> Json:
    if not _row(call, id)["takes_cards"]:
        say = "Cannot create a login link for an account that has not completed onboarding."
        raise invalid("", "account", say)
    url = page_of(call.connection, "account", id)
    return {"object": "login_link", "created": seconds(call.now), "url": url}


def update_balance_settings(call: Call, _: str) -> Json:
    timing = call.params.get("payments", {}).get("settlement_timing", {})
    days = timing.get("delay_days_override")
    if not isinstance(days, int) or not 0 <= days <= 31:
        raise invalid("parameter_invalid", "payments[settlement_timing][delay_days_override]")
    pay_after(call.connection, _row(call, call.account)["ref"], days)
    timing = {"delay_days": days, "delay_days_override": days}
    payments = {"debit_negative_balances": None, "payouts": None, "settlement_timing": timing}
    return {"object": "balance_settings", "payments": payments}


def list_payouts(call: Call, _: str) -> Json:
    _row(call, call.account)
    every = [_payout(one) for one in payouts_of(call.connection, call.account)]
    return page(every, call.params, "/v1/payouts")


def list_transfers(call: Call, _: str) -> Json:
    rows = call.connection.execute(
        "select transfers.* from transfers join holds using (ref)"
        " where transfers.account is not null order by holds.number desc"
    )
    every = [_transfer(call, row) for row in rows.fetchall()]
    group = call.params.get("transfer_group")
    found = [one for one in every if group is None or one["transfer_group"] == group]
    return page(found, call.params, "/v1/transfers")


def _row(call: Call, id: str) -> sqlite3.Row:
    try:
        return account_row(call.connection, id)
    except PortMisused as unknown:
        raise missing("account", id, "account") from unknown


def _account(row: sqlite3.Row) -> Json:
    return {
        "id": row["ref"],
        "object": "account",
        "capabilities": {
            "card_payments": "active" if row["takes_cards"] else "inactive",
            "transfers": "active" if row["takes_cards"] else "inactive",
        },
        "charges_enabled": bool(row["takes_cards"]),
        "controller": {"type": "application", **EXPRESS},
        "country": row["country"],
        "created": seconds(read(row["opened_at"])),
        "email": row["email"],
        "metadata": json.loads(row["note"]).get("metadata", {}),
        "payouts_enabled": bool(row["paid_out"]),
        "requirements": {"currently_due": row["missing"].split(), "disabled_reason": None},
    }


def _payout(payout: Payout) -> Json:
    return {
        "id": payout.id,
        "object": "payout",
        "amount": payout.amount.minor,
        "arrival_date": seconds(payout.paid_on or payout.expected_on),
        "automatic": True,
        "created": seconds(payout.expected_on),
        "currency": payout.amount.currency.lower(),
        "livemode": False,
        "status": "paid" if payout.paid_on else "pending",
    }


def _transfer(call: Call, row: sqlite3.Row) -> Json:
    """All of a charge, from which the clinic's fee was taken back on the account."""
    kept = objects.kept(call.connection, HoldRef(row["ref"]))
    expand = [name.removeprefix("data.") for name in call.params.get("expand", [])]
    held, number = kept.held, kept.number
    charge = objects.charge(kept, expand, "source_transaction.")
    payment = _destination_payment(row, number, expand)
    whole = any(name.startswith("source_transaction") for name in expand)
    paid = any(name.startswith("destination_payment") for name in expand)
    return {
        "id": f"tr_{number}",
        "object": "transfer",
        "amount": held.captured.minor,
        "amount_reversed": held.captured.minor - held.fee.minor - row["minor"],
        "created": seconds(kept.made_at),
        "currency": row["currency"].lower(),
        "destination": row["account"],
        "destination_payment": payment if paid else payment["id"],
        "livemode": False,
        "metadata": {},
        "reversed": not row["minor"],
        "source_transaction": charge if whole else charge["id"],
        "transfer_group": kept.note.get("group"),
    }


def _destination_payment(row: sqlite3.Row, number: str, expand: list[str]) -> Json:
    """The same money as the account sees it come in."""
    booked: Json = {
        "id": f"txn_{number}",
        "object": "balance_transaction",
        "available_on": seconds(_day(row)),
        "status": "available" if row["paid_on"] else "pending",
    }
    whole = "destination_payment.balance_transaction" in expand
    balance = booked if whole else booked["id"]
    return {"id": f"py_{number}", "object": "charge", "balance_transaction": balance}


def _day(row: sqlite3.Row) -> datetime:
    return read(row["paid_on"] or row["expected_on"])


_ACCOUNT = r"/v1/accounts/(acct_\w+)"
CONNECT = (
    Route("post", "/v1/accounts", "AccountCreateParams", "register", create_account),
    Route("get", "/v1/accounts", "AccountListParams", "register", list_accounts),
    Route("get", _ACCOUNT, "AccountRetrieveParams", "look", retrieve_account),
    Route(
        "post", f"{_ACCOUNT}/login_links", "AccountLoginLinkCreateParams", "dashboard",
        create_login_link,
    ),
    Route(
        "post", "/v1/account_links", "AccountLinkCreateParams", "onboarding", create_account_link
    ),
    Route(
        "post", "/v1/balance_settings", "BalanceSettingsUpdateParams", "register",
        update_balance_settings,
    ),
    Route("get", "/v1/payouts", "PayoutListParams", "payouts", list_payouts),
    Route("get", "/v1/transfers", "TransferListParams", "transfers", list_transfers),
)  # fmt: skip
"""Routes of Connect."""
