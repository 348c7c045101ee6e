"""Values of the core as JSON with stable keys. May import attrs and the core."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

import attrs

from teleconsult_core.money import Money
from teleconsult_core.refusals import Refusal

_NEVER_SHOWN = frozenset({"card", "token_hash"})


def plain(value: Any) -> Any:
    """`value` in JSON's own kinds: instants in UTC, money with its currency, bytes in Base64."""
    match value:
        case Money():
            return {"amount": value.decimal, "currency": value.currency}
        case Refusal():
            figures = {f.name: plain(getattr(value, f.name)) for f in attrs.fields(type(value))}
            return {"code": value.code, "message": str(value), "figures": figures}
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {str(plain(key)): plain(one) for key, one in value.items()}
        case frozenset() | set():
            return sorted(plain(one) for one in value)
        case bytes():
            return b64encode(value).decode()
        case list() | tuple():
            return [plain(one) for one in value]
        case str() | int() | float() | bool() | None:
            return value
        case _ if attrs.has(type(value)):
            return _fields(value)
        case _:
            return str(value)


def _fields(value: Any) -> dict[str, Any]:
    shown = [f.name for f in attrs.fields(type(value)) if f.name not in _NEVER_SHOWN]
    found = {name: plain(getattr(value, name)) for name in shown}
    state = getattr(type(value), "state", None)
    if isinstance(state, str):
        found = {"state": state, **found}
    return {"type": type(value).__name__, **found}


def dumps(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False, indent=2)
