"""The resources of a state, listed and shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from gitopssets_provider.engine.deployment import write_resource
from gitopssets_provider.engine.property_json import PropertyWriter
from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.engine.step import Op, Outcome, Step
from gitopssets_provider.engine.urn import ROOT_STACK_TYPE, resource_name
from gitopssets_provider.engine.values import UNKNOWN
from gitopssets_provider.errors import StackError, did_you_mean
from gitopssets_provider.report.redaction import redact
from gitopssets_provider.report.style import Style
from gitopssets_provider.report.subject import subject_of
from gitopssets_provider.report.text import TextOptions, TextReport

__all__ = ["find_resource", "inventory_json", "inventory_lines", "resource_json"]


def inventory_lines(resources: Sequence[Resource], style: Style) -> Iterator[str]:
    """Yield the resources by set and cluster, and how many there are."""
    steps = [Step(Op.SAME, resource.urn, resource, resource) for resource in resources]
    outputs = next((resource.outputs for resource in resources if resource.type == ROOT_STACK_TYPE), {})
    outcome = Outcome(ok=True, steps=steps, changes={}, diagnostics=[], seconds=0, snapshot=Snapshot(), outputs=outputs)
    report = TextReport(outcome, TextOptions(show_sames=True, style=style))
    yield from report.lines()
    yield style.heading(f"{len(resources)} resource{'' if len(resources) == 1 else 's'}")


def inventory_json(resources: Sequence[Resource]) -> str:
    """Return one entry a resource."""
    entries = []
    for resource in resources:
        subject = subject_of(Step(Op.SAME, resource.urn, resource, resource))
        entries.append(
            {
                "urn": resource.urn,
                "type": resource.type,
                "set": subject.set,
                "cluster": subject.cluster,
                "name": subject.label,
                "protect": resource.protect,
            }
        )
    return json.dumps({"resources": entries}, indent=2, ensure_ascii=False)


def find_resource(query: str, resources: Sequence[Resource]) -> Resource:
    """Return the resource with this URN or this name."""
    found = [resource for resource in resources if query in (resource.urn, resource_name(resource.urn))]
    if not found:
        near = did_you_mean(query, {resource_name(resource.urn) for resource in resources})
        remedy = near if "mean" in near else "`gitopssets state list` shows what it has"
        raise StackError(f'the stack has no resource "{query}"', remedy=remedy)
    if len(found) > 1:
        urns = ", ".join(resource.urn for resource in found)
        raise StackError(f'{len(found)} resources are called "{query}"', remedy=f"name one by its URN: {urns}")
    return found[0]


def resource_json(resource: Resource) -> dict[str, Any]:
    """Return a resource as the state file writes it, secrets masked."""
    inputs, outputs = (redact(values, unknown=UNKNOWN) for values in (resource.inputs, resource.outputs))
    return write_resource(replace(resource, inputs=inputs, outputs=outputs), PropertyWriter(None))
