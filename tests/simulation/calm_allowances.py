"""The SMS allowances once the dust has settled: counted once, kept to, the e-mail still goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simulation.broken import Broken
from simulation.post_safety import BRUSSELS
from simulation.world import World
from teleconsult_core.ids import AppointmentId
from teleconsult_core.messages import Channel, Message, MessageState, To

IN_HAND = 6
"""Segments that two workers may have in hand while neither is noted yet."""

Month = tuple[str, str]


def allowances_are_kept(w: World) -> None:
    used: Counter[Month] = Counter()
    ended: set[Month] = set()
    for message, letters in _texts(w):
        if message.state is MessageState.SENT:
            if message.segments not in w.safety.post.segments[message.id]:
                raise Broken("allowance", f"{message.id} counts as {message.segments} segments")
            if not message.exempt:
                used[_month(message)] += message.segments
        elif "allowance" in message.note:
            ended.add(_month(message))
            _goes_by_letter(w, message, letters)
    for practitioner, month in used.keys() | ended:
        allowed, counted = _allowed(w, practitioner), used[practitioner, month]
        early = (practitioner, month) in ended and counted < allowed - IN_HAND
        if early or counted > allowed + (IN_HAND if w.troubled else 0):
            raise Broken("allowance", f"{practitioner} in {month}: {counted} of {allowed}")


def _texts(w: World) -> Iterator[tuple[Message, dict[str, Message]]]:
    """Every SMS to a patient, with the letters about the same appointment."""
    for id in w.safety.appointments:
        with w.look(writing=False) as work:
            messages = work.outbox.of(AppointmentId(id))
        letters = {one.id: one for one in messages if one.channel is Channel.EMAIL}
        for one in messages:
            if one.channel is Channel.SMS and one.to is To.PATIENT:
                yield one, letters


def _goes_by_letter(w: World, text: Message, letters: dict[str, Message]) -> None:
    same = letters.get(text.id.removesuffix("sms") + "email")
    if same is None or "allowance" in same.note:
        raise Broken("allowance", f"{text.id} was not sent, and no e-mail instead: {same}")
    if same.state is not MessageState.SENT and not w.troubled:
        raise Broken("allowance", f"{text.id} was not sent, and {same.id} is {same.state.value}")


def _month(message: Message) -> Month:
    done = message.done_at
    return message.practitioner, f"{done.astimezone(BRUSSELS):%Y-%m}" if done else ""


def _allowed(w: World, practitioner: str) -> int:
    with w.look(writing=False) as work:
        found = next(one for one in w.practitioners if one == practitioner)
        known = work.clinic.practitioner(found)
    return known.sms_allowance if known else 0
