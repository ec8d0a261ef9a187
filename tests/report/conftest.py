"""A small fleet of hand-made steps: what an engine hands to the report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.engine.step import Op, Outcome, Step

SET = "gitopssets:index:GitOpsSet"
STACK_URN = "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev"


class Run:
    """Makes the steps of one run; old and new bodies are whole Kubernetes objects."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def stack(self, old: dict[str, Any] | None = None) -> Run:
        state = Resource(STACK_URN, "pulumi:pulumi:Stack", outputs=old or {})
        self.steps.append(Step(Op.SAME, STACK_URN, state, Resource(STACK_URN, "pulumi:pulumi:Stack")))
        return self

    def stack_ends(self) -> Run:
        self.steps.append(Step(Op.DELETE, STACK_URN, Resource(STACK_URN, "pulumi:pulumi:Stack"), None))
        return self

    def set(self, name: str, old: dict[str, Any] | None, new: dict[str, Any] | None, *, was: str = "") -> Run:
        before = None if old is None else self._component(was or name, old)
        after = None if new is None else self._component(name, new)
        op = Op.CREATE if before is None else Op.DELETE if after is None else Op.SAME
        self.steps.append(Step(op, self._urn(SET, name), before, after))
        return self

    def object(
        self,
        op: Op,
        body: dict[str, Any] | None = None,
        *,
        old: dict[str, Any] | None = None,
        owner: str = "podinfo",
        cluster: str = "",
        was: str = "",
        diff: dict[str, Any] | None = None,
        **fields: Any,
    ) -> Run:
        before = self._object(old, was or owner, cluster, fields) if old else None
        after = self._object(body, owner, cluster, fields) if body else None
        urn = (after or before).urn  # type: ignore[union-attr]
        replaces = tuple(path for path, kind in (diff or {}).items() if kind.endswith("-replace"))
        self.steps.append(Step(op, urn, before, after, tuple(diff or ()), replaces, diff or {}))
        return self

    def resource(self, op: Op, kind: str, name: str, **inputs: Any) -> Run:
        state = Resource(self._urn(kind, name), kind, custom=True, inputs=inputs, parent=STACK_URN)
        old, new = (None if op is Op.CREATE else state), (None if op is Op.DELETE else state)
        self.steps.append(Step(op, state.urn, old, new))
        return self

    def outcome(self, *, ok: bool = True, outputs: dict[str, Any] | None = None) -> Outcome:
        return Outcome(ok, self.steps, {}, [], 1.25, Snapshot(), outputs or {})

    def _urn(self, kind: str, name: str) -> str:
        return f"urn:pulumi:dev::app::{kind}::{name}"

    def _component(self, name: str, outputs: dict[str, Any]) -> Resource:
        inputs = {"name": name, "templates": outputs.get("templates", "t1")}
        return Resource(self._urn(SET, name), SET, inputs=inputs, outputs=outputs, parent=STACK_URN)

    def _object(self, body: dict[str, Any], owner: str, cluster: str, fields: dict[str, Any]) -> Resource:
        version, metadata = body["apiVersion"], body["metadata"]
        token = f"kubernetes:{version if '/' in version else 'core/' + version}:{body['kind']}"
        place = "/".join(filter(None, [metadata.get("namespace"), metadata["name"]]))
        name = f"{owner}{'@' + cluster if cluster else ''}/{place}"
        parent = self._urn(SET, owner)
        return Resource(self._urn(f"{SET}${token}", name), token, True, "id", inputs=body, parent=parent, **fields)


@pytest.fixture
def run() -> Run:
    return Run()


@pytest.fixture
def config_map():
    def make(name: str, namespace: str = "podinfo", **data: Any) -> dict[str, Any]:
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": namespace},
            "data": data,
        }

    return make


@pytest.fixture
def deployment():
    def make(name: str, replicas: int = 1) -> dict[str, Any]:
        metadata = {"name": name, "namespace": "podinfo"}
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"replicas": replicas}}

    return make


@pytest.fixture
def memory():
    """Outputs of a component: {element origin: (digest, object keys)}."""

    def make(elements: dict[str, tuple[str, Iterable[str]]], templates: str = "t1") -> dict[str, Any]:
        objects = {
            key: {"from": origin, "template": "templates[0]"} for origin, (_, keys) in elements.items() for key in keys
        }
        return {
            "elementCount": len(elements),
            "objectCount": len(objects),
            "digest": "d",
            "sources": ["stacks/environments/*.yaml at 4f2c1d0"],
            "elements": {origin: digest for origin, (digest, _) in elements.items()},
            "objects": objects,
            "templates": templates,
        }

    return make
