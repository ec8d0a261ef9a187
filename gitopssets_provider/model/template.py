"""Templates as people write them: what to render, for which elements, onto which cluster, with which options."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.element import Element

__all__ = ["CustomTimeouts", "Dependency", "ObjectOptions", "Template"]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _bool_or_list(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, list | tuple) and value and all(map(_is_text, value))):
        return value
    raise ValueError("must be true, false, or a list of conditions")


def _mapping_or_list(value: Any) -> Any:
    if value is None or isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value):
        return value
    raise ValueError("must be an object, or a list of objects")


def _duration(value: Any) -> Any:
    if isinstance(value, str) and value and not _DURATION.fullmatch(value):
        raise ValueError("must be a duration such as 30s, 5m or 1h30m")
    return value


def _urn(value: Any) -> Any:
    if isinstance(value, str) and not value.startswith("urn:pulumi:"):
        raise ValueError("must be the full URN of a resource, urn:pulumi:...; pulumi stack --show-urns lists them")
    return value


_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+")

Duration = Annotated[str, BeforeValidator(_duration)]
Urn = Annotated[str, BeforeValidator(_urn)]


class CustomTimeouts(Model):
    """How long the engine waits for one object: durations such as ``30s``, ``5m``, ``1h30m``."""

    create: Duration = Field(default="", description="How long a creation may take.")
    update: Duration = Field(default="", description="How long an update may take.")
    delete: Duration = Field(default="", description="How long a deletion may take.")


class Dependency(Model):
    """What a template's objects wait for: a template of the same set, or another set."""

    template: str = Field(
        default="",
        description="The name of a template. Objects wait for those it makes of the same element or, where it makes "
        "none of it, for all of its objects.",
    )
    set: str = Field(
        default="", description="The name of a set: of the own namespace, or as it is registered (namespace.name)."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Dependency:
        if bool(self.template) == bool(self.set):
            raise ValueError("name either a template or a set: {template: NAME} or {set: NAME}")
        return self


class ObjectOptions(Model):
    """Pulumi's options for each object of a template; names and meaning are Pulumi's."""

    protect: bool = Field(default=False, description="Refuse to delete the object.")
    ignore_changes: Items[str] = Field(default=(), description="Paths whose changes are not applied: spec.replicas.")
    retain_on_delete: bool = Field(
        default=False, description="Leave the object in the cluster when it is no longer generated."
    )
    delete_before_replace: bool = Field(default=False, description="Delete the old object before the new is created.")
    replace_on_changes: Items[str] = Field(
        default=(),
        description="Paths whose changes replace the object; the old one is then always deleted before.",
    )
    custom_timeouts: CustomTimeouts | None = Field(default=None, description="How long the engine waits.")
    depends_on: Items[Dependency] = Field(
        default=(), description="What the objects wait for: {template: NAME} of this set, or {set: NAME}."
    )
    aliases: Items[Urn] = Field(
        default=(),
        description="Full URNs of resources that an object takes over, such as one that was written by hand. May hold "
        "expressions. What moves from one set to another needs none.",
    )
    wait_for: Annotated[bool | Items[str], BeforeValidator(_bool_or_list), Field(alias="await")] = Field(
        default=True,
        description="false not to wait for readiness, or conditions to wait for (condition=Ready, "
        "jsonpath={.status.phase}=Running). In Python: wait_for.",
    )
    patch_force: bool = Field(default=False, description="Take fields over from other field managers.")


class Template(Model):
    """What becomes objects. Exactly one of ``content``, ``text``, ``file`` or (in Python) ``function`` is its body."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [body]} for body in ("content", "text", "file")]}
    )

    name: str = Field(default="", description="A name for other templates to wait for.")
    content: Annotated[Mapping[str, Any] | Items[Mapping[str, Any]] | None, BeforeValidator(_mapping_or_list)] = Field(
        default=None,
        description="Structure: an object, or a list of objects, whose strings may hold {{ expressions }}. A string "
        "that is nothing but one expression keeps the expression's type.",
    )
    text: str | None = Field(
        default=None, description="Jinja2 text that becomes YAML, of any number of documents; data stays data."
    )
    file: str | None = Field(
        default=None, description="A file with such text, found from the definition's folder, inside of the project."
    )
    function: SkipJsonSchema[Callable[[Element], Any] | None] = Field(
        default=None, description="In Python: takes an element and returns an object, a list of objects, or None."
    )
    when: str | bool | None = Field(
        default=None, description="An expression; the template is left out where it is false."
    )
    repeat: str | None = Field(
        default=None, description="An expression that yields a list; the template is rendered for each item of it."
    )
    target: str | None = Field(
        default=None,
        description="The name of the cluster that the objects go to; may hold expressions. Default: the stack's "
        "default cluster.",
    )
    scope: Literal["Namespaced", "Cluster"] | None = Field(
        default=None,
        description="For a custom kind that no definition in the plan describes: whether its objects live in "
        "namespaces (the default) or not.",
    )
    delimiters: Annotated[Items[str], Field(min_length=2, max_length=2)] = Field(
        default=("{{", "}}"), description="What begins and ends an expression, to keep braces as they are."
    )
    options: ObjectOptions = Field(default=ObjectOptions(), description="Pulumi's options for each object.")

    @model_validator(mode="after")
    def _exactly_one_body(self) -> Template:
        bodies = [name for name in ("content", "text", "file", "function") if getattr(self, name) is not None]
        if len(bodies) != 1:
            found = " and ".join(bodies) or "none of them"
            raise ValueError(f"a template has exactly one of content, text, file; found {found}")
        return self

    @model_validator(mode="after")
    def _delimiters_differ(self) -> Template:
        left, right = self.delimiters
        if not left or not right or left == right:
            raise ValueError("delimiters are two different texts")
        return self
