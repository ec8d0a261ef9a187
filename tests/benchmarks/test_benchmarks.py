import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("row", "figures"),
    [
        ("expansion", ["plan of 200 objects", "ratio to the baseline", "2,000 objects to 200"]),
        ("memory", ["plan of 1,000 objects"]),
        ("start", ["gitopssets --help", "import gitopssets_provider, above it"]),
        ("preview", ["embedded engine, 20 objects of a set", "set to typed program, embedded engine"]),
    ],
)
def test_a_row_prints_its_figures_at_a_small_size(row, figures):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--small", row], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for figure in figures:
        assert re.search(rf"^  {re.escape(figure)} +[-\d.e+]+", done.stdout, re.MULTILINE), done.stdout


def test_a_set_and_the_plain_text_yield_the_same_objects():
    from benchmarks.expansion import render_and_parse
    from benchmarks.workloads import expand, kustomizations

    objects = [manifest.object for manifest in expand(kustomizations(9)).manifests()]
    assert objects == render_and_parse(9)
