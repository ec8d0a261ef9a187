import contextvars

import pulumi
import pulumi_kubernetes
import pytest
from recording_engine import secret
from set_programs import (
    PREFIX,
    RENDER,
    component,
    config_map,
    held,
    project,
    refused,
    registered,
    set_file,
    sets,
    spec,
    urn,
)

from gitopssets_provider import GitOpsSet, deploy, load


def test_what_is_wrong_with_a_set_ends_the_program_with_its_place_and_registers_nothing():
    message, done = refused(lambda: GitOpsSet("web", {**spec(config_map()), "templats": []}))
    assert message == 'GitOpsSet "web": spec.templats: unknown key; did you mean "templates"?'
    assert sets(done) == []


def test_two_sets_of_a_program_cannot_make_the_same_object():
    def program():
        GitOpsSet("web", spec(config_map()))
        GitOpsSet("shop", spec(config_map()))

    message, done = refused(program)
    assert "ConfigMap shop/a" in message
    assert 'GitOpsSet "web"' in message
    assert sets(done) == ["web", "web/shop/a"]


def test_two_sets_of_a_program_cannot_have_one_name():
    def program():
        GitOpsSet("web", spec(config_map("a")))
        GitOpsSet("web", spec(config_map("b")))

    message, _ = refused(program)
    assert 'a set of the name "web" stands in GitOpsSet "web" too' in message


def test_the_state_is_read_once_and_before_anything_is_registered():
    def program():
        GitOpsSet("web", spec(config_map("a")))
        GitOpsSet("shop", spec(config_map("b")))

    done = registered(program)
    assert done.invokes == [("pulumi:pulumi:readStackResourceOutputs", {"stackName": "organization/fleet/dev"})]


def test_programs_in_one_process_know_nothing_of_each_other():
    for _ in range(2):
        assert sets(registered(lambda: GitOpsSet("web", spec(config_map())))) == ["web", "web/shop/a"]


def test_a_set_outside_of_a_program_says_how_to_run_it():
    with pytest.raises(pulumi.RunError, match="no Pulumi program is running"):
        GitOpsSet("web", spec(config_map()))


def test_a_set_works_in_a_unit_test_with_mocks():
    class Mocks(pulumi.runtime.Mocks):
        def new_resource(self, args):
            made.append(args.name)
            return args.name, args.inputs

        def call(self, args):
            return {}

    def body():
        pulumi.runtime.set_all_config(RENDER)
        pulumi.runtime.set_mocks(Mocks())
        pulumi.runtime.test(lambda: GitOpsSet("web", spec(config_map())).digest)()

    made = []
    contextvars.copy_context().run(body)
    assert made == ["web", "render@default", "web/shop/a"]


def test_a_stack_deploys_the_sets_that_its_configuration_names(tmp_path):
    stack = project(tmp_path, sets__a=set_file("web", "a"), sets__b=set_file("shop", "b"))
    done = registered(deploy, **stack)
    assert set(sets(done)) == {"web", "web/shop/a", "shop", "shop/shop/b"}


def test_a_set_that_fails_keeps_all_sets_of_the_stack_from_changing_anything(tmp_path):
    broken = set_file("shop", "b").replace("name: b,", "name: '{{ unknown }}',")
    message, done = refused(deploy, **project(tmp_path, sets__a=set_file("web", "a"), sets__b=broken))
    assert message.startswith("sets/b.yaml")
    assert done.names == ["fleet-dev"]


def test_a_stack_without_sets_says_where_to_name_them(tmp_path):
    message, done = refused(deploy, root=tmp_path)
    assert message == (
        "Pulumi.dev.yaml: gitopssets:sets: the stack names no sets; list their files, such as stacks/sets/*.yaml"
    )
    assert done.names == ["fleet-dev"]


def test_a_stack_may_say_that_it_has_no_sets_left(tmp_path):
    assert sets(registered(deploy, root=tmp_path, config={**RENDER, "gitopssets:sets": []})) == []


def test_a_set_that_waits_for_another_is_registered_after_it_whatever_their_files_are_called(tmp_path):
    stack = project(tmp_path, sets__a=set_file("web", "a", depends_on="base"), sets__b=set_file("base", "b", "c"))
    done = registered(deploy, **stack)
    assert set(done.requests["web/shop/a"].dependencies) == {urn("base/shop/b"), urn("base/shop/c")}


def test_deployed_sets_are_at_hand_by_name(tmp_path):
    def program():
        made = deploy()
        assert list(made) == ["web"]
        pulumi.export("count", made["web"].object_count)

    assert registered(program, **project(tmp_path, sets__a=set_file("web", "a"))).outputs["fleet-dev"] == {"count": 1}


def test_a_definition_read_from_a_file_may_be_given_to_a_set(tmp_path):
    stack = project(tmp_path, sets__a=set_file("web", "a"))

    def program():
        (definition,) = load("sets/*.yaml", root=stack["root"])
        GitOpsSet("shop", definition)

    assert sets(registered(program, **stack)) == ["shop", "shop/shop/a"]


def test_each_cluster_has_its_provider_and_its_place_in_the_name(tmp_path):
    (tmp_path / "clusters.yaml").write_text(
        "clusters:\n- {name: eu, context: eu}\n- {name: us, context: us}\n- {name: idle, context: idle}\n"
    )
    args = spec(config_map("{{ env }}"), elements=[{"env": "eu"}, {"env": "us"}])
    args["templates"][0]["target"] = "{{ env }}"
    args["templates"].append({"content": config_map("all-{{ env }}")})
    config = {"gitopssets:clusters": "clusters.yaml"}
    done = registered(lambda: GitOpsSet("web", args), root=tmp_path, config=config)
    assert {name: done.requests[name].provider.split("::")[-2] for name in sets(done) if "/" in name} == {
        "web@eu/shop/eu": "live@eu",
        "web@us/shop/us": "live@us",
        "web/shop/all-eu": "live@default",
        "web/shop/all-us": "live@default",
    }


def test_the_provider_of_the_programmer_wins_for_the_default_cluster_only(tmp_path):
    (tmp_path / "clusters.yaml").write_text("clusters: [{name: eu, context: eu}]\n")
    args = spec(config_map("a"))
    args["templates"].append({"content": config_map("b"), "target": "eu"})

    for given in (
        lambda mine: {"provider": mine},
        lambda mine: {"providers": [mine]},
        lambda mine: {"providers": {"kubernetes": mine}},
        lambda mine: {"parent": pulumi.ComponentResource("a:b:C", "p", {}, pulumi.ResourceOptions(provider=mine))},
    ):

        def program(given=given):
            mine = pulumi_kubernetes.Provider("mine", context="mine")
            GitOpsSet("web", args, pulumi.ResourceOptions(**given(mine)))

        done = registered(program, root=tmp_path, config={"gitopssets:clusters": "clusters.yaml"})
        assert done.requests["web/shop/a"].provider.split("::")[-2] == "mine"
        assert done.requests["web@eu/shop/b"].provider.split("::")[-2] == "live@eu"
        assert "live@default" not in done.names


def test_a_renamed_set_takes_over_its_objects_and_its_component(tmp_path):
    done = registered(deploy, prior=held("old/shop/a"), **project(tmp_path, sets__a=set_file("web", "a")))
    assert done.aliases("web/shop/a") == [urn("old/shop/a")]
    assert done.aliases("web") == [component("old")]


def test_a_lone_set_that_is_renamed_takes_over_its_objects_and_its_component():
    done = registered(lambda: GitOpsSet("web", spec(config_map())), prior=held("old/shop/a"))
    assert done.aliases("web/shop/a") == [urn("old/shop/a")]
    assert done.aliases("web") == [component("old")]


def test_an_object_that_moves_between_lone_sets_is_taken_over_in_either_order():
    def program(*names):
        def declare():
            contents = {"web": ["a"], "shop": ["b", "c"]}
            for name in names:
                GitOpsSet(name, spec(*(config_map(each) for each in contents[name])))

        return declare

    state = held("web/shop/a", "web/shop/b", "shop/shop/c")
    for names in (("web", "shop"), ("shop", "web")):
        done = registered(program(*names), prior=state)
        assert done.aliases("shop/shop/b") == [urn("web/shop/b")]
        assert [name for name in sets(done) if done.aliases(name)] == ["shop/shop/b"]


def test_a_changed_api_version_is_an_alias_on_a_live_cluster_and_none_in_render_mode():
    widget = {"apiVersion": "example.com/v2", "kind": "Widget", "metadata": {"name": "a", "namespace": "shop"}}
    state = held("web/shop/a", kind="example.com/v1:Widget")
    live = registered(lambda: GitOpsSet("web", spec(widget)), prior=state, config={})
    assert live.aliases("web/shop/a") == [urn("web/shop/a", "example.com/v1:Widget")]
    assert registered(lambda: GitOpsSet("web", spec(widget)), prior=state).aliases("web/shop/a") == []


def test_an_explicit_alias_takes_over_a_resource_written_by_hand():
    by_hand = f"{PREFIX}kubernetes:core/v1:ConfigMap::mine"
    args = spec(config_map(), options={"aliases": [by_hand]})
    done = registered(lambda: GitOpsSet("web", args))
    assert done.aliases("web/shop/a") == [by_hand]


def test_a_resource_written_by_hand_for_an_object_of_a_set_is_mentioned():
    by_hand = f"{PREFIX}kubernetes:core/v1:ConfigMap::mine"
    state = {by_hand: {"metadata": secret({"name": secret("a"), "namespace": "shop"})}}
    done = registered(lambda: GitOpsSet("web", spec(config_map())), prior=state)
    (warning,) = done.warnings
    assert f"ConfigMap shop/a as {by_hand}" in warning


def test_an_object_that_the_state_holds_twice_stops_the_program():
    message, done = refused(lambda: GitOpsSet("web", spec(config_map())), prior=held("old/shop/a", "older/shop/a"))
    assert "the state holds ConfigMap shop/a more than once" in message
    assert sets(done) == []


def test_a_set_that_was_taken_for_renamed_must_stand_before_the_one_that_took_it_over():
    def program():
        GitOpsSet("new", spec(config_map("a")))
        GitOpsSet("old", spec(config_map("b")))

    message, _ = refused(program, prior=held("old/shop/a"))
    assert message == ('GitOpsSet "old": set new, declared before, continues as the former old; declare old before new')


def test_a_set_below_another_component_takes_over_what_it_was_before():
    def program():
        team = pulumi.ComponentResource("acme:index:Team", "team")
        GitOpsSet("web", spec(config_map()), pulumi.ResourceOptions(parent=team))

    done = registered(program, prior=held("web/shop/a"))
    assert done.aliases("web/shop/a") == [urn("web/shop/a")]
    assert done.aliases("web") == [component("web")]


def test_files_missing_from_the_rendered_folder_are_told(tmp_path):
    provider = f"{PREFIX}pulumi:providers:kubernetes::render@default"
    state = held("web/shop/a") | {provider: {"clusterIdentifier": "render:rendered/default"}}
    done = registered(lambda: GitOpsSet("web", spec(config_map())), prior=state, root=tmp_path)
    (warning,) = done.warnings
    assert warning.startswith(
        "rendered/default: the state knows a file that is missing: 1-manifest/v1-configmap-shop-a"
    )


def test_a_state_that_cannot_be_read_is_never_taken_for_an_empty_one():
    message, done = refused(lambda: GitOpsSet("web", spec(config_map())), prior="the passphrase is wrong")
    assert message == "the state of stack organization/fleet/dev cannot be read: the passphrase is wrong"
    assert sets(done) == []


def test_a_provider_of_the_programmer_that_renders_makes_a_changed_api_version_a_new_file():
    widget = {"apiVersion": "example.com/v2", "kind": "Widget", "metadata": {"name": "a", "namespace": "shop"}}

    def program():
        mine = pulumi_kubernetes.Provider("mine", render_yaml_to_directory="out")
        GitOpsSet("web", spec(widget), pulumi.ResourceOptions(provider=mine))

    state = held("web/shop/a", kind="example.com/v1:Widget")
    provider = {f"{PREFIX}pulumi:providers:kubernetes::mine": {"renderYamlToDirectory": "out"}}
    assert registered(program, prior=state | provider, config={}).aliases("web/shop/a") == []
    assert len(registered(program, prior=state, config={}).aliases("web/shop/a")) == 1
