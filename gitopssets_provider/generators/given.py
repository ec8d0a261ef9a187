"""Values that a definition gives or names: looked up where they are used, and shown nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError, did_you_mean
from gitopssets_provider.generators.base import Context
from gitopssets_provider.generators.objects import ObjectName, own_namespace, part, secret_data
from gitopssets_provider.model.base import Model
from gitopssets_provider.model.reference import Hidden, Place, Reference
from gitopssets_provider.sources.kubernetes.kinds import CONFIG_MAP, SECRET, ObjectKind

__all__ = ["WholeObject", "check_header", "revealed", "text_of"]


class WholeObject(Model):
    """A Secret or a ConfigMap, all of whose keys are meant."""

    secret: ObjectName | None = Field(default=None, description="A Secret.")
    config_map: ObjectName | None = Field(default=None, description="A ConfigMap.")

    @model_validator(mode="after")
    def _exactly_one(self) -> WholeObject:
        if bool(self.secret) == bool(self.config_map):
            raise ValueError("name either a secret or a configMap")
        return self

    def texts(self, context: Context) -> Mapping[str, str]:
        """Return the values by key."""
        kind, name = (SECRET, self.secret) if self.secret else (CONFIG_MAP, self.config_map)
        return _data(kind, name.namespace, name.name, context) if name else {}


def text_of(given: str | Hidden | Reference, context: Context, path: str, *, lines: bool = False) -> str:
    """Return the text that is meant; an error has the field's ``path``, and no part of the text.

    What is sent as a header is one line; ``lines`` allows more.
    """
    if isinstance(given, Reference):
        try:
            text = _looked_up(given.place, context)
        except GitOpsSetsError as error:
            raise error.at(f"{path}.from") from None
    else:
        text = given if isinstance(given, str) else str(given.value)
    return text if lines else check_header(text, path)


def check_header(text: str, path: str) -> str:
    """Refuse a value that would end its header; it is told by its place, not by its text."""
    if not all(character.isprintable() and ord(character) < 256 for character in text):
        raise DefinitionError("holds a line break or a character that no header has", path=path)
    return text


def revealed(value: Any) -> Any:
    """Return a JSON value with its secrets in their places."""
    if isinstance(value, Hidden):
        return value.value
    if isinstance(value, Mapping):
        return {key: revealed(item) for key, item in value.items()}
    return [revealed(item) for item in value] if isinstance(value, list | tuple) else value


def _looked_up(place: Place, context: Context) -> str:
    if place.environment:
        return context.sources.variables.value(place.environment)
    kind, reference = (SECRET, place.secret) if place.secret else (CONFIG_MAP, place.config_map)
    if reference is None:
        raise SourceError("names no place")
    texts = _data(kind, reference.namespace, reference.name, context, reference.key)
    if reference.key not in texts:
        fact = f'{kind.kind} {reference.name} has no key "{reference.key}"'
        raise SourceError(fact, remedy=did_you_mean(reference.key, texts))
    return texts[reference.key]


def _data(kind: ObjectKind, namespace: str, name: str, context: Context, key: str = "") -> Mapping[str, str]:
    found = context.sources.kubernetes.get(kind, own_namespace(namespace, context), name)
    data = part(found, "data")
    if kind == SECRET:
        return secret_data(found, [key] if key in data else None)
    return {name: str(value) for name, value in data.items()}
