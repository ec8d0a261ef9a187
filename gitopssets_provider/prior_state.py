"""The state before this run, as far as continuity needs it: which Kubernetes objects it holds, under which URNs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from gitopssets_provider.model.manifest import Manifest, ObjectKey

__all__ = ["SET_TYPE", "Identity", "PriorObject", "PriorResource", "PriorState", "component_tail", "tail"]

SET_TYPE: Final = "gitopssets:index:GitOpsSet"
_KUBERNETES: Final = "kubernetes:"
_PROVIDER: Final = "pulumi:providers:kubernetes"


class PriorResource(NamedTuple):
    """One resource of the state, with what its outputs tell: of an object its namespace and name, of a provider the
    identifier of its cluster.
    """

    urn: str
    namespace: str = ""
    name: str = ""
    cluster_identifier: str = ""


class Identity(NamedTuple):
    """What makes two resources one object. ``version`` is empty where the version is no part of it."""

    key: ObjectKey
    version: str = ""


class PriorObject(NamedTuple):
    """An object of a set: its URN, the end of it that sets declare, its identity, and the URN of its component."""

    urn: str
    tail: str
    identity: Identity
    component: str


def tail(manifest: Manifest) -> str:
    """Return the end of a resource's URN: all but stack, project and the types of its set's own parents."""
    return f"{SET_TYPE}${manifest.type}::{manifest.resource}"


def component_tail(resource: str) -> str:
    """Return the end of a component's URN."""
    return f"{SET_TYPE}::{resource}"


class PriorState:
    """The resources of the state, indexed by what is asked of them.

    An object of a set is found by its identity. Its cluster stands in the name of its resource; a name without one
    means the stack's default cluster. Where manifests are rendered (``versioned``), a file is named after its
    apiVersion, so the version is part of the identity. ``components`` maps the URNs of sets to their tails,
    ``elsewhere`` objects that belong to no set, so that their cluster is not known, to their URNs, ``identifiers`` the
    names of providers to the identifiers of their clusters.
    """

    def __init__(self, resources: Iterable[PriorResource], *, default_cluster: str, versioned: bool) -> None:
        self.urns: set[str] = set()
        self.components: dict[str, str] = {}
        self.identifiers: dict[str, str] = {}
        self.by_urn: dict[str, PriorObject] = {}
        self.by_identity: dict[Identity, list[PriorObject]] = defaultdict(list)
        self.elsewhere: dict[ObjectKey, list[str]] = defaultdict(list)
        self._default_cluster = default_cluster
        self._versioned = versioned
        for resource in resources:
            self.urns.add(resource.urn)
            self._index(resource)

    def identity(self, key: ObjectKey, version: str) -> Identity:
        """Return what identifies an object here; ``version`` is its apiVersion without the group."""
        return Identity(key, version if self._versioned else "")

    def objects(self, key: ObjectKey, version: str) -> list[PriorObject]:
        """Return the resources of sets that hold this object."""
        return self.by_identity.get(self.identity(key, version), [])

    def _index(self, resource: PriorResource) -> None:
        _, _, types, name = resource.urn.split("::", 3)
        parents, _, own_type = types.rpartition("$")
        if own_type == SET_TYPE:
            self.components[resource.urn] = component_tail(name)
        if own_type == _PROVIDER:
            self.identifiers[name] = resource.cluster_identifier
        if not resource.name or not own_type.startswith(_KUBERNETES) or own_type.count(":") != 2:
            return
        _, api_version, kind = own_type.split(":")
        group, _, version = api_version.rpartition("/")
        group = "" if group == "core" else group
        if parents != SET_TYPE and not parents.endswith(f"${SET_TYPE}"):
            self.elsewhere[ObjectKey("", group, kind, resource.namespace, resource.name)].append(resource.urn)
            return
        place = f"/{resource.namespace}/{resource.name}" if resource.namespace else f"/{resource.name}"
        if not name.endswith(place):
            return
        owner, _, cluster = name.removesuffix(place).partition("@")
        key = ObjectKey(cluster or self._default_cluster, group, kind, resource.namespace, resource.name)
        component = resource.urn.removesuffix(f"${own_type}::{name}") + f"::{owner}"
        found = PriorObject(resource.urn, f"{SET_TYPE}${own_type}::{name}", self.identity(key, version), component)
        self.by_urn[found.urn] = found
        self.by_identity[found.identity].append(found)
