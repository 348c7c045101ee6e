"""What we ship: exactly our import packages, each typed, with migrations and templates inside."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
OURS = {Path(p).name for p in CONFIG["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


def test_the_top_level_names_are_exactly_ours(names: set[str]) -> None:
    found = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert found == OURS


def test_every_package_on_disk_is_shipped() -> None:
    folders = [ROOT / "src", ROOT / "src/adapters", ROOT / "src/entrypoints"]
    on_disk = {
        p.parent.name for folder in folders for p in folder.glob("teleconsult_*/__init__.py")
    }
    assert on_disk == OURS


def test_every_package_says_that_it_is_typed(names: set[str]) -> None:
    assert {f"{package}/py.typed" for package in OURS} <= names


def test_migrations_and_templates_travel_along(names: set[str]) -> None:
    assert "teleconsult_sqlalchemy/migrations/env.py" in names
    assert any(n.startswith("teleconsult_sqlalchemy/migrations/versions/0001") for n in names)
    assert any(n.startswith("teleconsult_messages/templates/") for n in names)
    assert "teleconsult_messages/locale/fr/LC_MESSAGES/teleconsult.po" in names


def test_the_version_is_written_once() -> None:
    version = CONFIG["project"]["version"]
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "docs").rglob("*.md")]
    assert not [p for p in sources if f'"{version}"' in p.read_text()]
