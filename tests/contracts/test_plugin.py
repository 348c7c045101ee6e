"""A failing contract shows its author what differed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_FAILING = """
from teleconsult_core.testing.contracts.printer import PrinterContract

class Blank:
    def print(self, receipt):
        return b"blank"

class TestBlank(PrinterContract):
    def open_printer(self):
        return Blank()
"""


def test_a_failing_contract_shows_what_differed(tmp_path: Path) -> None:
    (tmp_path / "test_blank.py").write_text(_FAILING)
    plugin = "teleconsult_core.testing.pytest_plugin"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_blank.py"]
    if plugin not in sys.modules:  # not installed: what the entry point would do
        command += ["-p", plugin]
    paths = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    ran = subprocess.run(
        command, cwd=tmp_path, env=paths, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "assert 1 == 3" in ran.stdout
