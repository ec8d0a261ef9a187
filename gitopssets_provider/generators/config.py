"""The config generator: the values of a ConfigMap or a Secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

from gitopssets_provider.errors import GitOpsSetsError, SourceError, did_you_mean
from gitopssets_provider.generators.base import Context, Generator, asking, register
from gitopssets_provider.generators.objects import NAMESPACE, own_namespace, part, secret_data
from gitopssets_provider.model.base import Items
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.sources.kubernetes.kinds import CONFIG_MAP, SECRET

__all__ = ["Config"]


@register
class Config(Generator):
    """Yields one element: the values of a ConfigMap or a Secret of the management cluster, by their keys.

    The values are texts. Those of a Secret are secrets: a template may put them into leaves of objects, where they stay
    secret up to the state, and nowhere else: no name, no condition, no other generator. Binary values are left out of
    a ConfigMap, and are an error in a Secret, unless ``keys`` chooses others. A key with dots or dashes in it is
    reached as ``element["app.properties"]``.
    """

    kind: ClassVar[str] = "config"

    config_map: str = Field(default="", description="The name of a ConfigMap.")
    secret: str = Field(default="", description="The name of a Secret.")
    namespace: str = Field(default="", description=NAMESPACE)
    keys: Items[str] = Field(default=(), description="Which keys are meant; each must be there. Default: all of them.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Config:
        if bool(self.config_map) == bool(self.secret):
            raise ValueError("name either a configMap or a secret")
        return self

    def subject(self) -> str:
        """Return what is read."""
        return f"Secret {self.secret}" if self.secret else f"ConfigMap {self.config_map}"

    def expand(self, context: Context) -> list[Element]:
        """Return one element with all values."""
        try:
            namespace = own_namespace(self.namespace, context)
            kind, name = (SECRET, self.secret) if self.secret else (CONFIG_MAP, self.config_map)
            what = f"{kind.kind} {namespace}/{name}"
            with asking():
                found = context.sources.kubernetes.get(kind, namespace, name)
            return [Element(self._values(found, what), Origin(context.path, what))]
        except GitOpsSetsError as error:
            raise error.at(context.path) from None

    def _values(self, found: Mapping[str, Any], what: str) -> dict[str, Any]:
        values: dict[str, Any]
        if self.secret:
            texts = secret_data(found, list(self.keys) or None)
            values = {
                key: Opaque(text, label=f"{key} of {what}", secret=True, known=True) for key, text in texts.items()
            }
        else:
            values = dict(part(found, "data"))
        missing = [key for key in self.keys if key not in values]
        if missing:
            raise SourceError(f"{what} has no {missing[0]}", remedy=did_you_mean(missing[0], values))
        return {key: values[key] for key in self.keys or values}
