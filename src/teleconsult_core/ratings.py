"""What a patient says of a completed consultation, video exactly like in person (S17)."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from teleconsult_core.checks import nfc, text
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.refusals import BadInput


@frozen
class Rating:
    """Once per completed consultation: 1 to 5 stars, and words if the patient likes."""

    appointment: AppointmentId
    practitioner: PractitionerId
    stars: int = field()
    rated_at: datetime
    words: str = field(default="", converter=nfc, validator=text(2000, lines=True, empty=True))

    @stars.validator
    def _one_to_five(self, _: object, value: int) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
            raise BadInput("stars", value, "a whole number from 1 to 5")


@frozen
class RatingSummary:
    """What stands on the public profile; `tenths` is the average times ten, rounded half up."""

    count: int
    total: int

    @property
    def tenths(self) -> int:
        return (self.total * 20 + self.count) // (2 * self.count) if self.count else 0

    def __str__(self) -> str:
        whole, tenth = divmod(self.tenths, 10)
        return f"{whole}.{tenth} ({self.count})" if self.count else "not rated yet"
