"""Which versions there are, how they sort, and which of them are in a range."""

import pytest

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.model.versions import Version, VersionRange

NO_VERSIONS = ["1", "1.2", "01.2.3", "1.2.3.4", "a1.2.3", "1.2.3-", "1.2.3 ", "latest", "", "\u0661.2.3"]


@pytest.mark.parametrize("text", NO_VERSIONS)
def test_what_is_no_version_is_none(text):
    assert Version.parse(text) is None


def test_versions_sort_as_semver_says():
    texts = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 v1.0.10"
    versions = [Version.parse(text) for text in texts.split()]
    backwards = list(reversed(versions))
    assert sorted(backwards) == versions
    assert Version.parse("1.0.0+a") == Version.parse("v1.0.0+b")


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("*", "0.0.1 9.9.9", "1.0.0-rc.1"),
        (">=1.2 <2", "1.2.0 1.9.9", "1.1.9 2.0.0 1.5.0-rc.1"),
        (">=1.2,<2", "1.2.0", "2.0.0"),
        (">= 1.2, < 2", "1.2.0", "2.0.0"),
        (">1.2", "1.3.0", "1.2.9"),
        (">1", "2.0.0", "1.9.0"),
        ("<=1.2", "1.2.9", "1.3.0"),
        ("<1.2", "1.1.9", "1.2.0"),
        ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0"),
        ("^0.2.3", "0.2.9", "0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0.0", "0.0.9", "0.1.0"),
        ("^0", "0.9.0", "1.0.0"),
        ("^1.x", "1.9.0", "2.0.0"),
        ("~1.2.3", "1.2.9", "1.3.0 1.2.2"),
        ("~>1.2", "1.2.9", "1.3.0"),
        ("~1", "1.9.0", "2.0.0"),
        ("1.2", "1.2.7", "1.3.0"),
        ("1.x", "1.0.0 1.9.0", "2.0.0"),
        ("v1.2.3", "1.2.3", "1.2.4"),
        ("!=1.2.x", "1.3.0", "1.2.4"),
        ("!=1.2.3", "1.2.4", "1.2.3"),
        ("1.2 - 1.4", "1.2.0 1.4.9", "1.5.0 1.1.0"),
        ("1.0 || >=3", "1.0.5 3.1.0", "2.0.0"),
        (">=1.0.0-0", "1.0.0-rc.1 1.0.0 2.0.0-rc.1", "0.9.9"),
        (">=1.0.0-0 <2", "1.5.0-rc.1", "2.0.0"),
        ("<0.0.0 || 1.2.3", "1.2.3", "0.0.0"),
    ],
)
def test_a_range_holds_what_it_says(text, inside, outside):
    wanted = VersionRange.parse(text)
    assert [version for version in inside.split() if Version.parse(version) not in wanted] == []
    assert [version for version in outside.split() if Version.parse(version) in wanted] == []


@pytest.mark.parametrize("text", ["", "latest", ">=", "1.2.3.4", ">=1.2 <", "1 ||", "1.2.3 beta", "> 1..2", "9" * 300])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(DefinitionError, match="range of versions"):
        VersionRange.parse(text)
