"""What is raised when something that must never be false is false."""

from __future__ import annotations


class Broken(BaseException):
    """An invariant does not hold: its name, and the figures that show it.

    No use case can swallow it: it ends the run.
    """

    def __init__(self, invariant: str, story: str) -> None:
        self.invariant, self.story = invariant, story
        super().__init__(f"{invariant}: {story}")
