"""Contexts of a kubeconfig are clusters."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.kubeconfig import KubeconfigContexts

_CONFIG = """
apiVersion: v1
kind: Config
current-context: dev
clusters:
- {name: c1, cluster: {server: "https://one", certificate-authority-data: aaaa}}
- {name: c2, cluster: {server: "https://two"}}
contexts:
- {name: prod, context: {cluster: c2, user: admin, namespace: x}}
- {name: dev, context: {cluster: c1, user: admin}}
- {name: "arn:aws:eks/one", context: {cluster: c1, user: admin}}
users:
- {name: admin, user: {token: s3cret, exec: {command: /bin/false}}}
"""


def _contexts(tmp_path: Path, contexts: tuple[str, ...] = (), text: str = _CONFIG) -> KubeconfigContexts:
    (tmp_path / "config").write_text(text)
    return KubeconfigContexts(tmp_path / "config", contexts)


def test_chosen_contexts_are_clusters_ordered_by_name(tmp_path: Path) -> None:
    found = _contexts(tmp_path, ("prod", "dev")).clusters()
    path = str(tmp_path / "config")
    assert [(c.name, c.server, c.context, c.kubeconfig) for c in found] == [
        ("dev", "https://one", "dev", path),
        ("prod", "https://two", "prod", path),
    ]


def test_without_a_choice_all_contexts_are_meant_and_must_have_usable_names(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        _contexts(tmp_path).clusters()
    assert str(caught.value) == (
        f"{tmp_path}/config: the context arn:aws:eks/one has a name that no cluster can have; "
        "list it in an inventory with a name of its own: {name: ..., kubeconfig: ..., context: ...}"
    )
    simple = _CONFIG.replace("arn:aws:eks/one", "arn")
    assert [cluster.name for cluster in _contexts(tmp_path, text=simple).clusters()] == ["arn", "dev", "prod"]


@pytest.mark.parametrize(
    ("text", "contexts", "message"),
    [
        (_CONFIG, ("prd",), 'config: there is no context prd; did you mean "prod"?'),
        ("", ("dev",), "config: there is no context dev"),
        ("[]", (), "config: a kubeconfig is a mapping, not a list"),
        ("contexts: {}", (), ""),
        ("contexts: 3", (), "config: contexts: must be a list, not a number"),
        ("contexts: [{context: {}}]", (), "config: contexts[0]: must be a mapping with a name and a context"),
        ("contexts: [a]", (), "config: contexts[0]: must be a mapping with a name and a context"),
        ("contexts: [{name: a, context: x}]", (), "config: contexts[0]: must be a mapping with a name and a context"),
        ("a: [", (), "config:"),
    ],
)
def test_what_is_no_kubeconfig_is_an_error_that_shows_nothing_of_it(
    tmp_path: Path, text: str, contexts: tuple[str, ...], message: str
) -> None:
    reader = _contexts(tmp_path, contexts, text)
    if not message:
        assert reader.clusters() == []
        return
    with pytest.raises(SourceError) as caught:
        reader.clusters()
    assert str(caught.value).startswith(f"{tmp_path}/{message}")
    assert "s3cret" not in str(caught.value)


def test_a_kubeconfig_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere: the kubeconfig is not readable: No such file"):
        KubeconfigContexts(tmp_path / "nowhere").clusters()
