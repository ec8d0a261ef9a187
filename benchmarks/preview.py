"""Rows 3 and 4: a preview of many new Deployments, from one set and from a program with typed classes.

Both run on the embedded engine, and on the Pulumi CLI where one is on PATH. The manifests are rendered, so that no
cluster is needed; what a live cluster's dry run adds is left out, and would be the same for both programs.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Figure, largest_child, seconds

__all__ = ["TITLE", "measure"]

TITLE = "Preview of new Deployments from one set, whole process"

_PROJECT = f"name: bench\nruntime: {{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}\n"
_STACK = "config:\n  gitopssets:render: rendered\n  bench:count: {count}\n"
_PROGRAMS = Path(__file__).parent / "programs"
_ENVIRONMENT = {"PULUMI_CONFIG_PASSPHRASE": "", "KUBECONFIG": "/dev/null", "PULUMI_SKIP_UPDATE_CHECK": "true"}


def measure(*, small: bool) -> Iterator[Figure | str]:
    """Yield times and ratios, on each engine that is there."""
    count = 20 if small else 2_000
    with tempfile.TemporaryDirectory() as folder:
        _embedded(_project(Path(folder, "few"), "one_set", count // 20))
        few = largest_child()
        ours, typed = (_project(Path(folder, name), name, count) for name in ("one_set", "typed_classes"))
        embedded = _embedded(ours)
        yield Figure(f"embedded engine, {count:,} objects of a set", embedded, "s")
        grown = (largest_child() - few) / (count - count // 20)
        yield Figure("memory of the program, its largest process", grown / 1024, "KB/object", 60)
        embedded_typed = _embedded(typed)
        yield Figure("embedded engine, typed program", embedded_typed, "s")
        yield Figure("set to typed program, embedded engine", embedded / embedded_typed, "", 0.65)
        yield from _with_cli(ours, typed, embedded)


def _with_cli(ours: Path, typed: Path, embedded: float) -> Iterator[Figure | str]:
    if shutil.which("pulumi") is None:
        yield "left out: the same on the Pulumi CLI, which is not on PATH"
        return
    real = _real(ours)
    yield Figure("Pulumi CLI, objects of a set", real, "s")
    real_typed = _real(typed)
    yield Figure("Pulumi CLI, typed program", real_typed, "s")
    yield Figure("set to typed program, Pulumi CLI", real / real_typed, "", 0.65)
    yield Figure("embedded engine to Pulumi CLI, same program", embedded / real, "", 0.9)


def _project(folder: Path, program: str, count: int) -> Path:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(_PROJECT)
    (folder / "Pulumi.bench.yaml").write_text(_STACK.format(count=count))
    shutil.copy(_PROGRAMS / f"{program}.py", folder / "__main__.py")
    return folder


def _embedded(project: Path) -> float:
    command = [sys.executable, "-m", "gitopssets_provider", "preview", "--stack", "bench"]
    return seconds(command, cwd=project, env=_ENVIRONMENT)


def _real(project: Path) -> float:
    state = project / ".state"
    state.mkdir(exist_ok=True)
    environment = {**_ENVIRONMENT, "PULUMI_BACKEND_URL": f"file://{state}"}
    seconds(["pulumi", "stack", "select", "--create", "bench"], cwd=project, env=environment)
    return seconds(["pulumi", "preview", "--stack", "bench"], cwd=project, env=environment)
