"""What is expanded: one Flux Kustomization for each element of a list, as a set and as plain text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gitopssets_provider.model.plan import Plan
from gitopssets_provider.planning import plan
from gitopssets_provider.settings import Settings
from gitopssets_provider.spec import Definition, define
from gitopssets_provider.stack_sources import stack_sources

__all__ = ["KUSTOMIZATION", "KUSTOMIZATION_TEXT", "elements", "expand", "kustomizations"]

KUSTOMIZATION: dict[str, Any] = {
    "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
    "kind": "Kustomization",
    "metadata": {
        "name": "app-{{ name }}",
        "namespace": "flux-system",
        "labels": {"team": "{{ team }}", "env": "{{ env }}"},
    },
    "spec": {
        "interval": "{{ interval }}m",
        "path": "./clusters/{{ env }}/{{ name }}",
        "prune": "{{ prune }}",
        "sourceRef": {"kind": "GitRepository", "name": "{{ repository }}"},
        "postBuild": {"substitute": {"replicas": "{{ replicas }}", "region": "{{ region }}"}},
    },
}

KUSTOMIZATION_TEXT = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: "app-{{ name }}"
  namespace: flux-system
  labels:
    team: "{{ team }}"
    env: "{{ env }}"
spec:
  interval: "{{ interval }}m"
  path: "./clusters/{{ env }}/{{ name }}"
  prune: {{ prune | tojson }}
  sourceRef:
    kind: GitRepository
    name: "{{ repository }}"
  postBuild:
    substitute:
      replicas: {{ replicas }}
      region: "{{ region }}"
"""


def elements(count: int) -> list[dict[str, Any]]:
    """Return so many different elements."""
    return [
        {
            "name": f"n{number}",
            "team": f"team-{number % 7}",
            "env": ("dev", "staging", "production")[number % 3],
            "interval": number % 50 + 1,
            "prune": number % 2 == 0,
            "repository": f"repository-{number % 11}",
            "replicas": number % 5,
            "region": f"eu-west-{number % 3}",
        }
        for number in range(count)
    ]


def kustomizations(count: int) -> Definition:
    """Return a set that makes a Kustomization of each of so many elements."""
    limits = {"maxElements": count, "maxObjects": count}
    spec = {
        "generators": [{"list": {"elements": elements(count)}}],
        "templates": [{"content": KUSTOMIZATION}],
        "limits": limits,
    }
    return define("apps", spec)


def expand(definition: Definition) -> Plan:
    """Walk the one road from a definition to objects."""
    return plan([definition], stack_sources(Settings(), Path()))
