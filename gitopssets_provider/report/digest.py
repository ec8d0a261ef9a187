"""A run as Pulumi's preview digest: the JSON of ``pulumi preview --json``, for tools that read that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.step import Diagnostic, Op, Outcome, Step
from gitopssets_provider.engine.urn import ROOT_STACK_TYPE, resource_type
from gitopssets_provider.engine.values import Secret
from gitopssets_provider.report.inventory import resource_json
from gitopssets_provider.report.redaction import MASK, Scrubber, redact

__all__ = ["digest"]

# Pulumi's "replace" stands for these two.
_PARTS_OF_A_REPLACEMENT = (Op.CREATE_REPLACEMENT, Op.DELETE_REPLACED)


def digest(outcome: Outcome, config: Mapping[str, Any], scrub: Scrubber, *, show_sames: bool = False) -> str:
    """Return the digest of a run as JSON; secrets are masked, and in messages scrubbed."""
    content = {
        "config": {key: _config_text(value) for key, value in sorted(config.items())},
        "steps": [_step(step) for step in outcome.steps if _is_shown(step, show_sames=show_sames)],
        "diagnostics": [_diagnostic(item, scrub) for item in outcome.diagnostics if item.severity != "debug"],
        "duration": int(outcome.seconds * 1_000_000_000),
        "changeSummary": dict(sorted(outcome.changes.items())),
    }
    return json.dumps({key: value for key, value in content.items() if value}, indent=4, ensure_ascii=False)


def _is_shown(step: Step, *, show_sames: bool) -> bool:
    if step.op in _PARTS_OF_A_REPLACEMENT:
        return False
    if step.op is not Op.SAME or show_sames or resource_type(step.urn) == ROOT_STACK_TYPE:
        return True
    return step.old is not None and step.new is not None and step.old.protect != step.new.protect


def _step(step: Step) -> dict[str, Any]:
    state = step.new or step.old
    diff = {
        path: {"kind": kind, "inputDiff": path in step.input_diffs} for path, kind in sorted(step.detailed_diff.items())
    }
    optional = {
        "provider": state.provider if state else "",
        "oldState": resource_json(step.old) if step.old else None,
        "newState": resource_json(_as_wanted(step.new)) if step.new else None,
        "diffReasons": list(step.diff_reasons),
        "replaceReasons": list(step.replace_reasons),
    }
    present = {key: value for key, value in optional.items() if value}
    return {"op": step.op.value, "urn": step.urn, **present, "detailedDiff": diff or None}


def _as_wanted(resource: Resource) -> Resource:
    """Return a new state as it is before the step is taken, which is when the CLI writes it down."""
    return replace(resource, id=resource.id if resource.external else "", outputs={})


def _diagnostic(item: Diagnostic, scrub: Scrubber) -> dict[str, str]:
    prefix = f"{item.severity}: " if item.severity in ("error", "warning") else ""
    content = {"urn": item.urn, "message": prefix + scrub(item.message), "severity": item.severity}
    return {key: text for key, text in content.items() if text}


def _config_text(value: Any) -> str:
    """Return a configuration value as text; a secret, and a structure that holds one, is masked whole."""
    masked = redact(value)
    if isinstance(value, Secret) or (not isinstance(value, str) and masked != value):
        return MASK
    return masked if isinstance(masked, str) else json.dumps(masked, ensure_ascii=False)
