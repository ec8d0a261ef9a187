"""Templates as people write them: what to render, for which elements, onto which cluster, with which options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from gitopssets_provider.model.base import Model
from gitopssets_provider.model.element import Element

__all__ = ["CustomTimeouts", "Dependency", "ObjectOptions", "Template"]


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
    ignore_changes: tuple[str, ...] = ()
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    replace_on_changes: tuple[str, ...] = ()
    custom_timeouts: CustomTimeouts | None = None
    depends_on: tuple[Dependency, ...] = ()
    aliases: tuple[str, ...] = ()
    wait_for: Annotated[bool | tuple[str, ...], Field(alias="await")] = True
    patch_force: bool = False


class Template(Model):
    """What becomes objects: exactly one of ``content``, ``text``, ``file`` or (in Python) ``function``.

    ``content`` is structure: a mapping, or a list of them, whose strings may hold ``{{ expressions }}``. ``text`` and
    ``file`` (found from the definition's folder) are Jinja2 text that may hold several documents. ``function`` takes an
    element and returns an object or several.
    ``when`` and ``repeat`` are expressions, ``target`` the name of a cluster (may hold expressions; absent: the stack's
    default cluster), ``scope`` says for a custom kind whether it is ``Namespaced`` or ``Cluster``.
    """

    name: str = ""
    content: Mapping[str, Any] | tuple[Mapping[str, Any], ...] | None = None
    text: str | None = None
    file: str | None = None
    function: Callable[[Element], Any] | None = None
    when: str | bool | None = None
    repeat: str | None = None
    target: str | None = None
    scope: str | None = Field(default=None, pattern="^(Namespaced|Cluster)$")
    delimiters: tuple[str, str] = ("{{", "}}")
    options: ObjectOptions = ObjectOptions()

    @model_validator(mode="after")
    def _exactly_one_body(self) -> Template:
        bodies = [name for name in ("content", "text", "file", "function") if getattr(self, name) is not None]
        if len(bodies) != 1:
            found = " and ".join(bodies) or "none of them"
            raise ValueError(f"a template has exactly one of content, text, file; found {found}")
        return self
