"""Row 1: expansion in the process, against rendering the same text with Jinja2 and parsing it with PyYAML."""

from __future__ import annotations

from collections.abc import Iterator

import jinja2
import yaml

from benchmarks.measure import Figure, best_of
from benchmarks.workloads import KUSTOMIZATION_TEXT, elements, expand, kustomizations

__all__ = ["TITLE", "measure"]

TITLE = "Expansion in the process: list elements x 1 Kustomization template"

_REPEATS = 3


def measure(*, small: bool) -> Iterator[Figure]:
    """Yield the time an object takes, its ratio to the baseline, and how it grows."""
    count = 200 if small else 10_000
    baseline_count = min(count, 1_000)
    definition, tenfold = kustomizations(count), kustomizations(count * 10)
    ours, baseline, grown = best_of(
        _REPEATS, lambda: expand(definition), lambda: render_and_parse(baseline_count), lambda: expand(tenfold)
    )
    yield Figure(f"plan of {count:,} objects", ours / count * 1e6, "us/object", 20)
    yield Figure("baseline: Jinja2 text, PyYAML's C loader", baseline / baseline_count * 1e6, "us/object")
    yield Figure("ratio to the baseline", (ours / count) / (baseline / baseline_count), "")
    yield Figure(f"{count * 10:,} objects to {count:,}", grown / ours, "times", 11)


def render_and_parse(count: int) -> list[object]:
    """Do what a plain program would: render each element's text and parse it again."""
    template = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False).from_string(KUSTOMIZATION_TEXT)
    return [yaml.load(template.render(element), Loader=yaml.CSafeLoader) for element in elements(count)]
