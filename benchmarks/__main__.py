"""``python -m benchmarks [--small] [NAME ...]``: measure all rows, or those named."""

from __future__ import annotations

import argparse

from benchmarks import expansion, memory, preview, start
from benchmarks.measure import print_figures

ROWS = {"expansion": expansion, "memory": memory, "start": start, "preview": preview}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a size that only shows that everything works")
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="NAME", help=f"of {', '.join(ROWS)}")
    chosen = parser.parse_args()
    for name in chosen.rows or ROWS:
        print_figures(ROWS[name].TITLE, ROWS[name].measure(small=chosen.small))


if __name__ == "__main__":
    main()
