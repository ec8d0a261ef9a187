from gitopssets_provider.engine.step import Op
from gitopssets_provider.engine.values import Secret
from gitopssets_provider.report.style import Style
from gitopssets_provider.report.text import TextOptions, TextReport

EU = "stacks/environments/eu-west.yaml@4f2c1d0 (generators[0].git)"
GERMANY = "stacks/environments/germany.yaml@4f2c1d0 (generators[0].git)"
US = "stacks/environments/us.yaml@0123456 (generators[0].git)"


def key(name, kind="ConfigMap", cluster=""):
    return f"{cluster}/{kind}/podinfo/{name}"


def text(run, **options):
    report = TextReport(run.outcome(), TextOptions(**options))
    return [*report.lines(), report.summary(applied=False)]


def test_a_preview_groups_by_set_and_cluster_and_tells_causes(run, memory, config_map, deployment):
    cluster = "eu-west-1"
    kept = key("podinfo-eu-west", cluster=cluster)
    old = memory({EU: ("1", [kept]), US: ("2", [key("podinfo-us", "Deployment.apps", cluster)])})
    new = memory({EU: ("3", [kept]), GERMANY: ("4", [key("podinfo-germany", "Deployment.apps", cluster)])})
    run.stack().set("podinfo", old, new)
    run.object(Op.DELETE, old=deployment("podinfo-us"), cluster=cluster)
    run.object(Op.CREATE, deployment("podinfo-germany"), cluster=cluster)
    region = {"old": config_map("podinfo-eu-west", region="eu-west-1"), "diff": {"data.region": "update"}}
    run.object(Op.UPDATE, config_map("podinfo-eu-west", region="eu-west-2"), cluster=cluster, **region)
    run.object(Op.SAME, config_map("settings"), old=config_map("settings"), was="podinfo-old", cluster=cluster)
    run.object(Op.SAME, config_map("calm"), old=config_map("calm"), cluster=cluster)
    assert text(run) == [
        "podinfo   2 elements, 2 objects from stacks/environments/*.yaml at 4f2c1d0",
        "  eu-west-1",
        "    + Deployment podinfo/podinfo-germany     stacks/environments/germany.yaml is new",
        (
            "    ~ ConfigMap  podinfo/podinfo-eu-west     data.region: eu-west-1 -> eu-west-2"
            "   (stacks/environments/eu-west.yaml changed)"
        ),
        "    > ConfigMap  podinfo/settings            continues from set podinfo-old",
        "    - Deployment podinfo/podinfo-us          no longer generated: stacks/environments/us.yaml is gone",
        "1 to create, 1 to update, 1 continued, 1 to delete, 1 unchanged; nothing has happened yet",
    ]


def test_nothing_to_do_is_one_line(run, config_map):
    run.stack().set("podinfo", {}, {}).object(Op.SAME, config_map("a"), old=config_map("a"))
    assert text(run) == ["no changes, 1 unchanged; nothing has happened yet"]


def test_unchanged_objects_are_shown_when_asked_for(run, config_map):
    run.set("podinfo", {}, {}).object(Op.SAME, config_map("a"), old=config_map("a"))
    assert text(run, show_sames=True)[:2] == ["podinfo", "    ConfigMap podinfo/a"]


def test_objects_of_the_default_cluster_stand_under_it_where_others_stand_beside(run, config_map):
    run.set("podinfo", {}, {}).object(Op.CREATE, config_map("a")).object(Op.CREATE, config_map("a"), cluster="hub")
    assert text(run)[1:5] == ["  default cluster", "    + ConfigMap podinfo/a", "  hub", "    + ConfigMap podinfo/a"]


def test_a_new_set_says_so_and_where_its_objects_come_from(run, memory, config_map):
    run.set("podinfo", None, memory({EU: ("1", [key("a")])})).object(Op.CREATE, config_map("a"))
    assert text(run)[:2] == [
        "podinfo   new set: 1 element, 1 object from stacks/environments/*.yaml at 4f2c1d0",
        "  + ConfigMap podinfo/a     from stacks/environments/eu-west.yaml",
    ]


def test_a_set_that_ends_comes_behind_the_others(run, config_map):
    run.set("old", {}, None).object(Op.DELETE, old=config_map("a"), owner="old")
    run.set("new", {}, {}).object(Op.CREATE, config_map("b"), owner="new")
    assert text(run)[:4] == [
        "new",
        "  + ConfigMap podinfo/b",
        "old   no longer declared",
        "  - ConfigMap podinfo/a     set old is no longer declared",
    ]


def test_what_goes_with_the_whole_stack_needs_no_reason(run, config_map):
    run.set("web", {}, None).object(Op.DELETE, old=config_map("a"), owner="web").stack_ends()
    assert text(run)[:2] == ["web", "  - ConfigMap podinfo/a"]


def test_a_renamed_set_compares_with_what_it_was(run, memory, config_map):
    before, after = memory({EU: ("1", [key("a")])}), memory({EU: ("2", [key("a")])})
    run.set("new", before, after, was="old")
    change = {"old": config_map("a", x="1"), "diff": {"data.x": "update"}, "was": "old", "owner": "new"}
    run.object(Op.UPDATE, config_map("a", x="2"), **change)
    assert text(run)[1] == (
        '  ~ ConfigMap podinfo/a     data.x: "1" -> "2"'
        "   (continues from set old; stacks/environments/eu-west.yaml changed)"
    )


def test_what_a_renamed_set_no_longer_makes_is_shown_under_its_new_name(run, memory, config_map):
    run.set("new", memory({EU: ("1", []), US: ("2", [key("us")])}), memory({EU: ("1", [])}), was="old")
    run.object(Op.DELETE, old=config_map("us"), owner="old")
    assert text(run)[:2] == [
        "new   1 element (were 2), 0 objects (were 1) from stacks/environments/*.yaml at 4f2c1d0   was old",
        "  - ConfigMap podinfo/us     no longer generated: stacks/environments/us.yaml is gone",
    ]


def test_an_element_that_changed_explains_a_new_object(run, memory, config_map):
    run.set("podinfo", memory({EU: ("1", [])}), memory({EU: ("2", [key("a")])})).object(Op.CREATE, config_map("a"))
    assert text(run)[1].endswith("stacks/environments/eu-west.yaml changed")


def test_a_template_that_yields_more_explains_a_new_object(run, memory, config_map):
    run.set("podinfo", memory({EU: ("1", [])}), memory({EU: ("1", [key("a")])})).object(Op.CREATE, config_map("a"))
    assert text(run)[1].endswith("templates[0] yields it now")


def test_a_changed_template_explains_a_change(run, memory, config_map):
    run.set("podinfo", memory({EU: ("1", [key("a")])}, "t1"), memory({EU: ("1", [key("a")])}, "t2"))
    run.object(Op.UPDATE, config_map("a", x="b"), old=config_map("a", x="a"), diff={"data.x": "update"})
    assert text(run)[1].endswith("data.x: a -> b   (templates[0] changed)")


def test_a_new_commit_alone_makes_no_element_new(run, memory, config_map):
    later = EU.replace("4f2c1d0", "fffffff")
    run.set("podinfo", memory({EU: ("1", [])}), memory({later: ("1", [key("a")])})).object(Op.CREATE, config_map("a"))
    assert "is new" not in text(run)[1]


def test_only_the_new_factor_of_a_product_is_named(run, memory, config_map):
    first, second = f"{EU} x dev (generators[0].clusters)", f"{EU} x hub (generators[0].clusters)"
    run.set("podinfo", memory({first: ("1", [])}), memory({first: ("1", []), second: ("1", [key("a")])}))
    assert text(run.object(Op.CREATE, config_map("a")))[1].endswith("     hub is new")


def items(*digests):
    return {f"generators[0].list.elements[{i}]": (digest, [key(digest)]) for i, digest in enumerate(digests)}


def test_an_item_put_into_the_middle_of_a_list_is_the_new_one(run, memory, config_map):
    run.set("podinfo", memory(items("a", "c")), memory(items("a", "b", "c"))).object(Op.CREATE, config_map("b"))
    assert text(run)[1].endswith("     generators[0].list.elements[1] is new")


def test_an_item_taken_out_of_the_middle_of_a_list_is_the_one_that_is_gone(run, memory, config_map):
    run.set("podinfo", memory(items("a", "b", "c")), memory(items("a", "c"))).object(Op.DELETE, old=config_map("b"))
    assert text(run)[1].endswith("     no longer generated: generators[0].list.elements[1] is gone")


def test_an_item_that_is_another_now_changed(run, memory, config_map):
    run.set("podinfo", memory(items("a", "b")), memory(items("a", "x")))
    run.object(Op.CREATE, config_map("x")).object(Op.DELETE, old=config_map("b"))
    assert text(run)[1].endswith("     generators[0].list.elements[1] changed")
    assert text(run)[2].endswith("     no longer generated")


def test_a_replacement_names_what_forces_it(run, deployment):
    change = {"spec.replicas": "update-replace"}
    run.set("podinfo", {}, {}).object(Op.REPLACE, deployment("a", 2), old=deployment("a", 1), diff=change)
    assert text(run)[1:] == [
        "  ± Deployment podinfo/a     spec.replicas: 1 -> 2 (replaces the object)",
        "1 to replace, 0 unchanged; nothing has happened yet",
    ]


def test_the_three_steps_of_a_replacement_are_one_line(run, deployment):
    bodies = {"old": deployment("a", 1), "diff": {"spec.replicas": "update-replace"}}
    run.set("podinfo", {}, {}).object(Op.CREATE_REPLACEMENT, deployment("a", 2), **bodies)
    run.object(Op.REPLACE, deployment("a", 2), **bodies).object(Op.DELETE_REPLACED, old=deployment("a", 1))
    assert text(run)[-1] == "1 to replace, 0 unchanged; nothing has happened yet"


def test_many_changed_properties_are_counted_and_all_of_them_are_in_the_diff(run, config_map):
    old, new = (config_map("a", **{f"k{i}": v for i in range(6)}) for v in ("old", "new"))
    run.set("podinfo", {}, {}).object(Op.UPDATE, new, old=old, diff={f"data.k{i}": "update" for i in range(6)})
    assert text(run)[1:5] == [
        "  ~ ConfigMap podinfo/a     data.k0: old -> new",
        "                            data.k1: old -> new",
        "                            data.k2: old -> new",
        "                            and 3 more properties (--diff shows them)",
    ]
    assert [line for line in text(run, diff=True) if line.startswith("      +")] == [
        f"      +   k{i}: new" for i in range(6)
    ]


def test_other_resources_are_shown_and_default_providers_are_not(run):
    run.resource(Op.CREATE, "pulumi:providers:kubernetes", "render@hub")
    run.resource(Op.SAME, "pulumi:providers:kubernetes", "default_4_34_2")
    run.resource(Op.CREATE, "random:index/randomPet:RandomPet", "pet")
    run.resource(Op.DELETE, "kubernetes:core/v1:ConfigMap", "mine", metadata={"name": "by-hand", "namespace": "x"})
    assert text(run) == [
        "other resources",
        "  + Provider  render@hub",
        "  + RandomPet pet",
        "  - ConfigMap x/by-hand",
        "2 to create, 1 to delete, 0 unchanged; nothing has happened yet",
    ]


def test_outputs_that_change_are_shown(run):
    outcome = run.stack({"url": "a", "gone": 1, "same": 1}).outcome(outputs={"url": "b", "new": True, "same": 1})
    assert list(TextReport(outcome).lines()) == ["outputs", "  - gone: 1", "  + new: true", "  ~ url: a -> b"]


def test_a_secret_output_that_changes_is_named_and_not_shown(run):
    outcome = run.stack({"pw": Secret("1"), "same": Secret("1")}).outcome(
        outputs={"pw": Secret("2"), "same": Secret("1")}
    )
    assert list(TextReport(outcome).lines()) == ["outputs", "  ~ pw: [secret] changed"]


def test_a_run_that_failed_says_nothing_of_outputs(run):
    assert list(TextReport(run.stack({"url": "a"}).outcome(ok=False)).lines()) == []


def test_a_colour_says_what_happens(run, config_map):
    run.set("podinfo", {}, {}).object(Op.CREATE, config_map("a")).object(Op.DELETE, old=config_map("b"))
    painted = text(run, style=Style())
    assert "\x1b[32m  + ConfigMap podinfo/a\x1b[0m" in painted
    assert any(line.startswith("\x1b[31m  - ConfigMap podinfo/b") for line in painted)


def test_a_finished_run_says_what_was_done(run, config_map):
    outcome = run.object(Op.CREATE, config_map("a")).outcome()
    assert TextReport(outcome).summary(applied=True) == "1 created, 0 unchanged in 1.2 s"


def test_an_object_that_state_forgets_but_nobody_deletes_says_so(run, config_map):
    run.set("podinfo", {}, {}).object(Op.DELETE, old=config_map("a"), retain_on_delete=True)
    assert text(run)[1].endswith("no longer generated; the object itself stays (retainOnDelete)")


def test_what_a_run_did_not_do_is_told_with_the_reason_and_not_counted_as_done(run, config_map):
    run.set("podinfo", {}, {}).object(Op.CREATE, config_map("a")).object(Op.CREATE, config_map("b"))
    report = TextReport(run.outcome(ok=False), unfinished={run.steps[-1].urn: "the disk is full"})
    assert [*report.lines()][1:] == ["  + ConfigMap podinfo/a", "  ! ConfigMap podinfo/b     the disk is full"]
    assert report.summary(applied=True) == "1 created, 1 not done, 0 unchanged in 1.2 s"


def test_an_object_that_becomes_protected_is_shown_though_nothing_else_changes(run, config_map):
    run.set("podinfo", {}, {}).object(Op.SAME, config_map("a"), old=config_map("a"))
    run.steps[-1].new.protect = True
    assert text(run)[1] == "    ConfigMap podinfo/a     is protected from now on"
