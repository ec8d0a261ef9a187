from __future__ import annotations

from gitopssets_provider.engine.dependency_graph import DependencyGraph
from gitopssets_provider.engine.resource import Resource

PROVIDER = "urn:pulumi:s::p::pulumi:providers:kubernetes::render"


def urn(name: str) -> str:
    return f"urn:pulumi:s::p::t:m:T::{name}"


def resource(name: str, *needs: str, parent: str = "", custom: bool = True, **fields: object) -> Resource:
    return Resource(
        urn(name),
        "t:m:T",
        custom=custom,
        parent=urn(parent) if parent else "",
        dependencies=[urn(need) for need in needs],
        **fields,  # type: ignore[arg-type]
    )


def names(resources: list[Resource]) -> list[str]:
    return [item.name for item in resources]


def test_dependents_are_found_through_others() -> None:
    a, b, c, d = resource("a"), resource("b", "a"), resource("c", "b"), resource("d")
    graph = DependencyGraph([a, b, c, d])
    assert names(graph.dependents(a)) == ["b", "c"]
    assert names(graph.dependents(a, ignored={urn("b")})) == []
    assert names(graph.dependents(d)) == []


def test_a_resource_depends_on_its_provider_and_on_what_its_properties_come_from() -> None:
    provider = Resource(PROVIDER, "pulumi:providers:kubernetes", custom=True, id="1")
    a = resource("a", provider=f"{PROVIDER}::1")
    b = resource("b", property_dependencies={"spec": [urn("a")]})
    c = resource("c", deleted_with=urn("a"))
    graph = DependencyGraph([provider, a, b, c])
    assert names(graph.dependents(provider)) == ["a", "b", "c"]
    assert names(graph.dependencies(a)) == ["render"]
    assert names(graph.dependencies(b)) == ["a"]


def test_who_depends_on_a_component_depends_on_what_is_inside() -> None:
    component = resource("set", custom=False)
    inner = resource("set/a", parent="set")
    innermost = resource("set/b", parent="set/a")
    other = resource("other", "set")
    graph = DependencyGraph([component, inner, innermost, other])
    assert sorted(names(graph.dependencies(other))) == ["set", "set/a", "set/b"]


def test_children_depend_on_their_parents_only_when_asked_for() -> None:
    component, inner = resource("set", custom=False), resource("set/a", parent="set")
    graph = DependencyGraph([component, inner])
    assert names(graph.dependents(component)) == []
    assert names(graph.dependents(component, children=True)) == ["set/a"]


def test_what_a_resource_stands_on_includes_what_that_stands_on() -> None:
    a, b, c = resource("a"), resource("b", "a"), resource("c", parent="b")
    graph = DependencyGraph([a, b, c])
    assert graph.transitive_dependencies(c) == {id(a), id(b)}


def test_a_replaced_resource_does_not_stand_for_its_successor() -> None:
    new, old = resource("a"), resource("a", delete=True)
    dependent = resource("b", "a")
    graph = DependencyGraph([new, dependent, old])
    assert graph.transitive_dependencies(dependent) == {id(new)}
