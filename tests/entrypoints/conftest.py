"""The example clinic, made once and copied for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import EXAMPLES, MONDAY, Clinic, run


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("prepared") / "home"
    assert run("--home", home, "init", EXAMPLES / "clinic.toml").code == 0
    assert run("--home", home, "clock", "set", "--back", MONDAY).code == 0
    return home


@pytest.fixture
def clinic(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A copy of the example clinic for this test alone."""
    for name in [name for name in os.environ if name.startswith("TELECONSULT_")]:
        monkeypatch.delenv(name)
    shutil.copytree(prepared, tmp_path / "home")
    return Clinic(tmp_path / "home")


@pytest.fixture
def refused(clinic: Clinic) -> Callable[..., str]:
    """A command that the business must refuse: its code, the same for people and as JSON."""

    def ask(*words: object, **more: str) -> str:
        answer = clinic(*words, "--json", **more)
        assert answer.code == 1, answer
        told = answer.json
        assert set(told) == {"code", "message", "figures"}
        assert answer.err.rstrip().endswith(f"[{told['code']}]")
        return str(told["code"])

    return ask
