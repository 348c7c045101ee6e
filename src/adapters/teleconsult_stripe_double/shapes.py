"""Every answer checked against the fields that the installed stripe package declares.

A double that invents a field would let us rely on it. May import stripe.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import stripe

_KINDS: dict[str, type[Any]] = {
    "account": stripe.Account,
    "account_link": stripe.AccountLink,
    "application_fee": stripe.ApplicationFee,
    "balance_settings": stripe.BalanceSettings,
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "login_link": stripe.LoginLink,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "payout": stripe.Payout,
    "refund": stripe.Refund,
    "transfer": stripe.Transfer,
}
_OF_A_LIST = frozenset({"object", "data", "has_more", "url"})


class Invented(AssertionError):
    """The double told something that Stripe never tells."""


def must_be_stripes(answer: Mapping[str, Any]) -> None:
    """Raises `Invented` when `answer`, or an object in it, has a field that Stripe's has not."""
    _check(answer, _KINDS.get(answer.get("object", "")))


def _check(answer: Mapping[str, Any], kind: type[Any] | None) -> None:
    if answer.get("object") == "list":
        _refuse(set(answer) - _OF_A_LIST, "list")
        for one in answer["data"]:
            must_be_stripes(one)
        return
    if kind is None:
        return
    _refuse(set(answer) - _fields(kind.__mro__), kind.__name__)
    inner: Mapping[str, type[Any]] = getattr(kind, "_inner_class_types", {})
    for name, value in answer.items():
        if isinstance(value, Mapping):
            about = value.get("object", "")
            if isinstance(about, Mapping):  # what an event is about
                must_be_stripes(about)
            else:
                _check(value, _KINDS.get(about) or inner.get(name))


def _refuse(unknown: set[str], where: str) -> None:
    if unknown:
        raise Invented(f"{where} has no {', '.join(sorted(unknown))} at Stripe")


@cache
def _fields(bases: tuple[type[Any], ...]) -> frozenset[str]:
    return frozenset(name for one in bases for name in getattr(one, "__annotations__", {}))
