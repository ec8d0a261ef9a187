"""Values that a definition does not hold but names: they are looked up where they are used, and shown nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from gitopssets_provider.errors import GitOpsSetsError
from gitopssets_provider.model.base import Model
from gitopssets_provider.model.validation import nested, shape_of, validate

__all__ = ["Given", "Hidden", "KeyReference", "Place", "Reference"]


class KeyReference(Model):
    """One key of a Secret or a ConfigMap of the management cluster."""

    name: str = Field(min_length=1, description="The object's name.")
    namespace: str = Field(default="", description="Its namespace. Default: the set's own, else default.")
    key: str = Field(description="The key whose value is meant.")


class Place(Model):
    """Where a value is: exactly one of an environment variable, a Secret and a ConfigMap."""

    environment: str = Field(
        default="", description="A variable of the environment, which the stack allows under gitopssets:environment."
    )
    secret: KeyReference | None = Field(default=None, description="A key of a Secret.")
    config_map: KeyReference | None = Field(default=None, description="A key of a ConfigMap.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Place:
        if sum(map(bool, (self.environment, self.secret, self.config_map))) != 1:
            raise ValueError("name exactly one of environment, secret and configMap")
        return self


class Reference(Model):
    """A value that stands somewhere else: ``{from: {secret: {namespace, name, key}}}``."""

    place: Place = Field(alias="from", description="Where the value is.")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A secret value: whoever sends it to where it belongs takes it out, and nobody else sees it."""

    value: Any = field(repr=False)


def _given(value: Any) -> Any:
    if isinstance(value, str | Hidden | Reference):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a string or {{from: ...}}, not {shape_of(value)}")
    try:
        return validate(Reference, value)
    except GitOpsSetsError as error:
        raise nested(error) from None


class _TextOrReference:
    """Tells pydantic how such a field is read, and how an editor may complete it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_given)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(Reference.__pydantic_core_schema__)]}


Given = Annotated[Any, _TextOrReference()]
"""The type of a field for a text that may be secret: a string, a secret expression, or a ``Reference``."""
