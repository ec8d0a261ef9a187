"""Timing, memory, and the lines in which figures are printed."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Figure", "best_of", "largest_child", "print_figures", "seconds", "spent"]


@dataclass(frozen=True)
class Figure:
    """One measured figure: its unit, and the bound that the design sets (none for one that is only a means)."""

    what: str
    value: float
    unit: str
    bound: float | None = None

    @property
    def verdict(self) -> str:
        """Return whether the figure keeps its bound."""
        return "" if self.bound is None else "kept" if self.value <= self.bound else "MISSED"


def best_of(times: int, *works: Callable[[], Any]) -> list[float]:
    """Return the shortest time that each of the works takes, in seconds: what disturbs one only ever adds to it.

    They take turns, so that what disturbs the machine for a while disturbs all of them.
    """
    best = [float("inf")] * len(works)
    for _ in range(times):
        for index, work in enumerate(works):
            gc.collect()
            started = time.perf_counter()
            work()
            best[index] = min(best[index], time.perf_counter() - started)
    return best


def seconds(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> float:
    """Return how long a command takes; one that fails is an error with what it printed."""
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    taken = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}")
    return taken


def spent(code: str) -> int:
    """Return the most memory, in bytes, that a fresh Python needs for the code."""
    done = subprocess.run([sys.executable, "-c", f"{code}\n{_REPORT}"], stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout.splitlines()[-1]) * _RSS_UNIT


# Linux counts in kilobytes, macOS in bytes. Linux hands ru_maxrss on to the programs that a process starts, so a fresh
# process asks /proc for its own.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_REPORT = """
import pathlib, resource
status = pathlib.Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peaks = [line.split()[1] for line in lines if line.startswith("VmHWM")]
print(peaks[0] if peaks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def largest_child() -> int:
    """Return the most memory, in bytes, that any command run so far needed."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _RSS_UNIT


def print_figures(title: str, figures: Iterable[Figure | str], *, judge: bool) -> None:
    """Print a table of figures, and what is said about them; ``judge`` says whether they keep their bounds."""
    print(f"\n{title}")
    for figure in figures:
        if isinstance(figure, str):
            print(f"  {figure}")
            continue
        bound = "" if figure.bound is None else f"at most {figure.bound:g}"
        verdict = figure.verdict if judge else ""
        line = f"  {figure.what:<58} {figure.value:>10.3g} {figure.unit:<12} {bound:<14} {verdict}"
        print(line.rstrip(), flush=True)
