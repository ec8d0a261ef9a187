"""Everything that a program can write about a set, as a type checker sees it."""

from __future__ import annotations

from typing import Any, assert_type

import pulumi

from gitopssets_provider import (
    Clusters,
    CommonMetadata,
    CustomTimeouts,
    Definition,
    Dependency,
    Element,
    Generator,
    Git,
    GitOpsSet,
    GitOpsSetSpec,
    LabelSelector,
    LabelSelectorRequirement,
    Limits,
    List,
    Matrix,
    ObjectOptions,
    Plan,
    Scope,
    Sources,
    Template,
    deploy,
    load,
    plan,
    schema,
)

environments = Git(repository=".", files=["environments/*.yaml"], revision="main")
production = Clusters(
    selector=LabelSelector(
        match_labels={"env": "production"},
        match_expressions=[LabelSelectorRequirement(key="region", operator="In", values=["eu", "us"])],
    )
)

assert_type(environments * production, Generator)
assert_type(environments + List(elements=[{"env": "dev"}]), Generator)
assert_type(environments.where("env != 'dev'"), Git)


def settings(element: Element) -> dict[str, Any]:
    """Make an object in plain Python."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"settings-{element.parameters['env']}"},
    }


def several(element: Element) -> list[dict[str, Any]]:
    """Make more than one."""
    return [settings(element)]


spec = GitOpsSetSpec(
    generators=[environments * production, Matrix(generators=[environments, production], name="both")],
    templates=[
        Template(
            name="application",
            when="{{ enabled | default(true) }}",
            repeat="zones",
            target="{{ cluster.name }}",
            content={"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "podinfo-{{ env }}"}},
            options=ObjectOptions(
                protect=True,
                ignore_changes=["spec.replicas"],
                replace_on_changes=("spec.selector",),
                custom_timeouts=CustomTimeouts(create="5m"),
                depends_on=[Dependency(template="namespace"), Dependency(set="database")],
                aliases=["urn:pulumi:dev::shop::kubernetes:apps/v1:Deployment::podinfo"],
                wait_for=["condition=Available"],
                patch_force=True,
            ),
        ),
        Template(file="podinfo.yaml.j2", delimiters=("<<", ">>"), scope="Cluster"),
        Template(text="kind: ConfigMap", options=ObjectOptions(wait_for=False)),
        settings,
        several,
        lambda element: settings(element),
    ],
    limits=Limits(min_elements=1, max_elements=100, max_objects=500, allow_empty=False),
    common_metadata=CommonMetadata(labels={"team": "a"}, annotations={"owner": "{{ contact }}"}),
)

component = GitOpsSet("podinfo", spec, pulumi.ResourceOptions(protect=True))
assert_type(component.object_count, "pulumi.Output[int]")
GitOpsSet("from-yaml-keys", {"generators": [{"list": {"elements": []}}], "templates": [{"content": {}}]})

definitions = load("stacks/sets/*.yaml")
assert_type(definitions, list[Definition])
GitOpsSet(definitions[0].name, definitions[0])
assert_type(deploy(definitions), dict[str, GitOpsSet])
deploy()


def planned(sources: Sources) -> Plan:
    """Plan without Pulumi."""
    return plan(definitions, sources, Scope(stack="dev", values={"domain": "example.org"}))


assert_type(schema(), dict[str, Any])

# What a type checker refuses; each comment is an error itself where it is not needed.
Git(file=["a"])  # type: ignore[call-arg]
Template(content="text")  # type: ignore[arg-type]
Template(scope="Everything", content={})  # type: ignore[arg-type]
GitOpsSetSpec(generators=["list"], templates=[settings])  # type: ignore[list-item]
GitOpsSetSpec(generators=[environments])  # type: ignore[call-arg]
GitOpsSet("podinfo", "set.yaml")  # type: ignore[arg-type]
