from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.step import Op, Step
from gitopssets_provider.engine.values import Secret
from gitopssets_provider.report.changes import diff_lines, short_changes


def step(old, new, **detailed):
    kind = "kubernetes:core/v1:ConfigMap"
    return Step(
        Op.UPDATE,
        f"urn:pulumi:dev::app::{kind}::a",
        Resource("u", kind, inputs=old) if old is not None else None,
        Resource("u", kind, inputs=new) if new is not None else None,
        tuple(detailed),
        (),
        detailed,
    )


def one(old, new, path, kind):
    return short_changes(step(old, new, **{path: kind}))


def test_an_updated_property_shows_both_values():
    assert one({"data": {"r": "eu"}}, {"data": {"r": "us"}}, "data.r", "update") == ["data.r: eu -> us"]


def test_an_added_and_a_removed_property_show_theirs():
    assert one({}, {"a": 1}, "a", "add") == ["a added: 1"]
    assert one({"a": [1]}, {}, "a", "delete") == ["a removed"]


def test_a_property_that_replaces_the_object_says_so():
    assert one({"a": 1}, {"a": 2}, "a", "update-replace") == ["a: 1 -> 2 (replaces the object)"]


def test_a_change_of_type_shows_in_quotes():
    assert one({"a": 1}, {"a": "1"}, "a", "update") == ['a: 1 -> "1"']


def test_text_with_line_breaks_or_blanks_at_its_ends_is_quoted():
    assert one({"a": "x "}, {"a": ""}, "a", "update") == ['a: "x " -> ""']


def test_a_property_is_found_in_lists_and_under_quoted_keys():
    old, new = ({"c": [{"image": image}], "annotations": {"a.b/c": image}} for image in ("x:1", "x:2"))
    assert one(old, new, "c[0].image", "update") == ["c[0].image: x:1 -> x:2"]
    assert one(old, new, 'annotations["a.b/c"]', "update") == ['annotations["a.b/c"]: x:1 -> x:2']


def test_a_property_below_a_masked_one_is_named_and_not_shown():
    assert one({"data": Secret({"t": "1"})}, {"data": Secret({"t": "2"})}, "data.t", "update") == [
        "data.t: [secret] changed"
    ]


def test_a_long_value_is_visibly_cut():
    (text,) = one({"a": "x" * 100}, {"a": "y"}, "a", "update")
    assert text == f"a: {'x' * 59}… -> y"


def test_a_changed_structure_is_only_named():
    assert one({"a": {"b": 1}}, {"a": {"b": 2}}, "a", "update") == ["a changed"]


def test_a_changed_secret_is_named_and_not_shown():
    assert one({"a": Secret("1")}, {"a": Secret("2")}, "a", "update") == ["a: [secret] changed"]


def test_a_value_that_becomes_a_secret_is_not_shown():
    assert "hush" not in "".join(one({"a": "1"}, {"a": Secret("hush")}, "a", "update"))


def test_without_a_detailed_diff_the_changed_keys_are_named():
    bare = step({}, {})
    bare.diff_reasons = ("value",)
    assert short_changes(bare) == ["value changed"]


def test_a_diff_shows_changed_lines_with_their_surroundings():
    old = {"data": {"a": "1", "b": "2"}, "kind": "ConfigMap"}
    new = {"data": {"a": "1", "b": "3"}, "kind": "ConfigMap"}
    assert diff_lines(step(old, new)) == ["  data:", '    a: "1"', '-   b: "2"', '+   b: "3"', "  kind: ConfigMap"]


def test_parts_of_a_diff_that_lie_far_apart_are_separated():
    old = {f"k{i:02}": i for i in range(30)}
    assert "@ ..." in diff_lines(step(old, {**old, "k00": 99, "k29": 99}))


def test_a_created_object_is_shown_whole_and_a_deleted_one_too():
    assert diff_lines(step(None, {"a": 1})) == ["+ a: 1"]
    assert diff_lines(step({"a": 1}, None)) == ["- a: 1"]


def test_a_diff_never_shows_a_secret_yet_shows_that_it_changed():
    lines = diff_lines(step({"a": Secret("hush1")}, {"a": Secret("hush2")}))
    assert lines == ["- a: '[secret]'", "+ a: '[secret] (changed)'"]


def test_what_the_engine_adds_for_itself_is_not_shown():
    assert diff_lines(step(None, {"a": 1, "__defaults": []})) == ["+ a: 1"]
