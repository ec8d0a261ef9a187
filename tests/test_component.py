from importlib.metadata import version

import pulumi
import pulumi_kubernetes
from set_programs import PREFIX, component, config_map, registered, sets, spec, urn

from gitopssets_provider import GitOpsSet


def test_each_object_is_one_resource_below_a_flat_component():
    done = registered(
        lambda: GitOpsSet("web", spec(config_map("{{ env }}"), elements=[{"env": "dev"}, {"env": "prod"}]))
    )
    assert set(sets(done)) == {"web", "web/shop/dev", "web/shop/prod"}
    request = done.requests["web/shop/dev"]
    assert request.type == "kubernetes:core/v1:ConfigMap"
    assert request.parent == component("web")
    assert request.version == version("pulumi-kubernetes")
    assert request.provider.startswith(f"{PREFIX}pulumi:providers:kubernetes::render@default::")
    assert done.object("web/shop/dev") == config_map("dev")


def test_a_resource_has_the_urn_that_the_typed_class_gives_it():
    def program():
        parent = GitOpsSet("web", spec(config_map()))
        opts = pulumi.ResourceOptions(parent=parent)
        typed = pulumi_kubernetes.core.v1.ConfigMap("typed", metadata={"name": "b"}, opts=opts)
        (ours,) = parent.resources.values()
        seen.extend([ours.urn, typed.urn])

    seen = []
    done = registered(program)
    assert done.requests["typed"].type == done.requests["web/shop/a"].type
    assert done.requests["typed"].parent == done.requests["web/shop/a"].parent


def test_the_component_keeps_small_inputs_and_tells_where_everything_comes_from():
    done = registered(
        lambda: GitOpsSet("web", spec(config_map("{{ env }}"), elements=[{"env": "dev"}, {"env": "prod"}]))
    )
    inputs, outputs = done.object("web"), done.outputs["web"]
    assert inputs.keys() == {"name", "namespace", "generators", "templates"}
    assert (inputs["name"], inputs["namespace"], inputs["generators"]) == ("web", "", ["list"])
    assert outputs.keys() == {"elementCount", "objectCount", "digest", "sources", "elements", "objects"}
    assert (outputs["elementCount"], outputs["objectCount"], len(outputs["digest"])) == (2, 2, 64)
    assert outputs["objects"] == {
        f"/ConfigMap/shop/{name}": {"from": f"generators[0].list.elements[{index}]", "template": "templates[0]"}
        for index, name in enumerate(["dev", "prod"])
    }
    assert all(len(digest) == 12 for digest in outputs["elements"].values())


def test_the_inputs_change_with_the_templates_and_the_outputs_with_the_elements():
    def of(*args, **kwargs):
        done = registered(lambda: GitOpsSet("web", spec(*args, **kwargs)))
        return done.object("web")["templates"], done.outputs["web"]["digest"], done.outputs["web"]["elements"]

    first = of(config_map(region="{{ env }}"))
    assert of(config_map(region="{{ env }}")) == first
    template, digest, elements = of(config_map(region="{{ env | upper }}"))
    assert template != first[0]
    assert digest != first[1]
    assert elements == first[2]
    template, digest, elements = of(config_map(region="{{ env }}"), elements=[{"env": "eu"}])
    assert template == first[0]
    assert digest != first[1]
    assert elements != first[2]


def test_the_outputs_are_attributes_and_the_objects_are_at_hand():
    def program():
        made = GitOpsSet("web", spec(config_map()))
        pulumi.export("count", made.object_count)
        pulumi.export("objects", made.objects)
        (resource,) = made.resources.values()
        pulumi.export("name", resource.urn)

    done = registered(program)
    assert done.outputs["fleet-dev"]["count"] == 1
    assert list(done.outputs["fleet-dev"]["objects"]) == ["/ConfigMap/shop/a"]
    assert done.outputs["fleet-dev"]["name"] == urn("web/shop/a")


def test_what_lives_in_a_namespace_or_is_of_a_custom_kind_waits_for_it():
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "names": {"kind": "Widget", "plural": "widgets"}, "scope": "Namespaced"},
    }
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "shop"}}
    done = registered(lambda: GitOpsSet("web", spec(widget, crd, namespace)))
    assert set(done.requests["web/shop/w"].dependencies) == {
        urn("web/shop", "core/v1:Namespace"),
        urn("web/widgets.example.com", "apiextensions.k8s.io/v1:CustomResourceDefinition"),
    }


def test_options_of_a_template_reach_its_objects():
    options = {
        "protect": True,
        "ignoreChanges": ["data.x"],
        "retainOnDelete": True,
        "deleteBeforeReplace": True,
        "customTimeouts": {"create": "5m"},
    }
    done = registered(lambda: GitOpsSet("web", spec(config_map(), options=options)))
    request = done.requests["web/shop/a"]
    assert (request.protect, request.retainOnDelete, request.deleteBeforeReplace) == (True, True, True)
    assert list(request.ignoreChanges) == ["data.x"]
    assert (request.customTimeouts.create, request.customTimeouts.update) == ("5m", "")


def test_without_options_nothing_is_asked_of_the_engine():
    request = registered(lambda: GitOpsSet("web", spec(config_map()))).requests["web/shop/a"]
    asked = {field.name for field, _ in request.ListFields()}
    assert not asked & {
        "protect",
        "retainOnDelete",
        "deleteBeforeReplace",
        "deleteBeforeReplaceDefined",
        "dependencies",
    }
    assert not asked & {"ignoreChanges", "replaceOnChanges", "aliases", "customTimeouts", "additionalSecretOutputs"}


def test_replacing_on_changes_deletes_first():
    done = registered(lambda: GitOpsSet("web", spec(config_map(), options={"replaceOnChanges": ["data"]})))
    request = done.requests["web/shop/a"]
    assert (list(request.replaceOnChanges), request.deleteBeforeReplace) == (["data"], True)


def test_options_of_the_component_reach_its_objects_beside_those_of_templates():
    def program():
        first = pulumi.CustomResource("kubernetes:core/v1:Secret", "first", {})
        opts = pulumi.ResourceOptions(
            depends_on=[first],
            ignore_changes=["data.y"],
            replace_on_changes=["metadata"],
            custom_timeouts=pulumi.CustomTimeouts(create="1m", delete="2m"),
            delete_before_replace=True,
            protect=True,
            version="4.30.0",
        )
        GitOpsSet("web", spec(config_map(), options={"ignoreChanges": ["data.x"]}), opts)

    request = registered(program).requests["web/shop/a"]
    assert list(request.dependencies) == [f"{PREFIX}kubernetes:core/v1:Secret::first"]
    assert list(request.ignoreChanges) == ["data.y", "data.x"]
    assert list(request.replaceOnChanges) == ["metadata"]
    assert (request.customTimeouts.create, request.customTimeouts.delete) == ("1m", "2m")
    assert (request.deleteBeforeReplace, request.protect, request.version) == (True, True, "4.30.0")


def test_transforms_reach_the_objects():
    def shout(args):
        if args.type_ != "kubernetes:core/v1:ConfigMap":
            return None
        args.props["data"] = {"shouted": "yes"}
        return pulumi.ResourceTransformationResult(args.props, args.opts)

    def program():
        GitOpsSet("web", spec(config_map()), pulumi.ResourceOptions(transformations=[shout]))

    assert registered(program).object("web/shop/a")["data"] == {"shouted": "yes"}


def test_templates_wait_for_each_other():
    templates = [
        {"content": config_map("b"), "options": {"dependsOn": [{"template": "first"}]}},
        {"name": "first", "content": config_map("a")},
    ]
    args = {"generators": [{"list": {"elements": [{"env": "dev"}]}}], "templates": templates}
    done = registered(lambda: GitOpsSet("web", args))
    assert list(done.requests["web/shop/b"].dependencies) == [urn("web/shop/a")]


def test_a_set_waits_for_a_set_that_the_program_declared_before():
    def program():
        GitOpsSet("base", spec(config_map("a"), config_map("b")))
        GitOpsSet("web", spec(config_map("c"), options={"dependsOn": [{"set": "base"}]}))

    done = registered(program)
    assert set(done.requests["web/shop/c"].dependencies) == {urn("base/shop/a"), urn("base/shop/b")}


def test_depending_on_a_set_is_depending_on_its_objects():
    def program():
        base = GitOpsSet("base", spec(config_map()))
        pulumi.CustomResource("kubernetes:core/v1:Secret", "last", {}, pulumi.ResourceOptions(depends_on=[base]))

    assert list(registered(program).requests["last"].dependencies) == [urn("base/shop/a")]
