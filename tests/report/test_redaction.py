from gitopssets_provider.engine.values import UNKNOWN, Secret
from gitopssets_provider.model.deferred import Deferred, Opaque
from gitopssets_provider.report.redaction import Scrubber, redact, redact_pair


def deferred(*, secret):
    opaque = Opaque("hush", label="secrets.password", secret=secret, known=True)
    return Deferred((opaque,), lambda values: values[0], "{{ secrets.password }}")


def test_a_secret_leaf_is_masked_and_its_neighbours_are_not():
    assert redact({"a": Secret("hush"), "b": ["x", Secret({"c": 1})]}) == {"a": "[secret]", "b": ["x", "[secret]"]}


def test_a_template_leaf_made_of_secrets_is_masked_and_another_shows_its_expression():
    assert redact([deferred(secret=True), deferred(secret=False)]) == ["[secret]", "{{ secrets.password }}"]


def test_what_is_not_known_yet_says_so():
    assert redact({"a": UNKNOWN}) == {"a": "(known after it is applied)"}


def test_all_data_of_a_kubernetes_secret_is_masked_marked_or_not():
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "data": {"a": "aHVzaA=="},
        "stringData": {"b": "hush"},
        "type": "Opaque",
    }
    assert redact({"items": [secret]})["items"] == [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "data": {"a": "[secret]"},
            "stringData": {"b": "[secret]"},
            "type": "Opaque",
        }
    ]


def test_kubectls_copy_of_an_applied_object_is_masked():
    key = "kubectl.kubernetes.io/last-applied-configuration"
    assert redact({"annotations": {key: '{"data": "hush"}', "x": "y"}}) == {"annotations": {key: "[secret]", "x": "y"}}


def test_a_secret_that_differs_still_reads_differently():
    old, new = redact_pair({"a": Secret("1"), "b": Secret("2")}, {"a": Secret("1"), "b": Secret("3")})
    assert (old, new) == ({"a": "[secret]", "b": "[secret]"}, {"a": "[secret]", "b": "[secret] (changed)"})


def test_a_changed_secret_is_found_inside_of_lists_and_of_secret_objects():
    old = {"kind": "Secret", "apiVersion": "v1", "data": Secret({"a": "1", "b": "2"}), "l": [Secret("x"), 1]}
    new = {"kind": "Secret", "apiVersion": "v1", "data": Secret({"a": "1", "b": "3"}), "l": [Secret("y"), 1, 2]}
    assert redact_pair(old, new)[1] == {
        "kind": "Secret", "apiVersion": "v1", "data": "[secret] (changed)", "l": ["[secret] (changed)", 1, 2],
    }  # fmt: skip


def test_known_secrets_are_removed_from_free_text_plain_and_in_base64():
    scrub = Scrubber(["hush-hush", {"key": ["line one\nline two"]}])
    assert scrub("got hush-hush, aHVzaC1odXNo and line two") == "got [secret], [secret] and [secret]"


def test_short_values_are_left_alone_in_free_text():
    assert Scrubber(["yes", 12, True])("yes, 12 is True") == "yes, 12 is True"


def test_a_scrubber_finds_the_secrets_of_a_state():
    assert Scrubber.of([{"a": [Secret("hush-hush")]}])("hush-hush!") == "[secret]!"


def test_a_longer_secret_wins_over_one_that_it_contains():
    assert Scrubber(["hush", "hush-hush"])("hush-hush hush") == "[secret] [secret]"


def test_the_values_inside_of_json_text_are_known_too():
    assert Scrubber(['{"a": ["hush-hush"]}'])("hush-hush") == "[secret]"
    assert Scrubber(["{hush"])("{hush {") == "[secret] {"
