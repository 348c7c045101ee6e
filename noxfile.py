"""Every check by name: `nox -l` lists them, `nox -s lint types` runs some.

Sessions that test use the built wheel, as a user would have it, never the source tree.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "tests", "bare", "wheel", "docs"]
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
CORE_ONLY = """
import pkgutil, importlib, teleconsult_core
names = [m.name for m in pkgutil.walk_packages(teleconsult_core.__path__, "teleconsult_core.")]
skipped = ("teleconsult_core.testing.contracts", "teleconsult_core.testing.pytest_plugin",
           "teleconsult_core.testing.strategies")
core = [name for name in names if not name.startswith(skipped)]
for name in core:
    importlib.import_module(name)
from teleconsult_core.money import Money
assert str(Money.parse("45.00", "EUR")) == "45.00 EUR"
print(f"{len(core)} modules of the core need nothing but attrs")
"""


def built_wheel(session: nox.Session) -> str:
    """Build the wheel into the session's own folder."""
    out = Path(session.create_tmp())
    shutil.rmtree(out / "dist", ignore_errors=True)
    session.install("build", "hatchling")
    session.run("python", "-m", "build", "--wheel", "--outdir", str(out / "dist"), "--no-isolation")
    return str(next((out / "dist").glob("*.whl")))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The whole suite against the built wheel, on every supported Python found here."""
    wheel = built_wheel(session)
    session.install(f"teleconsult[dev] @ file://{wheel}")
    session.run("pytest", "-q", "-n", "auto", *session.posargs)


@nox.session(python="3.11")
def lowest(session: nox.Session) -> None:
    """The oldest version of every dependency that we claim to work with."""
    wheel = built_wheel(session)
    session.install("uv")
    oldest = ("uv", "pip", "install", "--resolution", "lowest-direct")
    session.run(*oldest, f"teleconsult[dev] @ file://{wheel}")
    session.run("pytest", "-q", "-n", "auto", *session.posargs)


@nox.session
def bare(session: nox.Session) -> None:
    """The wheel without extras: the core needs attrs and nothing else."""
    session.install(built_wheel(session))
    session.cd(session.create_tmp())
    session.run("python", "-c", CORE_ONLY)


@nox.session
def types(session: nox.Session) -> None:
    """mypy --strict over every package of ours."""
    session.install("-e", ".[dev]")
    session.run("mypy")


@nox.session
def lint(session: nox.Session) -> None:
    """ruff, its formatting, and the layers."""
    session.install("-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def wheel(session: nox.Session) -> None:
    """The wheel holds exactly our packages."""
    session.install("-e", ".[dev]")
    session.run("pytest", "-q", "tests/architecture/test_wheel.py")


@nox.session
def docs(session: nox.Session) -> None:
    """The code in README and docs runs, and its generated tables are up to date."""
    session.install("-e", ".[dev]")
    session.run("pytest", "-q", "tests/docs")


@nox.session
def thunderbird(session: nox.Session) -> None:
    """Letters and feeds in a real Thunderbird, which must be installed; about twenty seconds."""
    session.install("-e", ".[dev]")
    session.run("thunderbird", "--version", external=True)
    session.run("pytest", "-q", "tests/journeys/test_thunderbird.py")


@nox.session
def words(session: nox.Session) -> None:
    """The catalogues of translators, brought up to date with the templates of messages."""
    session.install("-e", ".[dev]")
    session.run("python", "-m", "teleconsult_messages.words", *session.posargs)


@nox.session
def sim(session: nox.Session) -> None:
    """The simulation: every single fault, every planted bug, then chaos (`-- 120` for minutes)."""
    session.install("-e", ".[dev]")
    session.env["PYTHONPATH"] = "tests"
    minutes = session.posargs[0] if session.posargs else "10"
    session.run("python", "-m", "simulation", "stories")
    session.run("python", "-m", "simulation", "stories", "--pairs")
    session.run("python", "-m", "simulation", "bugs")
    session.run("python", "-m", "simulation", "chaos", "--minutes", minutes, "--least", "100")


@nox.session
def faults(session: nox.Session) -> None:
    """Processes killed at every named moment, servers stopped, disks full: the long form."""
    session.install("-e", ".[dev]")
    session.env["TELECONSULT_FAULTS"] = "long"
    session.run("pytest", "-q", "-p", "no:randomly", "tests/faults", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Branch coverage over all packages."""
    session.install("-e", ".[dev]")
    session.run("pytest", "-q", "-n", "auto", "--cov", "--cov-report=term", *session.posargs)


@nox.session
def sbom(session: nox.Session) -> None:
    """What an installation with every extra is made of, as CycloneDX: teleconsult.cdx.json."""
    wheel, inside = built_wheel(session), Path(session.create_tmp()) / "inside"
    session.run("python", "-m", "venv", "--clear", str(inside))
    python = str(inside / "bin" / "python")
    session.run(python, "-m", "pip", "install", "-q", f"{wheel}[all]", external=True)
    session.install("cyclonedx-bom")
    session.run("cyclonedx-py", "environment", python, "--output-file", "teleconsult.cdx.json")


@nox.session
def bench(session: nox.Session) -> None:
    """Figure, goal, verdict: ratios within one run."""
    session.install("-e", ".[dev]")
    session.run("python", "benchmarks/run.py", *session.posargs)
