"""Registration: the one place where planned objects become resources of Pulumi."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pulumi

from gitopssets_provider.fleet import KUBERNETES_VERSION, Fleet
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.manifest import Manifest, ObjectKey
from gitopssets_provider.model.template import CustomTimeouts, ObjectOptions
from gitopssets_provider.prior_state import tail
from gitopssets_provider.resolution import SECRET_KEYS

__all__ = ["ANY_KIND", "ChildOptions", "register"]

ANY_KIND: Final = "kubernetes:core/v1:Namespace"
"""A type to ask a resource for the provider that its Kubernetes objects inherit."""

# What a component's options say about its objects, too, and neither the SDK nor the engine passes on.
_PASSED_ON: Final = (
    "custom_timeouts",
    "delete_before_replace",
    "depends_on",
    "hide_diffs",
    "hooks",
    "ignore_changes",
    "replace_on_changes",
    "replace_with",
    "replacement_trigger",
    "version",
)


class ChildOptions:
    """Pulumi's options for the objects of one set: objects that want the same share one instance."""

    def __init__(
        self,
        component: pulumi.ComponentResource,
        given: pulumi.ResourceOptions | None,
        fleet: Fleet,
        clusters: Mapping[str, Cluster],
        taken: Mapping[str, tuple[str, ...]],
        components: Mapping[str, pulumi.ComponentResource],
    ) -> None:
        passed_on = {name: getattr(given, name) for name in _PASSED_ON} if given else {}
        self._base = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(version=KUBERNETES_VERSION), pulumi.ResourceOptions(parent=component, **passed_on)
        )
        self._component = component
        self._fleet = fleet
        self._clusters = clusters
        self._taken = taken
        self._components = components
        self._shared: dict[tuple[Any, ...], pulumi.ResourceOptions] = {}

    def of(self, manifest: Manifest, registered: Mapping[ObjectKey, pulumi.Resource]) -> pulumi.ResourceOptions:
        """Return the options of one object; what it waits for is in ``registered`` already."""
        secret = manifest.key.kind == "Secret" and not manifest.key.group
        shared_by = (id(manifest.options), manifest.key.cluster, manifest.depends_on, manifest.depends_on_sets, secret)
        options = self._shared.get(shared_by)
        if options is None:
            waits_for = [registered[key] for key in manifest.depends_on]
            waits_for += [self._components[name] for name in manifest.depends_on_sets]
            own = _own(manifest.options, self._provider(manifest.key.cluster), waits_for, secret=secret)
            options = self._shared[shared_by] = pulumi.ResourceOptions.merge(self._base, own)
        aliases = self._taken.get(tail(manifest))
        if not aliases:
            return options
        return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(aliases=list(aliases)))

    def _provider(self, cluster: str) -> pulumi.ProviderResource | None:
        """Return the cluster's provider; for the default cluster the one that is inherited from the programmer wins."""
        if cluster == self._fleet.default_cluster and self._component.get_provider(ANY_KIND):
            return None
        return self._fleet.provider(self._clusters[cluster])


def _own(
    options: ObjectOptions, provider: pulumi.ProviderResource | None, waits_for: list[Any], *, secret: bool
) -> pulumi.ResourceOptions:
    """Return what a template asks for; what it leaves open is inherited."""
    timeouts = options.custom_timeouts or CustomTimeouts()
    return pulumi.ResourceOptions(
        provider=provider,
        depends_on=waits_for or None,
        protect=options.protect or None,
        ignore_changes=list(options.ignore_changes) or None,
        retain_on_delete=options.retain_on_delete or None,
        # In render mode a replacement made first writes the very file that deleting the old one removes.
        delete_before_replace=options.delete_before_replace or bool(options.replace_on_changes) or None,
        replace_on_changes=list(options.replace_on_changes) or None,
        custom_timeouts=pulumi.CustomTimeouts(timeouts.create or None, timeouts.update or None, timeouts.delete or None)
        if options.custom_timeouts
        else None,
        additional_secret_outputs=list(SECRET_KEYS) if secret else None,
    )


def register(
    manifests: Iterable[Manifest], objects: Iterable[dict[str, Any]], options: ChildOptions
) -> dict[ObjectKey, pulumi.CustomResource]:
    """Register objects, in an order in which dependencies come first, and return their resources.

    Everything that a set registers passes through this loop. Each request carries its call stack, so it stays shallow.
    """
    registered: dict[ObjectKey, pulumi.CustomResource] = {}
    for manifest, properties in zip(manifests, objects, strict=True):
        registered[manifest.key] = pulumi.CustomResource(
            manifest.type, manifest.resource, properties, options.of(manifest, registered)
        )
    return registered
