"""Duplicates across sets: one object, or one Pulumi name, made twice."""

from __future__ import annotations

import pytest

from gitopssets_provider.errors import PlanError
from gitopssets_provider.guard.duplicates import check_duplicates
from gitopssets_provider.model.element import Origin
from gitopssets_provider.model.manifest import Manifest, ObjectKey
from gitopssets_provider.model.plan import PlannedSet
from gitopssets_provider.model.template import ObjectOptions


def manifest(name: str, *, cluster: str = "default", namespace: str = "ns", resource: str = "") -> Manifest:
    key = ObjectKey(cluster, "", "ConfigMap", namespace, name)
    suffix = "" if cluster == "default" else f"@{cluster}"
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}
    origin = Origin(f"generators[0].list.elements[{name}]")
    return Manifest(value, key, resource or f"set{suffix}/{namespace}/{name}", "templates[0]", origin, ObjectOptions())


def planned(name: str, *manifests: Manifest) -> PlannedSet:
    return PlannedSet(name, "", name, (), manifests, manifests, file=f"{name}.yaml")


def test_objects_that_differ_in_any_part_of_their_identity_are_fine() -> None:
    check_duplicates(
        [planned("a", manifest("x"), manifest("y"), manifest("x", namespace="other"), manifest("x", cluster="c"))]
    )


def test_the_second_maker_is_the_place_and_the_first_is_named() -> None:
    with pytest.raises(PlanError) as raised:
        check_duplicates([planned("a", manifest("x")), planned("b", manifest("y"), manifest("x"))])
    (problem,) = raised.value.problems
    assert (problem.file, problem.path) == ("b.yaml", "spec.templates[0]")
    assert problem.fact.startswith("ConfigMap ns/x is made twice: by a.yaml: spec.templates[0] for generators[0]")


def test_more_than_a_hundred_duplicates_are_counted() -> None:
    many = [manifest(f"n{number}") for number in range(150)]
    with pytest.raises(PlanError) as raised:
        check_duplicates([planned("a", *many, *many)])
    assert len(raised.value.problems) == 101
    assert raised.value.problems[-1].fact == "50 more objects are made more than once"


def test_two_objects_of_one_pulumi_name_are_refused() -> None:
    one = manifest("x", cluster="c/ns", namespace="", resource="set@c/ns/x")
    other = manifest("x", cluster="c", resource="set@c/ns/x")
    with pytest.raises(PlanError, match="would both be named set@c/ns/x"):
        check_duplicates([planned("a", one, other)])
