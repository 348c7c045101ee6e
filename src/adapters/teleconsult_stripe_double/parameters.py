"""Every request checked against the parameter types that the installed stripe package ships.

Those are generated from Stripe's own specification at the version that the package pins, so a
name that Stripe does not know any more is noticed here, not by a patient. May import stripe,
pydantic.
"""

from __future__ import annotations

import re
import sys
import typing
import urllib.parse
from functools import cache
from typing import Any

import pydantic
import stripe.params
import typing_extensions
from stripe import RequestOptions

from teleconsult_stripe_double.errors import Failure, invalid

_STRICT = pydantic.ConfigDict(extra="forbid", arbitrary_types_allowed=True)


def parameters(name: str, encoded: str) -> dict[str, Any]:
    """The parameters in a form or a query, as `stripe.params.<name>` has them.

    Raises `Failure` for one that is unknown, missing, or of another type.
    """
    try:
        checked: dict[str, Any] = _checker(name).validate_python(_nested(encoded))
    except pydantic.ValidationError as error:
        raise _refusal(error) from error
    return checked


def _refusal(error: pydantic.ValidationError) -> Failure:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    param = path[0] + "".join(f"[{part}]" for part in path[1:])
    codes = {"extra_forbidden": "parameter_unknown", "missing": "parameter_missing"}
    return invalid(codes.get(first["type"], "parameter_invalid"), param, f"{param}: {first['msg']}")


@cache
def _checker(name: str) -> pydantic.TypeAdapter[Any]:
    whole = getattr(stripe.params, name)
    module = sys.modules[whole.__module__]
    for kind in list(vars(module).values()):
        if isinstance(kind, type) and kind.__module__ == module.__name__:
            _tighten_all(kind)
    return pydantic.TypeAdapter(whole)


def _tighten_all(kind: Any) -> None:
    """Refuse what is not declared, and the options of the client, which are no parameters."""
    options = RequestOptions.__annotations__
    kind.__pydantic_config__ = _STRICT
    kind.__annotations__ = {
        key: _tightened(value) for key, value in kind.__annotations__.items() if key not in options
    }


def _tightened(declared: Any) -> Any:
    """A choice of words is declared as those words or any text; here it is those words."""
    if isinstance(declared, typing.ForwardRef):
        text = re.sub(r"(Literal\[[^\]]*\])\s*\|\s*str\b", r"\1", declared.__forward_arg__)
        return typing.ForwardRef(text)
    origin = typing.get_origin(declared)
    parts = tuple(_tightened(part) for part in typing.get_args(declared))
    if origin is typing_extensions.NotRequired:
        return typing_extensions.NotRequired[parts[0]]
    if origin is typing.Union:
        words = any(typing.get_origin(part) is typing.Literal for part in parts)
        return typing.Union[tuple(part for part in parts if not (words and part is str))]  # noqa: UP007 # made of parts
    if origin is list:
        return list[parts[0]]  # type: ignore[valid-type] # a type made at run time
    if origin is dict:
        return dict[parts[0], parts[1]]  # type: ignore[valid-type] # the same
    return declared


def _nested(encoded: str) -> dict[str, Any]:
    """`a[b][0]=c` as dictionaries and lists."""
    whole: dict[str, Any] = {}
    for name, value in urllib.parse.parse_qsl(encoded, keep_blank_values=True):
        *path, last = re.findall(r"[^\[\]]+", name)
        place = whole
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return {name: _listed(value) for name, value in whole.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_listed(value[name]) for name in sorted(value, key=int)]
    return {name: _listed(inner) for name, inner in value.items()}
