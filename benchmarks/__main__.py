"""``python -m benchmarks [--small] [NAME ...]``: measure all rows, or those named."""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks import expansion, memory, preview, start
from benchmarks.measure import print_figures

ROWS = {"expansion": expansion, "memory": memory, "start": start, "preview": preview}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a size that only shows that everything works")
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="NAME", help=f"of {', '.join(ROWS)}")
    chosen = parser.parse_args()
    if len(chosen.rows) == 1:
        row = ROWS[chosen.rows[0]]
        print_figures(row.TITLE, row.measure(small=chosen.small), judge=not chosen.small)
        return
    size = ["--small"] if chosen.small else []
    for name in chosen.rows or ROWS:  # each in a process of its own: memory and garbage of one are nothing to the next
        subprocess.run([sys.executable, "-m", "benchmarks", *size, name], check=True)


if __name__ == "__main__":
    main()
