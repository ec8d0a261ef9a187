"""The clusters generator: the clusters of the stack that match a label selector."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.generators.base import Context, Generator, asking, register
from gitopssets_provider.model.base import Items
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.model.selector import LabelSelector

__all__ = ["Clusters"]

_SHOWN = 10


@register
class Clusters(Generator):
    """Yields the clusters of the stack (its inventory, its kubeconfig contexts, or objects of its management cluster),
    ordered by name.

    Parameters: ``cluster.name``, ``cluster.namespace``, ``cluster.labels``, ``cluster.annotations`` and
    ``cluster.server``; what is named under ``facts`` is asked of each cluster that matches. Without a selector, or with
    an empty one, every cluster is yielded.
    """

    kind: ClassVar[str] = "clusters"

    selector: LabelSelector = Field(
        default=LabelSelector(), description="Labels that a cluster must have: matchLabels and matchExpressions."
    )

    facts: Items[Literal["version"]] = Field(
        default=(), description="What to ask the clusters themselves: version (cluster.version is v1.36.3)."
    )

    def subject(self) -> str:
        """Return the selector."""
        return f"clusters ({self.selector})"

    def expand(self, context: Context) -> list[Element]:
        """Return one element for each cluster that matches."""
        try:
            with asking():
                clusters = context.sources.clusters.clusters()
        except GitOpsSetsError as error:
            raise error.at(context.path) from None
        matching = [cluster for cluster in clusters if self.selector.matches(cluster.labels)]
        if not matching and not self.allow_empty:
            raise self._no_match([cluster.name for cluster in clusters], context)
        return [
            Element({"cluster": self._known(cluster, context)}, Origin(context.path, f"cluster {cluster.name}"))
            for cluster in matching
        ]

    def _known(self, cluster: Cluster, context: Context) -> dict[str, Any]:
        if not self.facts:
            return cluster.parameters()
        try:
            with asking():
                reached = context.sources.clusters.reach(cluster)
                return {**cluster.parameters(), "version": context.sources.kubernetes.version(reached)}
        except GitOpsSetsError as error:
            raise error.at(f"{context.path}.facts") from None

    def _no_match(self, names: list[str], context: Context) -> SourceError:
        if not names:
            remedy = "name an inventory, kubeconfig contexts or a management cluster under gitopssets:clusters"
            return SourceError("the stack knows no clusters", remedy=remedy, path=context.path)
        more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        known = f"{len(names)} cluster{'s' if len(names) > 1 else ''}: {', '.join(names[:_SHOWN])}{more}"
        return SourceError(f"no cluster matches {self.selector} ({known})", path=f"{context.path}.selector")
