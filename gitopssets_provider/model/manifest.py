"""Manifests: one Kubernetes object each, with the cluster it goes to and where it comes from."""

from __future__ import annotations

from typing import Any, NamedTuple

from gitopssets_provider.model.element import Origin
from gitopssets_provider.model.template import ObjectOptions

__all__ = ["Manifest", "ObjectKey"]


class ObjectKey(NamedTuple):
    """The identity of a Kubernetes object: no version in it, and no Pulumi name.

    ``group`` is "" for the core group, ``namespace`` "" for a cluster-scoped object, ``cluster`` the cluster's name.
    """

    cluster: str
    group: str
    kind: str
    namespace: str
    name: str

    @property
    def path(self) -> str:
        """Return the identity as one line to look an object up by: ``cluster/Kind.group/namespace/name``.

        An empty part stays an empty part; the core group leaves no dot.
        """
        kind = f"{self.kind}.{self.group}" if self.group else self.kind
        return f"{self.cluster}/{kind}/{self.namespace}/{self.name}"

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place}"


class Manifest(NamedTuple):
    """One object of a plan. Its leaves are JSON values or ``Deferred``; nobody changes them.

    ``resource`` is its Pulumi name, ``template`` the path of its template (``templates[0]``) and ``origin`` that of its
    element. ``depends_on`` are identities of the same set that it waits for, ``depends_on_sets`` names of other sets'
    components, ``options`` what its template asks for.
    """

    object: dict[str, Any]
    key: ObjectKey
    resource: str
    template: str
    origin: Origin
    options: ObjectOptions
    depends_on: tuple[ObjectKey, ...] = ()
    depends_on_sets: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """Return Pulumi's type token: ``kubernetes:{group|core}/{version}:{Kind}``."""
        version: str = self.object["apiVersion"]
        return f"kubernetes:{version if '/' in version else 'core/' + version}:{self.key.kind}"
