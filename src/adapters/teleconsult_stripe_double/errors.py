"""Stripe's errors as it tells them (https://docs.stripe.com/error-codes). May import nothing."""

from __future__ import annotations

from typing import Any


class Failure(Exception):
    """An answer that is an error; `stored` when it came once the request had begun to run.

    What fails before that is not kept under an idempotency key and may be asked again, mended.
    """

    def __init__(
        self, status: int, kind: str, code: str = "", *, param: str = "", say: str = ""
    ) -> None:
        self.status, self.kind, self.code, self.param = status, kind, code, param
        self.say = say or code
        self.more: dict[str, Any] = {}
        self.stored = False
        super().__init__(self.say)

    def running(self) -> Failure:
        """The same, told by a request that had begun to run."""
        self.stored = True
        return self

    @property
    def body(self) -> dict[str, Any]:
        named = {"type": self.kind, "message": self.say, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in named.items() if value} | self.more}


def invalid(code: str, param: str = "", say: str = "") -> Failure:
    """A request that can never succeed as it is."""
    return Failure(400, "invalid_request_error", code, param=param, say=say)


def missing(what: str, id: str, param: str = "id") -> Failure:
    return Failure(
        404, "invalid_request_error", "resource_missing", param=param, say=f"No such {what}: '{id}'"
    )


def unexpected_state(ref: str, status: str) -> Failure:
    """Asked of an intent that is past it."""
    say = f"This PaymentIntent's status is {status}: {ref}"
    return invalid("payment_intent_unexpected_state", say=say).running()


def declined(code: str, decline_code: str, intent: dict[str, Any]) -> Failure:
    """A card's refusal carries the intent that it left behind."""
    failure = Failure(402, "card_error", code, say="Your card was declined.").running()
    failure.more = {"decline_code": decline_code, "payment_intent": intent}
    return failure
