"""The embedded engine does what the CLI did in every recorded scenario (see the header of the recordings)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from embedded_engine import EmbeddedEngine
from scenario_differences import differences
from scenarios import load, run_case

_FOLDER = Path(__file__).parent


def _cases(file: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in load(_FOLDER / file)]


def _differences(case: dict[str, Any], folder: Path, *, strict: bool) -> list[str]:
    records = run_case(EmbeddedEngine(), case, folder)
    found: list[str] = []
    for number, (recorded, record) in enumerate(zip(case["steps"], records, strict=True)):
        before = records[number - 1] if number else None
        found += [f"step {number}: {line}" for line in differences(recorded, record, before, strict=strict)]
    return found


@pytest.mark.parametrize("case", _cases("engine_cases.yaml"))
def test_a_scenario_comes_out_as_it_did_with_the_cli(case: dict[str, Any], tmp_path: Path) -> None:
    assert _differences(case, tmp_path, strict=False) == []


@pytest.mark.parametrize("case", _cases("recorded_scenarios.yaml"))
def test_a_scenario_comes_out_as_it_did_with_the_cli_to_the_last_message(case: dict[str, Any], tmp_path: Path) -> None:
    assert _differences(case, tmp_path, strict=True) == []
