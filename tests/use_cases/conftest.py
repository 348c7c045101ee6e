"""The clinic in memory, new for each test."""

import pytest

from world import World


@pytest.fixture
def world() -> World:
    return World()
