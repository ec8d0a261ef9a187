"""A stack whose set asks a server: what the stack allows is asked, with its secrets, and never less than the truth."""

from __future__ import annotations

import pytest
from toxic_server import Server, answer

_SET = """\
apiVersion: gitopssets/v1
kind: GitOpsSet
metadata: {name: environments, namespace: apps}
spec:
  generators:
    - http:
        url: "http://SERVER/environments?token=of-the-url"
        token: "{{ secrets.apiToken }}"
        path: items
        pages: {link: true}
  templates:
    - content:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "{{ env }}"}
        data: {replicas: "{{ replicas }}"}
"""
_PAGES = {
    "": answer({"items": [{"env": "dev", "replicas": 1}]}, link='</environments?page=2>; rel="next"'),
    "2": answer({"items": [{"env": "prod", "replicas": 3}]}),
}


def _page(asked):
    return _PAGES[asked.path.partition("page=")[2]]


@pytest.fixture
def stack(tmp_path, monkeypatch):
    def write(server, network):
        (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        (tmp_path / "set.yaml").write_text(_SET.replace("SERVER", server.authority))
        (tmp_path / "Pulumi.dev.yaml").write_text(
            "config:\n  gitopssets:sets: [set.yaml]\n  gitopssets:secrets: {apiToken: hidden}\n" + network
        )
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    return write


def _granted(server):
    grant = f"{{host: '{server.authority}', allowHttp: true, privateAddresses: true}}"
    return f"  gitopssets:network: {{hosts: [{grant}], attempts: 1}}\n"


def test_every_page_becomes_objects_and_no_secret_is_shown(stack, call):
    with Server(_page) as server:
        stack(server, _granted(server))
        done = call("render", "--stack", "dev", "-o", "json")
    assert done.status == 0, done.err
    objects = done.json["sets"][0]["objects"]
    assert [(one["metadata"]["name"], one["data"]["replicas"]) for one in objects] == [("dev", "1"), ("prod", "3")]
    assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer hidden"] * 2
    assert "hidden" not in done.out + done.err
    assert "of-the-url" not in done.out + done.err


def test_without_a_grant_nobody_is_asked(stack, call):
    with Server(_page) as server:
        stack(server, "")
        done = call("render", "--stack", "dev")
    assert done.status == 1
    assert f"{server.authority} is not granted" in done.err
    assert "of-the-url" not in done.err
    assert not server.asked


@pytest.mark.parametrize("fault", [None, answer([], 500), answer(b"<html>", content_type="text/html"), answer(b"")])
def test_a_second_page_that_fails_leaves_no_first_half(stack, call, fault):
    with Server(lambda asked: fault if "page=2" in asked.path else _page(asked)) as server:
        stack(server, _granted(server))
        done = call("render", "--stack", "dev", "-o", "json")
    assert done.status == 1
    assert "generators[0].http" in done.err
    assert "ConfigMap" not in done.out
