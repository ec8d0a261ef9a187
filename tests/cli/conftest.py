"""A folder with definitions, and the command line that works in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from gitopssets_provider.cli.application import run


@dataclass
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def call(capsys):
    def call(*arguments: str) -> Result:
        status = run([str(argument) for argument in arguments])
        return Result(status, *capsys.readouterr())

    return call


PODINFO = """\
apiVersion: gitopssets/v1
kind: GitOpsSet
metadata: {name: podinfo, namespace: apps}
spec:
  generators:
    - list:
        elements:
          - {env: dev, replicas: 1}
          - {env: prod, replicas: 3}
  templates:
    - content:
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: "podinfo-{{ env }}"}
        spec: {replicas: "{{ replicas }}"}
"""

SETTINGS = """\
apiVersion: gitopssets/v1
kind: GitOpsSet
metadata: {name: settings}
spec:
  generators:
    - git: {repository: environments, files: ["*.yaml"]}
  templates:
    - content:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "{{ name }}", namespace: team}
        data: {region: "{{ region }}"}
    - when: "{{ password is defined }}"
      content:
        apiVersion: v1
        kind: Secret
        metadata: {name: "{{ name }}", namespace: team}
        stringData: {password: "{{ password }}"}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "podinfo.yaml").write_text(PODINFO)
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "eu.yaml").write_text("{name: eu, region: eu-west-1}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path
