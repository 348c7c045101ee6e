"""A slot: a stretch of time and the modes it is offered in (S8a). May import times."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from teleconsult_core.times import aware_utc


class Mode(StrEnum):
    VIDEO = "video"
    IN_PERSON = "in-person"


Modes = frozenset[Mode]
BOTH: Modes = frozenset(Mode)


@frozen
class Slot:
    """Offered from `start` to `end` (without the buffer) in every mode of `modes`."""

    start: datetime = field(converter=aware_utc)
    end: datetime = field(converter=aware_utc)
    modes: Modes
