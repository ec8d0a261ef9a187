"""Templates as people write them: what to render, for which elements, onto which cluster, with which options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.element import Element

__all__ = ["CustomTimeouts", "Dependency", "ObjectOptions", "Template"]


def _bool_or_list(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)):
        return value
    raise ValueError("expected true, false, or a list of conditions")


def _mapping_or_list(value: Any) -> Any:
    if value is None or isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value):
        return value
    raise ValueError("expected an object, or a list of objects")


class CustomTimeouts(Model):
    """How long the engine waits for one object: durations such as ``30s``, ``5m``, ``1h``."""

    create: str = ""
    update: str = ""
    delete: str = ""


class Dependency(Model):
    """What a template's objects wait for: a template of the same set (by name), or another set."""

    template: str = ""
    set: str = ""

    @model_validator(mode="after")
    def _exactly_one(self) -> Dependency:
        if bool(self.template) == bool(self.set):
            raise ValueError("name either a template or a set: {template: NAME} or {set: NAME}")
        return self


class ObjectOptions(Model):
    """Pulumi's options for each object of a template; names and meaning are Pulumi's.

    ``aliases`` are full URNs of resources that an object takes over. ``await`` (``wait_for`` in Python) is ``false``
    not to wait for readiness, or conditions of ``pulumi.com/waitFor``. ``patchForce`` takes fields over from other
    field managers.
    """

    protect: bool = False
    ignore_changes: Items[str] = ()
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    replace_on_changes: Items[str] = ()
    custom_timeouts: CustomTimeouts | None = None
    depends_on: Items[Dependency] = ()
    aliases: Items[str] = ()
    wait_for: Annotated[bool | Items[str], BeforeValidator(_bool_or_list), Field(alias="await")] = True
    patch_force: bool = False


class Template(Model):
    """What becomes objects: exactly one of ``content``, ``text``, ``file`` or (in Python) ``function``.

    ``content`` is structure: a mapping, or a list of them, whose strings may hold ``{{ expressions }}``. ``text`` and
    ``file`` (found from the definition's folder) are Jinja2 text that may hold several documents. ``function`` takes an
    element and returns an object or several.
    ``when`` and ``repeat`` are expressions, ``target`` the name of a cluster (may hold expressions; absent: the stack's
    default cluster), ``scope`` says for a custom kind whether it is ``Namespaced`` or ``Cluster``.
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [body]} for body in ("content", "text", "file")]}
    )

    name: str = ""
    content: Annotated[Mapping[str, Any] | Items[Mapping[str, Any]] | None, BeforeValidator(_mapping_or_list)] = None
    text: str | None = None
    file: str | None = None
    function: SkipJsonSchema[Callable[[Element], Any] | None] = None
    when: str | bool | None = None
    repeat: str | None = None
    target: str | None = None
    scope: Literal["Namespaced", "Cluster"] | None = None
    delimiters: Annotated[Items[str], Field(min_length=2, max_length=2)] = ("{{", "}}")
    options: ObjectOptions = ObjectOptions()

    @model_validator(mode="after")
    def _exactly_one_body(self) -> Template:
        bodies = [name for name in ("content", "text", "file", "function") if getattr(self, name) is not None]
        if len(bodies) != 1:
            found = " and ".join(bodies) or "none of them"
            raise ValueError(f"a template has exactly one of content, text, file; found {found}")
        return self
