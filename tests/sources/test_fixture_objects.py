"""A file answers for the objects of a management cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.generators import Context, expand_all, parse
from gitopssets_provider.sources.fixtures import fixtures
from gitopssets_provider.templating import Templating

_TEXT = """
configMaps:
- {name: settings, namespace: team, data: {region: eu}}
secrets:
- {name: login, namespace: team, stringData: {password: s3cret}}
- {name: encoded, data: {user: bWU=}}
imagePolicies:
- {name: app, namespace: team, status: {latestRef: {name: ghcr.io/a/b, tag: v2}}}
- {name: new, namespace: team, status: {}}
gitRepositories:
- {name: env, namespace: team, url: "https://h.example/env", artifact: {files: {a.yaml: "env: dev"}}}
- {name: empty, namespace: team}
"""


def _expand(tmp_path: Path, generator: Any, text: str = _TEXT, own: str = "team") -> Any:
    (tmp_path / "fixtures.yaml").write_text(text)
    templating = Templating({"set": {"name": "s", "namespace": own}})
    context = Context(fixtures(tmp_path / "fixtures.yaml"), templating, max_elements=10, path="generators")
    return [element.parameters for element in expand_all([parse(generator)], context)]


def test_objects_of_each_kind_answer_in_the_namespace_of_the_set(tmp_path: Path) -> None:
    assert _expand(tmp_path, {"config": {"configMap": "settings"}}) == [{"region": "eu"}]
    (login,) = _expand(tmp_path, {"config": {"secret": "login"}})
    assert (login["password"].handle, login["password"].secret) == ("s3cret", True)
    (encoded,) = _expand(tmp_path, {"config": {"secret": "encoded"}}, own="")
    assert encoded["user"].handle == "me"
    (image,) = _expand(tmp_path, {"imagePolicy": {"policy": "app"}})
    assert image["image"]["reference"] == "ghcr.io/a/b:v2"
    (file,) = _expand(tmp_path, {"git": {"gitRepository": {"name": "env"}, "files": ["*.yaml"]}})
    assert (file["env"], file["repository"]["url"]) == ("dev", "https://h.example/env")


@pytest.mark.parametrize(
    ("generator", "fact"),
    [
        ({"config": {"configMap": "setings"}}, 'there is no ConfigMap team/setings; did you mean "team/settings"'),
        ({"imagePolicy": {"policy": "new"}}, "ImagePolicy team/new has chosen no image"),
        ({"git": {"gitRepository": {"name": "empty"}, "files": ["*"]}}, "GitRepository team/empty has no artifact"),
    ],
)
def test_what_a_file_does_not_hold_is_an_error(tmp_path: Path, generator: Any, fact: str) -> None:
    with pytest.raises(SourceError, match=fact):
        _expand(tmp_path, generator)


def test_a_kind_that_the_file_does_not_name_is_asked_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(GitOpsSetsError, match="no other machine may be asked here"):
        _expand(tmp_path, {"config": {"configMap": "x"}}, "secrets: []")
