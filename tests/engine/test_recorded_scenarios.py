"""The embedded engine does what the CLI did in every recorded scenario (see the header of the recordings)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from embedded_engine import EmbeddedEngine
from scenario_differences import differences
from scenarios import load, run_case

CASES = load(Path(__file__).with_name("recorded_scenarios.yaml"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_a_recorded_scenario_comes_out_as_it_did_with_the_cli(case: dict[str, Any], tmp_path: Path) -> None:
    records = run_case(EmbeddedEngine(), case, tmp_path)
    found = []
    for number, (recorded, record) in enumerate(zip(case["steps"], records, strict=True)):
        before = records[number - 1] if number else None
        found += [f"step {number}: {line}" for line in differences(recorded, record, before)]
    assert found == []
