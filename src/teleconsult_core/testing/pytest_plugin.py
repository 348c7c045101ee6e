"""The pytest plug-in: failing asserts in the shipped contracts show what differed.

Registered under `pytest11`, so it is there as soon as the package is installed. May import pytest.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("teleconsult_core.testing.contracts")
