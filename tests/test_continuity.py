import pytest

from gitopssets_provider.continuity import Surroundings, aliases
from gitopssets_provider.errors import PlanError
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.element import Origin
from gitopssets_provider.model.manifest import Manifest, ObjectKey
from gitopssets_provider.model.plan import Plan, PlannedSet
from gitopssets_provider.model.template import ObjectOptions
from gitopssets_provider.prior_state import PriorResource, PriorState, component_tail, tail

PREFIX = "urn:pulumi:dev::fleet::"
SET = "gitopssets:index:GitOpsSet"
TYPES = {"ConfigMap": "core/v1", "Deployment": "apps/v1", "Widget": "example.com/v1"}


def urn(resource, kind="ConfigMap", version="", parents=""):
    return f"{PREFIX}{parents}{SET}$kubernetes:{version or TYPES[kind]}:{kind}::{resource}"


def component(name, parents=""):
    return f"{PREFIX}{parents}{SET}::{name}"


def manifest(resource, kind="ConfigMap", *, version="", take_over=()):
    """Make the manifest that has this resource name: set[@cluster]/namespace/name."""
    place, namespace, name = resource.split("/")
    group, _, number = (version or TYPES[kind]).rpartition("/")
    group = "" if group == "core" else group
    api_version = f"{group}/{number}" if group else number
    return Manifest(
        object={"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}},
        key=ObjectKey(place.partition("@")[2] or "default", group, kind, namespace, name),
        resource=resource,
        template="templates[0]",
        origin=Origin("generators[0]"),
        options=ObjectOptions(aliases=take_over),
    )


def planned(name, *manifests):
    return PlannedSet(name, "", name, (), manifests, manifests)


def plan(*sets):
    return Plan(sets, {"default": Cluster(name="default")})


def prior(*urns, outside=()):
    """Make the state that holds these resources; an object's namespace and name are the end of its resource's name."""
    resources = []
    for each in urns:
        parts = each.split("::", 3)[3].split("/")
        resources.append(PriorResource(each, *parts[1:]) if len(parts) == 3 else PriorResource(each))
    return PriorState([*resources, *outside], default_cluster="default")


def find(plan, prior, **around):
    return aliases(plan, prior, Surroundings(**{"prefix": PREFIX, **around}))


def test_what_stays_where_it_is_takes_nothing_over():
    found = find(plan(planned("web", manifest("web/shop/a"))), prior(component("web"), urn("web/shop/a")))
    assert (found.objects, found.components, found.warnings) == ({}, {}, ())


def test_a_renamed_set_takes_over_its_objects_and_its_component():
    moved = manifest("shop/shop/a")
    found = find(plan(planned("shop", moved)), prior(component("web"), urn("web/shop/a")))
    assert found.objects == {tail(moved): (urn("web/shop/a"),)}
    assert found.components == {"shop": component("web")}


def test_an_object_that_moves_to_another_set_is_taken_over_alone():
    kept, moved = manifest("web/shop/a"), manifest("shop/shop/b")
    before = prior(component("web"), component("shop"), urn("web/shop/a"), urn("web/shop/b"), urn("shop/shop/c"))
    found = find(plan(planned("shop", moved), planned("web", kept)), before)
    assert found.objects == {tail(moved): (urn("web/shop/b"),)}
    assert found.components == {}


def test_a_changed_api_version_on_a_live_cluster_continues():
    newer = manifest("web/shop/a", "Widget", version="example.com/v2")
    found = find(plan(planned("web", newer)), prior(component("web"), urn("web/shop/a", "Widget")))
    assert found.objects == {tail(newer): (urn("web/shop/a", "Widget"),)}


def test_a_changed_api_version_in_render_mode_is_another_file_and_continues_nothing():
    newer = manifest("web/shop/a", "Widget", version="example.com/v2")
    before = prior(component("web"), urn("web/shop/a", "Widget"))
    assert find(plan(planned("web", newer)), before, rendered=["default"]).objects == {}


def test_a_renamed_set_in_render_mode_keeps_its_files():
    moved = manifest("shop/shop/a", "Widget")
    before = prior(component("web"), urn("web/shop/a", "Widget"))
    assert find(plan(planned("shop", moved)), before, rendered=["default"]).objects == {
        tail(moved): (urn("web/shop/a", "Widget"),)
    }


def test_a_set_renamed_with_its_api_version_changed_continues_on_a_live_cluster():
    moved = manifest("shop/shop/a", "Widget", version="example.com/v2")
    found = find(plan(planned("shop", moved)), prior(component("web"), urn("web/shop/a", "Widget")))
    assert found.objects == {tail(moved): (urn("web/shop/a", "Widget"),)}


def test_nothing_is_taken_over_from_another_cluster():
    before = prior(component("web"), urn("web@eu/shop/a"))
    assert find(plan(planned("web", manifest("web@us/shop/a"))), before).objects == {}
    assert find(plan(planned("web", manifest("web/shop/a"))), before).objects == {}
    assert find(plan(planned("shop", manifest("shop@us/shop/a"))), before).components == {}


def test_a_renamed_set_takes_over_each_cluster_from_the_same_cluster():
    eu, us = manifest("shop@eu/shop/a"), manifest("shop@us/shop/a")
    found = find(plan(planned("shop", eu, us)), prior(component("web"), urn("web@us/shop/a"), urn("web@eu/shop/a")))
    assert found.objects == {tail(eu): (urn("web@eu/shop/a"),), tail(us): (urn("web@us/shop/a"),)}


def test_cluster_names_with_slashes_and_at_signs_are_read_back():
    cluster = "arn:aws:eks:eu-west-1:1:cluster/a@b"
    moved = manifest("shop/shop/a")._replace(
        key=ObjectKey(cluster, "", "ConfigMap", "shop", "a"), resource=f"shop@{cluster}/shop/a"
    )
    old = urn(f"web@{cluster}/shop/a")
    before = prior(component("web"), outside=[PriorResource(old, "shop", "a")])
    assert find(plan(planned("shop", moved)), before).objects == {tail(moved): (old,)}


def test_a_cluster_scoped_object_continues():
    key = ObjectKey("default", "", "Namespace", "", "team")
    namespace = manifest("shop/x/team")._replace(
        object={"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}, key=key, resource="shop/team"
    )
    old = f"{PREFIX}{SET}$kubernetes:core/v1:Namespace::web/team"
    before = prior(component("web"), outside=[PriorResource(old, "", "team")])
    found = find(plan(planned("shop", namespace)), before)
    assert found.objects == {tail(namespace): (old,)}
    assert found.components == {"shop": component("web")}


def test_an_object_that_the_state_holds_twice_is_an_error_that_says_what_to_remove():
    sets = planned("web", manifest("web/shop/a"), manifest("web/shop/b")), planned("new", manifest("new/shop/c"))
    before = prior(
        *(component(name) for name in ("web", "old", "older")),
        *(urn(f"{name}/shop/{letter}") for name, letter in [("web", "a"), ("old", "a"), ("old", "b"), ("older", "b")]),
        urn("old/shop/c"),
    )
    with pytest.raises(PlanError) as caught:
        find(plan(*sets), before)
    assert [str(problem) for problem in caught.value.problems] == [
        f'GitOpsSet "web": spec.templates[0]: the state holds ConfigMap shop/{letter} more than once: {one}, {two}; '
        f"remove what is wrong from the state, such as: pulumi state delete '{two}'"
        for letter, one, two in [
            ("a", urn("web/shop/a"), urn("old/shop/a")),
            ("b", urn("old/shop/b"), urn("older/shop/b")),
        ]
    ]


def test_what_the_state_holds_twice_and_nobody_declares_is_left_to_the_engine():
    before = prior(component("web"), component("old"), urn("web/shop/a"), urn("old/shop/a"))
    assert find(plan(planned("web", manifest("web/shop/b"))), before).objects == {}


def test_a_resource_written_by_hand_is_taken_over_by_an_explicit_alias():
    by_hand = f"{PREFIX}kubernetes:core/v1:ConfigMap::settings"
    taker = manifest("web/shop/a", take_over=(by_hand,))
    found = find(plan(planned("web", taker)), prior(outside=[PriorResource(by_hand, "shop", "a")]))
    assert found.objects == {tail(taker): (by_hand,)}
    assert found.warnings == ()


def test_an_explicit_alias_that_the_state_does_not_hold_is_passed_on():
    by_hand = f"{PREFIX}kubernetes:core/v1:ConfigMap::settings"
    taker = manifest("web/shop/a", take_over=(by_hand,))
    found = find(plan(planned("web", taker)), prior(component("web"), urn("web/shop/a")))
    assert found.objects == {tail(taker): (by_hand,)}


def test_an_explicit_alias_beside_a_resource_of_its_own_is_an_object_held_twice():
    by_hand = f"{PREFIX}kubernetes:core/v1:ConfigMap::settings"
    taker = manifest("web/shop/a", take_over=(by_hand,))
    before = prior(component("web"), urn("web/shop/a"), outside=[PriorResource(by_hand, "shop", "a")])
    with pytest.raises(PlanError, match="more than once"):
        find(plan(planned("web", taker)), before)


def test_two_objects_cannot_take_over_one_resource():
    by_hand = f"{PREFIX}kubernetes:core/v1:ConfigMap::settings"
    takers = manifest("web/shop/a", take_over=(by_hand,)), manifest("web/shop/b", take_over=(by_hand,))
    with pytest.raises(PlanError, match=r"2 objects take over urn:.*: ConfigMap shop/a, ConfigMap shop/b; give the"):
        find(plan(planned("web", *takers)), prior())


def test_a_resource_that_is_still_declared_cannot_be_taken_over():
    taker = manifest("web/shop/a", take_over=(urn("web/shop/b"),))
    with pytest.raises(PlanError, match="which the program still declares"):
        find(plan(planned("web", taker, manifest("web/shop/b"))), prior(component("web"), urn("web/shop/b")))


def test_an_object_of_the_state_that_belongs_to_no_set_is_mentioned_with_its_urn():
    by_hand = f"{PREFIX}kubernetes:core/v1:ConfigMap::settings"
    before = prior(component("web"), outside=[PriorResource(by_hand, "shop", "a")])
    found = find(plan(planned("web", manifest("web/shop/a"))), before)
    assert found.objects == {}
    (warning,) = found.warnings
    assert warning == (
        'GitOpsSet "web": the state holds objects of this set outside of it: ConfigMap shop/a as '
        f"{by_hand}; where one is on the same cluster, take it over with options: {{aliases: [URN]}} and declare it no "
        "longer"
    )


def test_an_object_that_already_has_a_resource_of_its_set_is_not_mentioned_again():
    by_hand = f"{PREFIX}kubernetes:core/v1:ConfigMap::settings"
    before = prior(component("web"), urn("web/shop/a"), outside=[PriorResource(by_hand, "shop", "a")])
    assert find(plan(planned("web", manifest("web/shop/a"))), before).warnings == ()


def test_two_sets_that_become_one_continue_as_the_larger_of_them():
    both = [manifest(f"all/shop/{letter}") for letter in "abc"]
    before = prior(component("one"), component("two"), urn("one/shop/a"), urn("two/shop/b"), urn("two/shop/c"))
    found = find(plan(planned("all", *both)), before)
    assert found.objects == {
        tail(each): (urn(f"{old}/shop/{letter}"),)
        for each, old, letter in zip(both, ("one", "two", "two"), "abc", strict=True)
    }
    assert found.components == {"all": component("two")}


def test_a_set_that_becomes_two_continues_as_the_larger_of_them():
    one = planned("one", manifest("one/shop/a"))
    two = planned("two", manifest("two/shop/b"), manifest("two/shop/c"))
    before = prior(component("all"), *(urn(f"all/shop/{letter}") for letter in "abc"))
    assert find(plan(one, two), before).components == {"two": component("all")}


def test_a_set_that_may_still_be_declared_later_is_not_taken_for_renamed():
    moved = planned("new", manifest("new/shop/a"))
    some = prior(component("old"), urn("old/shop/a"), urn("old/shop/b"))
    whole = prior(component("old"), urn("old/shop/a"))
    assert find(plan(moved), some, complete=False).components == {}
    assert find(plan(moved), whole, complete=False).components == {"new": component("old")}


def test_what_the_program_declared_before_is_not_taken_over():
    before = prior(component("old"), urn("old/shop/a"))
    earlier = {tail(manifest("old/shop/a")), component_tail("old")}
    found = find(plan(planned("new", manifest("new/shop/b"))), before, earlier=earlier)
    assert (found.objects, found.components) == ({}, {})


def test_a_set_that_moves_below_another_component_continues():
    kept = manifest("web/shop/a")
    found = find(plan(planned("web", kept)), prior(component("web"), urn("web/shop/a")), prefix=None)
    assert found.objects == {tail(kept): (urn("web/shop/a"),)}
    assert found.components == {"web": component("web")}


def test_a_set_that_leaves_another_component_continues():
    kept = manifest("web/shop/a")
    old = component("web", "acme:index:Team$"), urn("web/shop/a", parents="acme:index:Team$")
    found = find(plan(planned("web", kept)), prior(*old))
    assert found.objects == {tail(kept): (old[1],)}
    assert found.components == {"web": old[0]}
