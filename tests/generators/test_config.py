"""The config generator reads a ConfigMap or a Secret, and keeps a secret secret."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError
from gitopssets_provider.generators import Context, expand_all, parse
from gitopssets_provider.model.deferred import Opaque

pytestmark = pytest.mark.xdist_group("api server")


def _expand(context: Context, **body: Any) -> Any:
    return expand_all([parse({"config": body})], context)


def test_the_values_of_a_config_map_are_the_parameters(make: Any, reading: Any, namespace: str) -> None:
    binary = {"bin": base64.b64encode(b"\xff").decode()}
    make("v1/configmaps", "settings", data={"replicas": "3", "app.properties": "a=b"}, binaryData=binary)
    (element,) = _expand(reading(), configMap="settings")
    assert element.parameters == {"replicas": "3", "app.properties": "a=b"}
    assert str(element.origin) == f"ConfigMap {namespace}/settings (generators[0].config)"
    (element,) = _expand(reading(), configMap="settings", namespace=namespace, keys=["replicas"])
    assert element.parameters == {"replicas": "3"}
    with pytest.raises(SourceError, match=r'has no replica; did you mean "replicas"'):
        _expand(reading(), configMap="settings", keys=["replica"])


def test_the_values_of_a_secret_are_secrets_that_show_nothing(make: Any, reading: Any, namespace: str) -> None:
    make("v1/secrets", "login", stringData={"password": "s3cret"})
    (element,) = _expand(reading(), secret="login")
    value = element.parameters["password"]
    assert isinstance(value, Opaque)
    assert (value.handle, value.secret, value.known) == ("s3cret", True, True)
    assert repr(element.parameters) == f"{{'password': <password of Secret {namespace}/login>}}"
    with pytest.raises(GitOpsSetsError, match=r"password of Secret .* is") as caught:
        expand_all([parse({"config": {"secret": "login"}, "where": "password == 's3cret'"})], reading())
    assert "s3cret" not in str(caught.value).replace("== 's3cret'", "")


def test_a_secret_value_that_is_no_text_is_an_error_unless_others_are_chosen(make: Any, reading: Any) -> None:
    make("v1/secrets", "mixed", data={"store": base64.b64encode(b"\xff\xfe").decode(), "user": "bWU="})
    with pytest.raises(SourceError, match="the value of store is no text in UTF-8; choose others with keys"):
        _expand(reading(), secret="mixed")
    (element,) = _expand(reading(), secret="mixed", keys=["user"])
    assert element.parameters["user"].handle == "me"


def test_an_empty_config_map_is_an_element_without_parameters(make: Any, reading: Any) -> None:
    make("v1/configmaps", "empty")
    assert [element.parameters for element in _expand(reading(), configMap="empty")] == [{}]


def test_what_is_missing_or_forbidden_is_an_error_with_its_place(reading: Any) -> None:
    with pytest.raises(SourceError, match=r"generators\[0\].config: https://.*: there is no ConfigMap default/x"):
        _expand(reading(own=""), configMap="x")
    with pytest.raises(SourceError, match=r'User "nobody" cannot get resource "secrets"'):
        _expand(reading({"token": "nobody-token"}), secret="x")


@pytest.mark.parametrize("body", [{}, {"configMap": "a", "secret": "b"}])
def test_exactly_one_object_is_named(body: Any) -> None:
    with pytest.raises(DefinitionError, match="name either a configMap or a secret"):
        parse({"config": body})
