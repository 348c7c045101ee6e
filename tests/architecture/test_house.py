"""The house keeps its rules: file sizes, README commands, and no word but of the project."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST = 300
LONG_WITH_REASON: dict[str, str] = {
    "src/teleconsult_core/refusals.py": "a table: one short class per refusal",
    "src/adapters/teleconsult_sqlalchemy/migrations/versions/0001_first.py": "every table, frozen",
}


def lines(path: Path) -> int:
    return path.read_text().count("\n")


def test_no_source_file_is_long_without_a_reason() -> None:
    found = {str(p.relative_to(ROOT)) for p in SOURCES if lines(p) > LONGEST}
    assert found == set(LONG_WITH_REASON)


def test_every_module_opens_with_what_it_is_for() -> None:
    silent = [p for p in SOURCES if p.read_text().strip() and not p.read_text().startswith('"""')]
    generated = [p for p in silent if "versions" not in p.parts]
    assert not generated


def tracked_files() -> list[Path]:
    try:
        listing = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout")
    return [ROOT / name for name in listing.stdout.splitlines()]


def test_the_repository_speaks_of_the_project_alone() -> None:
    # Written apart, so that this file does not find itself.
    words = ["/wo" + "rk/", "/fa" + "rm", "bash_" + "jobs", ".lib" + "rary/", "pypi-" + "more"]
    found = [
        (str(path.relative_to(ROOT)), word)
        for path in tracked_files()
        if path.is_file() and path.suffix not in {".pdf", ".png"}
        for word in words
        if word in path.read_text(errors="ignore")
    ]
    assert not found


def command_under(heading: str) -> str:
    text = (ROOT / "README.md").read_text()
    match = re.search(rf"^## {heading}\n+```\w*\n(.*?)\n```", text, re.MULTILINE | re.DOTALL)
    assert match, f"README has no fenced block under {heading!r}"
    return match[1]


@pytest.mark.parametrize("heading", ["Run it", "Test it"])
def test_the_readme_gives_one_line_to_copy(heading: str) -> None:
    command = command_under(heading)
    assert "\n" not in command
    assert command.startswith("python3 -m venv .venv && ")


def test_ci_runs_the_readme_commands_themselves() -> None:
    script = (ROOT / ".ci/run").read_text()
    assert "readme_command 'Run it'" in script
    assert "readme_command 'Test it'" in script
