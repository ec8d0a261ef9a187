"""The state before this run, as far as continuity needs it: which Kubernetes objects it holds, under which URNs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from gitopssets_provider.model.manifest import Manifest, ObjectKey

__all__ = ["SET_TYPE", "PriorObject", "PriorResource", "PriorState", "component_tail", "tail"]

SET_TYPE: Final = "gitopssets:index:GitOpsSet"
_KUBERNETES: Final = "kubernetes:"
_PROVIDER: Final = "pulumi:providers:kubernetes"


class PriorResource(NamedTuple):
    """One resource of the state, with what its outputs tell: of an object its namespace and name, of a provider the
    identifier of its cluster and the folder it renders to.
    """

    urn: str
    namespace: str = ""
    name: str = ""
    cluster_identifier: str = ""
    render_directory: str = ""


class PriorObject(NamedTuple):
    """An object of a set: its URN, the end of it that sets declare, its apiVersion, and the URN of its component."""

    urn: str
    tail: str
    api_version: str
    component: str


def tail(manifest: Manifest) -> str:
    """Return the end of a resource's URN: all but stack, project and the types of its set's own parents."""
    return f"{SET_TYPE}${manifest.type}::{manifest.resource}"


def component_tail(resource: str) -> str:
    """Return the end of a component's URN."""
    return f"{SET_TYPE}::{resource}"


class PriorState:
    """The resources of the state, indexed by what is asked of them.

    The cluster of a set's object stands in the name of its resource; a name without one means the stack's default
    cluster. ``components`` maps the URNs of sets to their tails, ``providers`` names to Kubernetes providers,
    ``elsewhere`` objects that belong to no set, so that their cluster is not known, to their URNs.
    """

    def __init__(self, resources: Iterable[PriorResource], *, default_cluster: str) -> None:
        self.urns: set[str] = set()
        self.components: dict[str, str] = {}
        self.providers: dict[str, PriorResource] = {}
        self.by_urn: dict[str, PriorObject] = {}
        self.elsewhere: dict[ObjectKey, list[str]] = defaultdict(list)
        self._by_key: dict[ObjectKey, list[PriorObject]] = defaultdict(list)
        self._default_cluster = default_cluster
        for resource in resources:
            self.urns.add(resource.urn)
            self._index(resource)

    def objects(self, manifest: Manifest, *, rendered: bool) -> list[PriorObject]:
        """Return the resources of sets that hold this object.

        A rendered manifest is a file named after its apiVersion: of another version it is another file.
        """
        found = self._by_key.get(manifest.key, [])
        version = manifest.object["apiVersion"]
        return [prior for prior in found if prior.api_version == version] if rendered else found

    def _index(self, resource: PriorResource) -> None:
        _, _, types, name = resource.urn.split("::", 3)
        parents, _, own_type = types.rpartition("$")
        if own_type == SET_TYPE:
            self.components[resource.urn] = component_tail(name)
        elif own_type == _PROVIDER:
            self.providers[name] = resource
        elif own_type.startswith(_KUBERNETES) and own_type.count(":") == 2 and resource.name:
            self._index_object(resource, parents, own_type, name)

    def _index_object(self, resource: PriorResource, parents: str, own_type: str, name: str) -> None:
        _, api_version, kind = own_type.split(":")
        api_version = api_version.removeprefix("core/")
        key = ObjectKey("", api_version.rpartition("/")[0], kind, resource.namespace, resource.name)
        if parents != SET_TYPE and not parents.endswith(f"${SET_TYPE}"):
            self.elsewhere[key].append(resource.urn)
            return
        place = f"/{resource.namespace}/{resource.name}" if resource.namespace else f"/{resource.name}"
        if not name.endswith(place):
            return
        owner, _, cluster = name.removesuffix(place).partition("@")
        component = resource.urn.removesuffix(f"${own_type}::{name}") + f"::{owner}"
        found = PriorObject(resource.urn, f"{SET_TYPE}${own_type}::{name}", api_version, component)
        self.by_urn[found.urn] = found
        self._by_key[key._replace(cluster=cluster or self._default_cluster)].append(found)
