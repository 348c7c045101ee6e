"""Run every benchmark and print one table: figure, goal, verdict.

    python benchmarks/run.py [name ...] [--rounds N]

Figures are ratios within this run, each the median of at least five paired rounds; absolute times
belong to the machine and stand in the notes only.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from figures import Row, table  # noqa: E402  # the folder must be on the path first

BENCHMARKS = (
    "availability",
    "search",
    "booking",
    "postgres",
    "dispatch",
    "memory",
    "pages",
    "rooms",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=BENCHMARKS, help=f"any of {BENCHMARKS}")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.names:
        print(f"… {name}", file=sys.stderr)
        rows += importlib.import_module(name).rows(max(5, options.rounds))
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
