"""The one road: from definitions to a plan, or to everything that is wrong with any of them."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, PlanError, SourceError
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.deferred import Deferred, Opaque
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.plan import Plan
from gitopssets_provider.model.template import Template
from gitopssets_provider.planning import Scope, plan
from gitopssets_provider.settings import Settings, StackLimits
from gitopssets_provider.sources.base import Sources
from gitopssets_provider.sources.inventory import FixedClusters
from gitopssets_provider.sources.live import live
from gitopssets_provider.spec import Definition, define, load

EAST = Cluster(name="east", labels={"env": "production"})
WEST = Cluster(name="west", labels={"env": "production"})


def sources(*clusters: Cluster, root: Path = Path()) -> Sources:
    return live(root, FixedClusters(clusters))


def config_map(name: str = "{{ name }}", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}}


def named(*names: str) -> list[dict[str, Any]]:
    return [{"list": {"elements": [{"name": name} for name in names]}}]


def a_set(name: str = "app", *templates: Any, generators: Any = None, namespace: str = "", **spec: Any) -> Definition:
    bodies = [
        template
        if callable(template) or isinstance(template, Template) or "content" in template
        else {"content": template}
        for template in templates
    ]
    return define(
        name,
        {"generators": generators or named("a", "b"), "templates": bodies or [{"content": config_map()}], **spec},
        namespace=namespace,
    )


def planned(*definitions: Definition, clusters: tuple[Cluster, ...] = (EAST, WEST), **scope: Any) -> Plan:
    return plan(definitions, sources(*clusters), Scope(**scope))


def keys(found: Plan) -> list[str]:
    return [str(manifest.key) for manifest in found.manifests()]


def resources(found: Plan) -> list[str]:
    return [manifest.resource for manifest in found.manifests()]


def problems(*definitions: Definition, kind: type[GitOpsSetsError] = GitOpsSetsError, **scope: Any) -> list[str]:
    with pytest.raises(kind) as raised:
        planned(*definitions, **scope)
    return [str(problem) for problem in raised.value.problems]


# ---------------------------------------------------------------------------------------------- elements x templates


def test_each_template_makes_objects_of_each_element_in_render_order() -> None:
    found = planned(a_set("app", config_map(), {**config_map(), "kind": "Secret"}))
    assert keys(found) == [
        "ConfigMap default/a",
        "Secret default/a",
        "ConfigMap default/b",
        "Secret default/b",
    ]


def test_a_manifest_remembers_its_element_and_its_template() -> None:
    (_, manifest) = planned(a_set("app", config_map())).manifests()
    assert manifest.origin.generator == "generators[0].list.elements[1]"
    assert manifest.template == "templates[0]"
    assert manifest.type == "kubernetes:core/v1:ConfigMap"


def test_when_leaves_elements_out_and_repeat_binds_item() -> None:
    definition = a_set(
        "app",
        {"when": "name == 'a'", "content": config_map()},
        {"repeat": "{{ ['x', 'y'] }}", "content": config_map("{{ name }}-{{ item }}")},
    )
    assert [key.split("/")[1] for key in keys(planned(definition))] == ["a", "a-x", "a-y", "b-x", "b-y"]


def test_when_may_look_at_the_item_and_at_the_target() -> None:
    definition = a_set(
        "app",
        {"repeat": "['x', 'y']", "when": "item == 'x'", "content": config_map("{{ name }}-{{ item }}")},
        {"target": "east", "when": "target.labels.env == 'staging'", "content": config_map("never")},
    )
    assert keys(planned(definition)) == ["ConfigMap default/a-x", "ConfigMap default/b-x"]


def test_when_may_guard_a_target_that_does_not_exist() -> None:
    generators = [{"list": {"elements": [{"name": "a", "place": "east"}, {"name": "b"}]}}]
    template = {"when": "place is defined", "target": "{{ place }}", "content": config_map()}
    assert resources(planned(a_set("app", template, generators=generators))) == ["app@east/default/a"]


def test_templates_see_the_set_the_stack_the_values_and_the_target() -> None:
    content = {
        **config_map(),
        "data": {
            "set": "{{ set.name }} in {{ set.namespace }}",
            "stack": "{{ stack.project }}/{{ stack.name }}",
            "value": "{{ values.domain }}",
            "target": "{{ target.name }} {{ target.labels.env }}",
            "element": "{{ element.name }}",
        },
    }
    definition = a_set("app", {"target": "east", "content": content}, namespace="apps", generators=named("a"))
    (manifest,) = planned(definition, project="p", stack="dev", values={"domain": "example.org"}).manifests()
    assert manifest.object["data"] == {
        "set": "app in apps",
        "stack": "p/dev",
        "value": "example.org",
        "target": "east production",
        "element": "a",
    }


def test_a_function_makes_an_object_several_or_none() -> None:
    def make(element: Element) -> Any:
        name = element.parameters["name"]
        made = [config_map(f"{name}-{number}") for number in range(2)]
        return {"a": made[0], "b": made, "c": None}[name]

    definition = a_set("app", make, generators=named("a", "b", "c"))
    assert keys(planned(definition)) == ["ConfigMap default/a-0", "ConfigMap default/b-0", "ConfigMap default/b-1"]


def test_what_a_function_returns_is_made_canonical() -> None:
    def make(element: Element) -> Any:
        return {**config_map("a", labels={"n": 1}), "data": {"k": 2.0}, "x": (1, 2.0, {"y": 3.5})}

    (manifest,) = planned(a_set("app", make, generators=named("a"))).manifests()
    assert manifest.object["metadata"]["labels"] == {"n": "1"}
    assert manifest.object["data"] == {"k": "2"}
    assert repr(manifest.object["x"]) == "[1, 2, {'y': 3.5}]"


def test_what_a_function_raises_or_returns_wrongly_is_an_error_of_its_template() -> None:
    def raises(element: Element) -> Any:
        return {}["x"]

    def returns(element: Element) -> Any:
        return "text"

    def holds(element: Element) -> Any:
        return {**config_map("a"), "data": {"when": {1, 2}}}

    found = problems(a_set("app", raises, returns, holds, generators=named("a")))
    origin = " (for generators[0].list.elements[0])"
    assert [line.replace(origin, "").partition("spec.")[2] for line in found] == [
        "templates[0].function: raised KeyError: 'x'",
        "templates[1].function: must return an object or a list of them, not a string",
        "templates[2].function.data.when: is a Python set, which JSON does not have; make it a string",
    ]


def test_text_makes_any_number_of_documents_and_data_stays_data() -> None:
    text = """
apiVersion: v1
kind: ConfigMap
metadata: {name: one-{{ name }}}
data: {k: {{ value }}}
{% if more %}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: two}
{% endif %}
"""
    generators = [
        {
            "list": {
                "elements": [{"name": "a", "value": "x: y # z", "more": True}, {"name": "b", "value": 1, "more": False}]
            }
        }
    ]
    template = Template(text=text)
    found = planned(define("app", {"generators": generators, "templates": [template]}))
    assert keys(found) == ["ConfigMap default/one-a", "ConfigMap default/two", "ConfigMap default/one-b"]
    assert next(found.manifests()).object["data"] == {"k": "x: y # z"}


def test_a_mistake_in_a_template_file_has_the_line_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "app.yaml.j2").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ nmae }}}\n")
    (tmp_path / "sets" / "app.yaml").write_text(
        "apiVersion: gitopssets/v1\nkind: GitOpsSet\nmetadata: {name: app}\nspec:\n"
        "  generators: [list: {elements: [{name: a}]}]\n  templates: [file: app.yaml.j2]\n"
    )
    (found,) = problems(*load("sets/app.yaml", root=tmp_path))
    assert found.startswith("sets/app.yaml.j2:3: spec.templates[0]: ")
    assert 'did you mean "name"?' in found


# ------------------------------------------------------------------------------------------------ namespaces and names


def test_the_namespace_is_the_objects_own_then_the_sets_then_default() -> None:
    own = config_map("own", namespace="team")
    assert keys(planned(a_set("app", own, config_map("x"), generators=named("a")))) == [
        "ConfigMap team/own",
        "ConfigMap default/x",
    ]
    (manifest,) = planned(a_set("app", config_map("x"), namespace="apps", generators=named("a"))).manifests()
    assert manifest.object["metadata"] == {"name": "x", "namespace": "apps"}
    assert manifest.resource == "apps.app/apps/x"


def test_cluster_scoped_objects_have_no_namespace_even_where_they_name_one() -> None:
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "system:x"}}
    other = {**role, "metadata": {"name": "y", "namespace": "team"}}
    found = planned(a_set("app", role, other, namespace="apps", generators=named("a")))
    assert [manifest.object["metadata"] for manifest in found.manifests()] == [{"name": "system:x"}, {"name": "y"}]
    assert resources(found) == ["apps.app/system:x", "apps.app/y"]


CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.example.org"},
    "spec": {"group": "example.org", "names": {"kind": "Thing"}, "scope": "Cluster"},
}
THING = {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {"name": "one"}}


def test_a_custom_kinds_scope_comes_from_its_definition_in_any_set_of_the_plan() -> None:
    user = a_set("user", THING, generators=named("a"))
    owner = a_set("owner", CRD, generators=named("a"))
    assert keys(planned(user)) == ["Thing default/one"]
    assert keys(planned(user, owner))[0] == "Thing one"
    later = plan([user], sources(), earlier=planned(owner).sets)
    assert keys(later) == ["Thing one"]


def test_a_templates_scope_says_it_too() -> None:
    definition = a_set("app", {"scope": "Cluster", "content": [THING, config_map("x")]}, generators=named("a"))
    assert keys(planned(definition)) == ["Thing one", "ConfigMap default/x"]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"kind": "ConfigMap", "metadata": {"name": "a"}}, "apiVersion: is missing"),
        ({**config_map("a"), "apiVersion": "apps"}, 'apiVersion: "apps" names no version; write GROUP/VERSION'),
        ({**config_map("a"), "apiVersion": "a/b/v1"}, 'apiVersion: "a/b/v1" is no API version; write GROUP/VERSION'),
        ({**config_map("a"), "apiVersion": 1}, "apiVersion: must be a string, not a number"),
        ({**config_map("a"), "kind": ""}, "kind: is missing"),
        ({**config_map("a"), "kind": "configmap"}, 'kind: "configmap" is no kind'),
        ({"apiVersion": "v1", "kind": "List", "items": []}, 'kind: "List" is a list of objects'),
        ({**config_map("a"), "kind": "ConfigMapList"}, 'kind: "ConfigMapList" is a list of objects'),
        ({**THING, "kind": "ThingList", "items": []}, 'kind: "ThingList" is a list of objects'),
        ({"apiVersion": "v1", "kind": "ConfigMap"}, "metadata: is missing"),
        ({**config_map("a"), "metadata": "x"}, "metadata: must be a mapping, not a string"),
        ({**config_map("a"), "metadata": {}}, "metadata.name: is missing"),
        ({**config_map(""), "metadata": {"generateName": "a-"}}, "metadata.name: is missing"),
        (config_map("Feature/X"), 'metadata.name: "Feature/X" is no DNS name'),
        (config_map("a" * 254), "metadata.name: "),
        (config_map("a", namespace="a.b"), 'metadata.namespace: "a.b" is no DNS label'),
        ({**config_map("a.b"), "kind": "Namespace"}, 'metadata.name: "a.b" is no DNS label'),
        ({**config_map("1a"), "kind": "Service"}, 'metadata.name: "1a" is no DNS-1035 label'),
        (config_map("a", labels=[]), "metadata.labels: must be a mapping, not a list"),
        (config_map("a", labels={"a": "b c"}), 'metadata.labels.a: "b c" is no label value'),
        (config_map("a", labels={"a b": "c"}), 'metadata.labels["a b"]: "a b" is no key'),
        (config_map("a", annotations={"x/y/z": "c"}), "metadata.annotations"),
        (config_map("a", annotations={"a": ["b"]}), "metadata.annotations.a: must be a string, not a list"),
    ],
)
def test_an_object_that_kubernetes_would_refuse_is_refused(value: dict[str, Any], problem: str) -> None:
    (found,) = problems(a_set("app", value, generators=named("a")), kind=PlanError)
    assert found.startswith(f'GitOpsSet "app": spec.templates[0].content.{problem}'), found


def test_the_same_mistake_of_many_elements_is_told_once() -> None:
    definition = a_set("app", config_map("A"), generators=named(*(f"n{number}" for number in range(1000))))
    (found,) = problems(definition)
    assert "(for generators[0].list.elements[0] and 999 more)" in found


def test_many_different_mistakes_are_counted() -> None:
    definition = a_set("app", generators=named(*(f"N{number}" for number in range(1000))))
    found = problems(definition)
    assert len(found) == 101
    assert found[-1].endswith("900 more problems of this kind")


# ------------------------------------------------------------------------------------------------------------ clusters


def test_objects_go_to_the_default_cluster_or_to_their_target() -> None:
    found = planned(
        a_set(
            "app", config_map(), {"target": "{{ name }}", "content": config_map("x")}, generators=named("east", "west")
        )
    )
    assert resources(found) == ["app/default/east", "app@east/default/x", "app/default/west", "app@west/default/x"]
    assert found.clusters == {"default": Cluster(name="default"), "east": EAST, "west": WEST}


def test_the_default_cluster_has_one_name_whether_targeted_or_not() -> None:
    definition = a_set("app", config_map("x"), {"target": "east", "content": config_map("y")}, generators=named("a"))
    found = planned(definition, default_cluster="east")
    assert resources(found) == ["app/default/x", "app/default/y"]
    assert found.clusters == {"east": EAST}


def test_an_unknown_cluster_is_refused_with_the_nearest_name() -> None:
    definition = a_set("app", {"target": "eats", "content": config_map("x")}, generators=named("a"))
    (found,) = problems(definition, kind=PlanError)
    fact = 'no cluster is named "eats" (for generators[0].list.elements[0]); did you mean "east"?'
    assert found == f'GitOpsSet "app": spec.templates[0].target: {fact}'
    (found,) = problems(a_set("app", generators=named("a")), default_cluster="wset")
    assert 'the default cluster, "wset", is not among the clusters' in found
    assert found.endswith('did you mean "west"?')


def test_without_clusters_only_the_default_one_exists() -> None:
    definition = a_set("app", {"target": "east", "content": config_map("x")}, generators=named("a"))
    (found,) = problems(definition, clusters=())
    assert "the stack knows none" in found
    assert planned(a_set("app"), clusters=(), default_cluster="only").clusters == {"only": Cluster(name="only")}


def test_more_than_twenty_clusters_are_worth_a_warning() -> None:
    many = tuple(Cluster(name=f"c{number}") for number in range(21))
    generators = [{"clusters": {}}]
    template = {"target": "{{ cluster.name }}", "content": config_map("x")}
    definition = a_set("app", template, generators=generators)
    assert planned(definition, clusters=many[:20]).warnings == ()
    (warning,) = planned(definition, clusters=many).warnings
    assert warning.startswith("objects go to 21 clusters")


def test_what_generators_have_to_tell_is_a_warning_of_the_set() -> None:
    base, over = ({"list": {"elements": [{"name": "a", "n": n}]}} for n in (1, 2))
    generators = [{"merge": {"mergeKeys": ["name"], "generators": [base, over]}}]
    (one,) = planned(a_set("app", config_map("x"), generators=generators)).sets
    assert one.warnings == ('spec.generators[0].merge.generators[1].list: overrides n in 1 row: "a"',)


# ---------------------------------------------------------------------------------------------------------- duplicates


def test_one_object_made_for_two_elements_names_both() -> None:
    (found,) = problems(a_set("app", config_map("same")), kind=PlanError)
    assert found == (
        'GitOpsSet "app": spec.templates[0]: ConfigMap default/same is made twice: by spec.templates[0] for '
        "generators[0].list.elements[0], and here for generators[0].list.elements[1]; "
        "make its name or namespace depend on the element, or leave one of them out"
    )


def test_one_object_made_by_two_sets_names_both() -> None:
    (found,) = problems(
        a_set("one", config_map("x"), generators=named("a")), a_set("two", config_map("x"), generators=named("b"))
    )
    assert found.startswith(
        'GitOpsSet "two": spec.templates[0]: ConfigMap default/x is made twice: by GitOpsSet "one": spec'
    )


def test_an_object_of_an_earlier_set_counts() -> None:
    earlier = planned(a_set("one", config_map("x"), generators=named("a")))
    with pytest.raises(PlanError, match="is made twice"):
        plan([a_set("two", config_map("x"), generators=named("a"))], sources(), earlier=earlier.sets)


def test_another_version_of_one_object_is_the_same_object() -> None:
    def scaler(version: str) -> dict[str, Any]:
        return {"apiVersion": f"autoscaling/{version}", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "x"}}

    (found,) = problems(a_set("app", scaler("v1"), scaler("v2"), generators=named("a")))
    assert "HorizontalPodAutoscaler default/x is made twice" in found


def test_one_object_on_two_clusters_is_two_objects() -> None:
    template = {"target": "{{ name }}", "content": config_map("x")}
    assert len(keys(planned(a_set("app", template, generators=named("east", "west"))))) == 2
    (found,) = problems(a_set("app", template, generators=named("east", "east")))
    assert "ConfigMap default/x on cluster east is made twice" in found


def test_a_thousand_duplicates_of_one_object_are_one_problem() -> None:
    names = named(*(f"n{number}" for number in range(1000)))
    (found,) = problems(a_set("app", config_map("same"), generators=names))
    assert "is made 1,000 times" in found


def test_two_sets_of_one_name_are_refused() -> None:
    (found,) = problems(a_set("team.app"), a_set("app", namespace="team"), kind=DefinitionError)
    assert found.startswith('GitOpsSet "team.app": metadata.name: a set of the name "team.app" stands in')


# ------------------------------------------------------------------------------------------------------------ emptiness


EMPTY = [{"list": {"elements": []}}]


def test_a_generator_that_yields_nothing_is_an_error_unless_it_may() -> None:
    (found,) = problems(a_set("app", generators=EMPTY), kind=SourceError)
    assert found.startswith('GitOpsSet "app": spec.generators[0].list: yields no element')
    assert keys(planned(a_set("app", generators=[{**EMPTY[0], "allowEmpty": True}]))) == []


def test_the_sets_word_about_emptiness_is_the_last() -> None:
    allowed = [{**EMPTY[0], "allowEmpty": True}]
    assert keys(planned(a_set("app", generators=EMPTY, limits={"allowEmpty": True}))) == []
    (found,) = problems(a_set("app", generators=allowed, limits={"allowEmpty": False}), kind=PlanError)
    assert found == 'GitOpsSet "app": spec.generators: yield no element, and limits.allowEmpty is false'


def test_templates_that_leave_out_every_element_are_an_error_unless_that_is_allowed() -> None:
    template = {"when": "name == 'z'", "content": config_map()}
    (found,) = problems(a_set("app", template), kind=PlanError)
    assert found == (
        'GitOpsSet "app": spec.templates: make no object of 2 elements; say limits.allowEmpty: true if that is meant'
    )
    assert keys(planned(a_set("app", template, limits={"allowEmpty": True}))) == []


# --------------------------------------------------------------------------------------------------------------- limits


def test_too_few_elements_are_refused() -> None:
    (found,) = problems(a_set("app", limits={"minElements": 3}), kind=PlanError)
    assert found.startswith('GitOpsSet "app": spec.generators: 2 elements, at least 3 are expected')


def test_too_many_elements_or_objects_are_refused() -> None:
    (found,) = problems(a_set("app", limits={"maxElements": 1}), kind=PlanError)
    assert "2 elements are more than the limit of 1" in found
    (found,) = problems(a_set("app", limits={"maxObjects": 1}), kind=PlanError)
    assert found.startswith('GitOpsSet "app": spec.templates: more than 1 objects')


def test_limits_without_a_word_are_a_thousand_elements_and_five_thousand_objects() -> None:
    names = named(*(f"n{number}" for number in range(1001)))
    (found,) = problems(a_set("app", generators=names))
    assert "1,001 elements are more than the limit of 1,000" in found
    template = {"repeat": "range(6)", "content": config_map("{{ name }}-{{ item }}")}
    (found,) = problems(a_set("app", template, generators=named(*(f"n{number}" for number in range(1000)))))
    assert "more than 5,000 objects" in found


def test_the_stack_raises_what_a_set_says_nothing_of_and_bounds_what_it_says() -> None:
    names = named(*(f"n{number}" for number in range(1001)))
    assert len(keys(planned(a_set("app", generators=names), limits=StackLimits(max_elements=2000)))) == 1001
    limits = {"maxElements": 10, "maxObjects": 20}
    found = problems(a_set("app", limits=limits), limits=StackLimits(max_elements=5, max_objects=5))
    assert [line.partition("spec.limits.")[2] for line in found] == [
        f"{key}: is {own}, above the stack's 5; lower it, or raise gitopssets:limits.{key}"
        for key, own in (("maxElements", 10), ("maxObjects", 20))
    ]


# ------------------------------------------------------------------------------------------------------- dependencies


NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}


def waits(found: Plan) -> dict[str, list[str]]:
    return {str(manifest.key): list(map(str, manifest.depends_on)) for manifest in found.manifests()}


def test_what_lives_in_a_namespace_or_is_of_a_defined_kind_waits_for_it_and_stands_behind_it() -> None:
    definition = a_set("app", THING, config_map("x", namespace="team"), CRD, NAMESPACE, generators=named("a"))
    found = planned(definition)
    assert waits(found) == {
        "Thing one": ["CustomResourceDefinition things.example.org"],
        "ConfigMap team/x": ["Namespace team"],
        "CustomResourceDefinition things.example.org": [],
        "Namespace team": [],
    }
    assert [manifest.key.kind for manifest in found.sets[0].registration] == [
        "CustomResourceDefinition",
        "Namespace",
        "Thing",
        "ConfigMap",
    ]


def test_a_namespace_on_another_cluster_is_not_waited_for() -> None:
    definition = a_set(
        "app", {"target": "east", "content": NAMESPACE}, config_map("x", namespace="team"), generators=named("a")
    )
    assert waits(planned(definition))["ConfigMap team/x"] == []


def waiting(content: Any, *templates: str, name: str = "", sets: tuple[str, ...] = ()) -> dict[str, Any]:
    depends_on = [*({"template": other} for other in templates), *({"set": other} for other in sets)]
    return {"name": name, "content": content, "options": {"dependsOn": depends_on}}


def test_a_template_waits_for_what_another_makes_of_the_same_element() -> None:
    definition = a_set(
        "app",
        waiting(config_map("{{ name }}-web"), "database"),
        {"name": "database", "content": config_map("{{ name }}-db")},
    )
    found = planned(definition)
    assert waits(found) == {
        "ConfigMap default/a-web": ["ConfigMap default/a-db"],
        "ConfigMap default/a-db": [],
        "ConfigMap default/b-web": ["ConfigMap default/b-db"],
        "ConfigMap default/b-db": [],
    }
    order = [manifest.key.name for manifest in found.sets[0].registration]
    assert order == ["a-db", "a-web", "b-db", "b-web"]


def test_a_template_waits_for_all_of_another_that_makes_nothing_of_its_element() -> None:
    definition = a_set(
        "app",
        {"name": "once", "when": "name == 'b'", "content": config_map("once")},
        waiting(config_map(), "once"),
    )
    assert waits(planned(definition))["ConfigMap default/a"] == ["ConfigMap default/once"]


def test_objects_that_wait_for_each_other_are_named_as_a_circle() -> None:
    definition = a_set(
        "app",
        waiting(NAMESPACE, "inside"),
        {"name": "inside", "content": config_map("x", namespace="team")},
        generators=named("a"),
    )
    (found,) = problems(definition, kind=PlanError)
    assert found == (
        'GitOpsSet "app": spec.templates: objects wait for each other: '
        "Namespace team -> ConfigMap team/x -> Namespace team"
    )


def test_a_set_that_waits_for_another_stands_behind_it() -> None:
    web = a_set("web", waiting(config_map("web"), sets=("db",)), config_map("free"), generators=named("a"))
    database = a_set("db", config_map("db"), generators=named("a"))
    found = planned(web, database)
    assert [one.name for one in found.sets] == ["db", "web"]
    assert found.sets[1].depends_on == ("db",)
    assert [manifest.depends_on_sets for manifest in found.sets[1].manifests] == [("db",), ()]


def test_a_set_is_found_in_its_own_namespace_first_or_by_its_whole_name() -> None:
    database = a_set("db", config_map("db"), namespace="team", generators=named("a"))
    for namespace, name in (("team", "db"), ("other", "team.db")):
        web = a_set("web", waiting(config_map("web"), sets=(name,)), namespace=namespace, generators=named("a"))
        assert planned(web, database).sets[1].depends_on == ("team.db",)


def test_a_set_may_wait_for_an_earlier_one_and_for_one_that_is_planned_elsewhere() -> None:
    web = a_set("web", waiting(config_map("web"), sets=("db",)), generators=named("a"))
    earlier = planned(a_set("db", config_map("db"), generators=named("a"))).sets
    assert plan([web], sources(), earlier=earlier).sets[0].depends_on == ("db",)
    assert plan([web], sources(), beside=["db"]).sets[0].depends_on == ("db",)


def test_sets_that_do_not_exist_or_wait_for_each_other_are_refused() -> None:
    one = a_set("one", waiting(config_map("x"), sets=("two",)), generators=named("a"))
    two = a_set("two", waiting(config_map("y"), sets=("one",)), generators=named("a"))
    assert problems(one, two) == ['GitOpsSet "one": sets wait for each other: one -> two -> one']
    assert problems(one, a_set("tow", config_map("y"), generators=named("a"))) == [
        'GitOpsSet "one": spec.templates[0].options.dependsOn[0].set: no set is named "two"; did you mean "tow"?'
    ]
    selfish = a_set("one", waiting(config_map("x"), sets=("one",)), generators=named("a"))
    assert problems(selfish)[0].startswith(
        'GitOpsSet "one": spec.templates[0].options.dependsOn[0].set: is the set itself'
    )


# ---------------------------------------------------------------------------------------------- options and metadata


def test_options_that_the_provider_reads_from_the_object_are_written_into_it() -> None:
    def annotations(**options: Any) -> dict[str, str]:
        template = {"content": config_map("x", annotations={"own": "1"}), "options": options}
        (manifest,) = planned(a_set("app", template, generators=named("a"))).manifests()
        found: dict[str, str] = manifest.object["metadata"]["annotations"]
        return {key: value for key, value in found.items() if key != "own"}

    assert annotations(protect=True) == {}
    assert annotations(**{"await": False}) == {"pulumi.com/skipAwait": "true"}
    assert annotations(**{"await": ["condition=Ready"]}) == {"pulumi.com/waitFor": "condition=Ready"}
    assert annotations(**{"await": ["condition=A", "jsonpath={.b}=c"]}) == {
        "pulumi.com/waitFor": '["condition=A", "jsonpath={.b}=c"]'
    }
    assert annotations(patchForce=True) == {"pulumi.com/patchForce": "true"}


def test_other_options_stay_options() -> None:
    template = {"content": config_map("x"), "options": {"protect": True, "ignoreChanges": ["data"]}}
    (manifest,) = planned(a_set("app", template, generators=named("a"))).manifests()
    assert (manifest.options.protect, manifest.options.ignore_changes) == (True, ("data",))
    assert "annotations" not in manifest.object["metadata"]


def test_an_alias_may_hold_an_expression() -> None:
    urn = "urn:pulumi:dev::shop::kubernetes:core/v1:ConfigMap::"
    template = {"content": config_map(), "options": {"protect": True, "aliases": [urn + "{{ name }}", urn + "x"]}}
    found = [manifest.options for manifest in planned(a_set("app", template)).manifests()]
    assert [options.aliases for options in found] == [(urn + "a", urn + "x"), (urn + "b", urn + "x")]
    assert all(options.protect for options in found)
    template["options"] = {"aliases": [urn + "{{ nmae }}"]}
    (problem,) = problems(a_set("app", template))
    assert problem.startswith('GitOpsSet "app": spec.templates[0].options.aliases[0]: ')


def test_common_metadata_is_on_every_object_and_wins() -> None:
    content = config_map("x", labels={"team": "a", "own": "1"})
    common = {"labels": {"team": "b"}, "annotations": {"env": "{{ stack.name }} {{ name }}"}}
    (manifest,) = planned(a_set("app", content, generators=named("a"), commonMetadata=common), stack="dev").manifests()
    assert manifest.object["metadata"]["labels"] == {"team": "b", "own": "1"}
    assert manifest.object["metadata"]["annotations"] == {"env": "dev a"}


@pytest.mark.parametrize("label", ["{{ taem }}", "{{ ( }}"])
def test_an_error_in_common_metadata_has_its_own_place(label: str) -> None:
    (found,) = problems(a_set("app", generators=named("a"), commonMetadata={"labels": {"team": label}}))
    assert found.startswith('GitOpsSet "app": spec.commonMetadata.labels.team: ')


# ------------------------------------------------------------------------------------------------------ opaque values


def secret(label: str = "secrets.password", value: Any = "hunter2") -> Opaque:
    return Opaque(value, label=label, secret=True, known=True)


def test_a_secret_becomes_a_deferred_leaf() -> None:
    content = {**config_map("x"), "data": {"password": "{{ secrets.password }}", "url": "x:{{ secrets.password }}"}}
    (manifest,) = planned(a_set("app", content, generators=named("a")), secrets={"password": secret()}).manifests()
    leaves = manifest.object["data"]
    assert all(isinstance(leaf, Deferred) and leaf.secret for leaf in leaves.values())
    assert {key: leaf.reveal() for key, leaf in leaves.items()} == {"password": "hunter2", "url": "x:hunter2"}


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ({"content": config_map("{{ secrets.password }}")}, "content.metadata.name"),
        ({"content": config_map("x", namespace="n-{{ secrets.password }}")}, "content.metadata.namespace"),
        ({"content": {**config_map("x"), "kind": "{{ secrets.password }}"}}, "content.kind"),
        ({"content": {**config_map("x"), "apiVersion": "{{ secrets.password }}"}}, "content.apiVersion"),
        ({"content": {**config_map(), "metadata": "{{ secrets.password }}"}}, "content.metadata"),
        ({"content": config_map("x", labels="{{ secrets.password }}")}, "content.metadata.labels"),
        ({"content": config_map("x"), "when": "secrets.password == 'x'"}, "when"),
        ({"content": config_map("x"), "target": "{{ secrets.password }}"}, "target"),
        ({"content": config_map("x"), "repeat": "secrets.password"}, "repeat"),
    ],
)
def test_a_secret_where_structure_is_decided_is_refused_with_the_path(template: dict[str, Any], path: str) -> None:
    (found,) = problems(a_set("app", template, generators=named("a")), secrets={"password": secret()})
    assert found.startswith(f'GitOpsSet "app": spec.templates[0].{path}: ')
    assert "not known while planning" in found
    assert "hunter2" not in found


def test_a_value_that_only_its_owner_knows_may_be_a_leaf_of_content_of_an_element_and_of_a_function() -> None:
    class Output:
        pass

    output = Output()

    def wrap(value: Any) -> Opaque | None:
        return Opaque(value, label="an output", secret=False, known=False) if isinstance(value, Output) else None

    def make(element: Element) -> Any:
        return {**config_map("f"), "data": {"url": output}}

    content = {**config_map("c"), "data": {"url": wrap(output), "again": "{{ url }}"}}
    generators = [{"list": {"elements": [{"url": wrap(output)}]}}]
    found = planned(a_set("app", content, make, generators=generators), wrap=wrap)
    for manifest in found.manifests():
        for leaf in manifest.object["data"].values():
            assert isinstance(leaf, Deferred)
            assert [opaque.handle for opaque in leaf.inputs] == [output]


def test_a_parameter_that_is_no_json_is_refused_where_it_is_written() -> None:
    generators = [{"list": {"elements": [{"name": "a", "when": {1}, "big": 2**60}]}}]
    found = problems(a_set("app", generators=generators))
    assert [line.partition(" (")[0] for line in found] == [
        'GitOpsSet "app": spec.generators[0].list.elements[0].when: is a Python set, which JSON does not have',
        'GitOpsSet "app": spec.generators[0].list.elements[0].big: is an integer beyond 2**53',
    ]


# ---------------------------------------------------------------------------------------------------------- the whole


def test_errors_of_all_sets_templates_and_generators_are_raised_at_once() -> None:
    broken = a_set("one", {**config_map(), "data": {"x": "{{ ( }}"}}, generators=EMPTY)
    other = a_set("two", {**config_map(), "data": {"x": "{{ nmae }}"}})
    found = problems(broken, a_set("fine"), other)
    assert [line.partition(": ")[0] for line in found] == ['GitOpsSet "one"', 'GitOpsSet "one"', 'GitOpsSet "two"']
    assert [line.split(": ")[1] for line in found] == [
        "spec.templates[0].content.data.x",
        "spec.generators[0].list",
        "spec.templates[0].content.data.x",
    ]


def test_a_plan_depends_on_nothing_but_its_input() -> None:
    one, two = (planned(a_set("app", config_map()), a_set("b", config_map("{{ name }}-b"))) for _ in range(2))
    assert one.digest == two.digest
    assert len(one.digest) == 64


def test_a_digest_changes_with_an_object_and_not_with_the_order_of_elements() -> None:
    def digest(*names: str, data: str = "x", **options: Any) -> str:
        template = {"content": {**config_map(), "data": {"k": data}}, "options": options}
        return planned(a_set("app", template, generators=named(*names))).digest

    assert digest("a", "b") == digest("b", "a")
    assert len({digest("a", "b"), digest("a"), digest("a", "b", data="y"), digest("a", "b", protect=True)}) == 4


def test_a_digest_counts_a_secret_by_its_expression() -> None:
    content = {**config_map("x"), "data": {"password": "{{ secrets.password }}"}}
    definition = a_set("app", content, generators=named("a"))
    one, two = (planned(definition, secrets={"password": secret(value=value)}).digest for value in ("x", "y"))
    assert one == two


def test_a_set_says_what_it_read(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "dev.yaml").write_text("name: dev\n")
    generators = [
        {"matrix": {"generators": [{"git": {"files": ["envs/*.yaml"]}}, {"clusters": {}}]}},
        *named("a"),
    ]
    definition = a_set(
        "app", config_map("{{ name }}{{ cluster.name if cluster is defined else '' }}"), generators=generators
    )
    (one,) = plan([definition], sources(EAST, WEST, root=tmp_path)).sets
    assert one.generators == ("matrix", "list")
    assert one.sources == ("envs/*.yaml", "clusters (everything)")


def test_planning_leaves_the_garbage_collector_as_it_was() -> None:
    assert gc.isenabled()
    planned(a_set("app"))
    assert gc.isenabled()
    gc.disable()
    try:
        planned(a_set("app"))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_scope_is_made_of_a_stacks_settings() -> None:
    config: Mapping[str, Any] = {
        "values": {"a": 1},
        "secrets": {"db": {"password": "x"}},
        "limits": {"maxElements": 5},
        "defaultCluster": "east",
    }
    scope = Scope.of(Settings.parse(config, file="f"), project="p", stack="s")
    assert (scope.project, scope.stack, scope.values, scope.default_cluster) == ("p", "s", {"a": 1}, "east")
    assert scope.limits == StackLimits(max_elements=5)
    assert repr(scope.secrets) == "{'db': {'password': <secrets.db.password>}}"


def test_ten_thousand_elements_are_planned_with_origins_of_their_own() -> None:
    definition = a_set(
        "app",
        generators=named(*(f"n{number}" for number in range(10_000))),
        limits={"maxElements": 10_000, "maxObjects": 10_000},
    )
    manifests = planned(definition).sets[0].manifests
    assert (
        len({manifest.origin for manifest in manifests}) == len({manifest.resource for manifest in manifests}) == 10_000
    )


def test_what_was_read_is_told_with_its_expressions_worked_out() -> None:
    definition = define(
        "agents",
        {
            "generators": [{"clusters": {"selector": {"matchLabels": {"env": "{{ stack.name }}"}}}}],
            "templates": [{"target": "{{ cluster.name }}", "content": config_map("agent")}],
        },
    )
    made = plan([definition], sources(EAST, WEST), Scope(stack="production"))
    assert made.sets[0].sources == ("clusters (env=production)",)
