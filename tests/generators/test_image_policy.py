"""The imagePolicy generator yields the image that a policy has chosen."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.generators import expand_all, parse

pytestmark = pytest.mark.xdist_group("api server")

_POLICIES = "image.toolkit.fluxcd.io/v1/imagepolicies"
_NONE = {"reference": "", "repository": "", "tag": "", "digest": ""}


def _image(reading: Any, policy: str) -> Any:
    (element,) = expand_all([parse({"imagePolicy": {"policy": policy}})], reading())
    return element.parameters["image"]


def test_the_image_and_the_one_before_are_told_in_parts(make: Any, reading: Any) -> None:
    digest = f"sha256:{'0' * 64}"
    latest = {"name": "ghcr.io/a/b", "tag": "v2", "digest": digest}
    make(_POLICIES, "app", {"latestRef": latest, "observedPreviousRef": {"name": "ghcr.io/a/b", "tag": "v1"}})
    assert _image(reading, "app") == {
        "reference": f"ghcr.io/a/b:v2@{digest}",
        "repository": "ghcr.io/a/b",
        "tag": "v2",
        "digest": digest,
        "previous": {"reference": "ghcr.io/a/b:v1", "repository": "ghcr.io/a/b", "tag": "v1", "digest": ""},
    }


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("podinfo:5.1.4", ("podinfo", "5.1.4", "")),
        ("localhost:5000/a/b:v1", ("localhost:5000/a/b", "v1", "")),
        ("ghcr.io/a/b:v1@sha256:aa", ("ghcr.io/a/b", "v1", "sha256:aa")),
    ],
)
def test_an_older_policy_tells_an_image_as_a_text(make: Any, reading: Any, text: str, parts: Any) -> None:
    make("image.toolkit.fluxcd.io/v1beta2/imagepolicies", "old", {"latestImage": text})
    image = _image(reading, "old")
    assert (image["repository"], image["tag"], image["digest"], image["reference"]) == (*parts, text)
    assert image["previous"] == _NONE


@pytest.mark.parametrize("status", [{}, {"latestRef": {"name": "a"}}, {"latestImage": ""}, {"latestImage": "a/b"}])
def test_a_policy_that_has_chosen_nothing_is_an_error(make: Any, reading: Any, namespace: str, status: Any) -> None:
    make(_POLICIES, "new", status)
    with pytest.raises(SourceError, match=rf"imagePolicy: ImagePolicy {namespace}/new has chosen no image"):
        _image(reading, "new")
