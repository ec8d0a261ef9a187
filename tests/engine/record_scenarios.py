"""Record scenarios anew with the real CLI: ``python tests/engine/record_scenarios.py [ID...]``.

The cases of ``recorded_scenarios.yaml`` are run (all, or those named) and what they did replaces what stands there; the
header, the wants and the order of the cases stay. What differs is printed, so that a new version of the CLI tells what
it does in another way.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from real_engine import RealEngine, missing
from scenario_differences import differences
from scenarios import Record, load, run_case

__all__ = ["RECORDED", "dump"]

RECORDED = Path(__file__).with_name("recorded_scenarios.yaml")
WIDTH = 150
GIVEN = ("stack", "before", "previewOnly", "want")


class Dumper(yaml.SafeDumper):
    """Writes what fits into one line as one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, indentless)

    def represent_data(self, data: Any) -> yaml.Node:
        node = super().represent_data(data)
        if isinstance(node, yaml.CollectionNode):
            node.flow_style = flat(node) <= WIDTH
        return node


def flat(node: yaml.Node) -> int:
    """Return the length of a node in one line."""
    if isinstance(node, yaml.MappingNode):
        return sum(flat(key) + flat(value) + 4 for key, value in node.value)
    if isinstance(node, yaml.SequenceNode):
        return sum(flat(item) + 2 for item in node.value)
    return len(node.value)


def dump(cases: list[Record]) -> str:
    """Return the cases as YAML."""
    return yaml.dump(cases, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def recorded(case: Record, records: list[Record]) -> Record:
    """Return the case with what its steps did; ``keep`` names what is kept in full: contents, and the last export."""
    keep = case.get("keep") or []
    steps = []
    for step, record in zip(case["steps"], records, strict=True):
        kept = {key: value for key, value in record.items() if key not in ("export", "contents")}
        if "contents" in keep and "contents" in record:
            kept["contents"] = record["contents"]
        steps.append({**{key: step[key] for key in GIVEN if key in step}, **kept})
    if "export" in keep and "export" in records[-1]:
        del steps[-1]["state"]  # the export holds it
        steps[-1]["export"] = records[-1]["export"]
    return {**case, "steps": steps}


def main(names: list[str]) -> None:
    """Record and print what differs."""
    if reason := missing():
        sys.exit(reason)
    header = "".join(line for line in RECORDED.read_text().splitlines(keepends=True) if line.startswith("#"))
    cases = load(RECORDED)
    for index, case in enumerate(cases):
        if names and case["id"] not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            records = run_case(RealEngine(), case, Path(folder))
        for number, (step, record) in enumerate(zip(case["steps"], records, strict=True)):
            found = differences(step, record) if "preview" in step else ["new"]
            sys.stdout.writelines(f"{case['id']} step {number}: {line}\n" for line in found)
        cases[index] = recorded(case, records)
    RECORDED.write_text(header + dump(cases))


if __name__ == "__main__":
    main(sys.argv[1:])
