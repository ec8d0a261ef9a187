"""A stack's configuration: every key checked, every error with its place."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.deferred import OpaqueUsedError
from gitopssets_provider.settings import Settings

FILE = "Pulumi.dev.yaml"


def parsed(secret_keys: tuple[str, ...] = (), **config: Any) -> Settings:
    return Settings.parse(config, file=FILE, secret_keys=secret_keys)


def problems(secret_keys: tuple[str, ...] = (), **config: Any) -> list[str]:
    with pytest.raises(DefinitionError) as raised:
        parsed(secret_keys, **config)
    return [str(problem) for problem in raised.value.problems]


def test_a_stack_that_configures_nothing_has_defaults() -> None:
    settings = parsed()
    assert (settings.sets, settings.clusters, settings.render, settings.default_cluster) == ((), None, "", "")


def test_structured_values_may_be_json_text_as_pulumi_hands_them_to_a_program() -> None:
    typed = parsed(
        sets=["a.yaml", "b/*.yaml"],
        clusters={"kubeconfig": "~/.kube/config", "contexts": ["a"]},
        values={"replicas": 2, "deep": {"x": [1]}},
        limits={"maxElements": 10},
        credentials={"example.org": {"username": "u", "password": "p"}},
        secrets={"token": "t"},
        render="rendered/dev",
        defaultCluster="hub",
    )
    text = parsed(
        sets='["a.yaml", "b/*.yaml"]',
        clusters='{"kubeconfig": "~/.kube/config", "contexts": ["a"]}',
        values='{"replicas": 2, "deep": {"x": [1]}}',
        limits='{"maxElements": 10}',
        credentials='{"example.org": {"username": "u", "password": "p"}}',
        secrets='{"token": "t"}',
        render="rendered/dev",
        defaultCluster="hub",
    )
    assert typed == text
    assert typed.values == {"replicas": 2, "deep": {"x": [1]}}
    assert typed.credentials == {"example.org": Credential(username="u", password="p")}


def test_one_set_and_an_inventory_need_no_more_than_their_names() -> None:
    settings = parsed(sets="stacks/sets/*.yaml", clusters="stacks/clusters.yaml")
    assert settings.sets == ("stacks/sets/*.yaml",)
    assert settings.clusters is not None
    assert settings.clusters.inventory == "stacks/clusters.yaml"


def test_unknown_keys_and_wrong_types_are_told_at_once_with_the_whole_key() -> None:
    assert problems(valeus={}, render=3, limits={"maxElement": 1}) == [
        "Pulumi.dev.yaml: gitopssets:render: must be a string, not a number; quote it",
        'Pulumi.dev.yaml: gitopssets:limits.maxElement: unknown key; did you mean "maxElements"?',
        'Pulumi.dev.yaml: gitopssets:valeus: unknown key; did you mean "values"?',
    ]


@pytest.mark.parametrize("key", ["permissions", "shard"])
def test_keys_of_later_versions_are_unknown(key: str) -> None:
    (problem,) = problems(**{key: {}})
    assert problem.startswith(f"Pulumi.dev.yaml: gitopssets:{key}: unknown key")


def test_a_misspelt_key_below_a_host_names_the_near_one() -> None:
    place = 'Pulumi.dev.yaml: gitopssets:credentials["github.com"].pasword'
    assert problems(credentials={"github.com": {"pasword": "hunter2"}}) == [
        f'{place}: unknown key; did you mean "password"?'
    ]


def test_text_that_is_no_json_is_refused_without_showing_a_secret() -> None:
    (problem,) = problems(secrets='{"token": hunter2}')
    assert problem.startswith("Pulumi.dev.yaml: gitopssets:secrets: ")
    assert "hunter2" not in problem


def test_clusters_come_from_one_place() -> None:
    assert problems(clusters={}) == [
        "Pulumi.dev.yaml: gitopssets:clusters: name one of inventory, kubeconfig and a kind of management"
    ]
    assert len(problems(clusters={"inventory": "a", "kubeconfig": "b"})) == 1
    assert len(problems(clusters={"inventory": "a", "contexts": ["b"]})) == 1


def test_a_secret_may_stand_only_where_secrets_belong() -> None:
    assert problems(("values", "secrets", "credentials"), values={}, secrets={}, credentials={}) == [
        "Pulumi.dev.yaml: gitopssets:values: holds a secret; move it to gitopssets:secrets"
    ]


def test_secrets_are_hidden_leaf_by_leaf_under_their_own_names() -> None:
    hidden = parsed(secrets={"db": {"password": "hunter2"}, "list": ["x"]}).hidden_secrets()
    assert repr(hidden) == "{'db': {'password': <secrets.db.password>}, 'list': [<secrets.list[0]>]}"
    with pytest.raises(OpaqueUsedError):
        str(hidden["db"]["password"])


def test_the_settings_show_no_secret() -> None:
    settings = parsed(secrets={"a": "hunter2"}, credentials={"h": {"password": "hunter2"}})
    assert "hunter2" not in repr(settings)
