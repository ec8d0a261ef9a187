import pytest

from gitopssets_provider.report.property_path import ABSENT, follow, parse


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("data.region", ["data", "region"]),
        ("spec.containers[0].image", ["spec", "containers", 0, "image"]),
        ('metadata.annotations["a.b/c"]', ["metadata", "annotations", "a.b/c"]),
        ('data["say \\"hi\\""].x', ["data", 'say "hi"', "x"]),
        ("[0].a", [0, "a"]),
    ],
)
def test_a_path_is_read_as_pulumi_writes_it(path, parts):
    assert parse(path) == parts


def test_a_path_is_followed_through_mappings_and_lists():
    assert follow({"a": [{"b": 1}]}, "a[0].b") == 1


@pytest.mark.parametrize("path", ["b", "a[3]", "a[0].b.c", "a.b"])
def test_a_path_that_leads_nowhere_says_so(path):
    assert follow({"a": [{"b": 1}]}, path) is ABSENT


def test_a_mask_answers_for_all_below_it():
    assert follow({"data": "[secret]"}, "data.token") == "[secret]"
