"""The wording keeps the contract that ships with the core."""

from __future__ import annotations

from teleconsult_core.gateways import Wording
from teleconsult_core.testing.contracts.wording import WordingContract
from teleconsult_messages import JinjaWording


class TestJinjaWording(WordingContract):
    def open_wording(self) -> Wording:
        return JinjaWording()
