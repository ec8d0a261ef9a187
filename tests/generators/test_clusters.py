"""The clusters generator yields the clusters that a selector matches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError, SourceError
from gitopssets_provider.generators import Clusters, Context, expand_all
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.sources.inventory import FixedClusters, Inventory


def _names(elements: Any) -> list[str]:
    return [element.parameters["cluster"]["name"] for element in elements]


@pytest.mark.parametrize("body", [{}, None, {"selector": {}}])
def test_without_a_selector_every_cluster_is_yielded_ordered_by_name(expand: Any, body: Any) -> None:
    assert _names(expand({"clusters": body})) == ["dev-1", "prod-eu", "prod-us"]


def test_what_is_known_of_a_cluster_stands_under_one_key_without_credentials(expand: Any) -> None:
    elements = expand({"clusters": {}})
    assert [element.parameters for element in elements[1:]] == [
        {
            "cluster": {
                "name": "prod-eu",
                "namespace": "",
                "labels": {"env": "production", "region": "eu"},
                "annotations": {"owner": "a"},
                "server": "",
            }
        },
        {
            "cluster": {
                "name": "prod-us",
                "namespace": "",
                "labels": {"env": "production", "region": "us", "tier": "1"},
                "annotations": {},
                "server": "https://us",
            }
        },
    ]
    assert str(elements[0].origin) == "cluster dev-1 (generators[0].clusters)"


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ({"matchLabels": {"env": "production"}}, ["prod-eu", "prod-us"]),
        ({"matchLabels": {"env": "production", "region": "eu"}}, ["prod-eu"]),
        ({"matchExpressions": [{"key": "region", "operator": "In", "values": ["eu", "ap"]}]}, ["prod-eu"]),
        ({"matchExpressions": [{"key": "region", "operator": "NotIn", "values": ["eu"]}]}, ["dev-1", "prod-us"]),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, ["prod-us"]),
        ({"matchExpressions": [{"key": "region", "operator": "DoesNotExist"}]}, ["dev-1"]),
        (
            {
                "matchLabels": {"env": "production"},
                "matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}],
            },
            ["prod-eu"],
        ),
    ],
)
def test_a_selector_selects_as_in_kubernetes(expand: Any, selector: dict[str, Any], names: list[str]) -> None:
    assert _names(expand({"clusters": {"selector": selector}})) == names


def test_a_selector_that_matches_none_names_the_clusters(expand: Any) -> None:
    with pytest.raises(SourceError) as caught:
        expand({"clusters": {"selector": {"matchLabels": {"env": "prod"}}}})
    assert str(caught.value) == (
        "generators[0].clusters.selector: no cluster matches env=prod (3 clusters: dev-1, prod-eu, prod-us)"
    )
    assert expand({"clusters": {"selector": {"matchLabels": {"env": "prod"}}, "allowEmpty": True}}) == []


def test_of_many_clusters_the_first_are_named(context: Context) -> None:
    many = FixedClusters([Cluster(name=f"c{index:02}") for index in range(14)])
    using = replace(context, sources=replace(context.sources, clusters=many))
    with pytest.raises(SourceError, match=r"\(14 clusters: c00, .*, c09, and 4 more\)"):
        expand_all([Clusters.model_validate({"selector": {"match_labels": {"a": "b"}}})], using)


def test_a_stack_without_clusters_says_how_to_name_them(context: Context) -> None:
    using = replace(context, sources=replace(context.sources, clusters=FixedClusters()))
    with pytest.raises(SourceError, match="the stack knows no clusters; name an inventory, kubeconfig contexts or"):
        expand_all([Clusters()], using)
    assert expand_all([Clusters(allow_empty=True)], using) == []


def test_what_is_wrong_with_the_inventory_is_told_at_the_generators_place(context: Context, tmp_path: Path) -> None:
    (tmp_path / "clusters.yaml").write_text("clusters: [{name: a}, {nam: b}]\n")
    inventory = Inventory(tmp_path / "clusters.yaml", shown="stacks/clusters.yaml")
    using = replace(context, sources=replace(context.sources, clusters=inventory))
    with pytest.raises(SourceError) as caught:
        expand_all([Clusters()], using)
    assert str(caught.value) == (
        'generators[0].clusters: stacks/clusters.yaml: clusters[1].nam: unknown key; did you mean "name"?'
    )


def test_a_selector_may_use_what_the_stack_says(expand: Any) -> None:
    assert _names(expand({"clusters": {"selector": {"matchLabels": {"env": "{{ stack.name }}"}}}})) == ["dev-1"]


def test_a_bound_number_is_spelled_as_a_label_is(expand: Any) -> None:
    row = {"list": {"elements": [{"tier": 1}]}}
    fleet = {"clusters": {"selector": {"matchLabels": {"tier": "{{ tier }}"}}}}
    (element,) = expand({"matrix": {"generators": [row, fleet]}})
    assert element.parameters["cluster"]["name"] == "prod-us"


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ({"matchLabels": {"tier": 1}}, r"selector.matchLabels.tier: must be a string, not a number; quote it"),
        ({"matchExpressions": [{"key": "a", "operator": "In"}]}, r"matchExpressions\[0\]: operator In needs values"),
        (
            {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["x"]}]},
            r"matchExpressions\[0\]: operator Exists takes no values",
        ),
        ({"matchExpressions": [{"key": "a", "operator": "exists"}]}, r'operator: must be .*did you mean "Exists"'),
        ({"matchLabel": {}}, r'selector.matchLabel: unknown key; did you mean "matchLabels"'),
    ],
)
def test_a_selector_that_is_wrong_is_an_error_with_its_place(
    expand: Any, selector: dict[str, Any], message: str
) -> None:
    with pytest.raises(DefinitionError, match=message):
        expand({"clusters": {"selector": selector}})
