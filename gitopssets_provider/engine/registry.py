"""Providers as resources: they are checked, compared and created like any other, and then manage the others."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Final

from gitopssets_provider.engine.goal import needs_cli
from gitopssets_provider.engine.kubernetes import KubernetesProvider
from gitopssets_provider.engine.kubernetes_config import KubernetesSettings, check_config, diff_config
from gitopssets_provider.engine.provider import Checked, Difference, Made, Provider, Warn
from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.engine.urn import provider_package, resource_type, split_reference
from gitopssets_provider.engine.values import same_value
from gitopssets_provider.engine.wire import UNKNOWN_SENTINEL
from gitopssets_provider.errors import StackError

__all__ = ["ProviderRegistry", "without_internal"]

_INTERNAL: Final = "__internal"


def without_internal(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return a provider's inputs without what the engine keeps beside them."""
    return {key: value for key, value in inputs.items() if key != _INTERNAL}


class ProviderRegistry:
    """Holds the configured providers by reference (``URN::ID``); itself it is the provider of provider resources.

    ``folder`` is the program's: what a provider names by a relative path is found from there.
    """

    def __init__(self, prior: Snapshot, warn: Warn, folder: Path) -> None:
        self._prior = prior
        self._warn = warn
        self._folder = folder
        self._configured: dict[str, Provider | None] = {}
        self._aliases: dict[str, str] = {}

    def __contains__(self, reference: str) -> bool:
        return reference in self._configured

    def get(self, reference: str) -> Provider:
        """Return the provider of a known reference."""
        provider = self._configured[reference]
        if provider is None:
            raise needs_cli("a resource of the package pulumi")
        return provider

    def alias(self, urn: str, former: str) -> None:
        """Let references to a provider's former URN mean it."""
        self._aliases[urn] = former

    def use(self, urn: str, identity: str, inputs: dict[str, Any]) -> None:
        """Configure a provider and answer for it from now on."""
        provider = self._make(urn, without_internal(inputs))
        self._configured[f"{urn}::{identity}"] = provider
        if urn in self._aliases:
            self._configured[f"{self._aliases[urn]}::{identity}"] = provider

    def ensure(self, reference: str) -> None:
        """Make sure that a provider of the prior state is there, for what must still be deleted with it."""
        if not reference or reference in self._configured:
            return
        urn, identity = split_reference(reference)
        for resource in self._prior.resources:
            if resource.urn == urn and resource.id == identity:
                self.use(urn, identity, resource.inputs)
                return
        raise StackError(f"could not find provider {reference}")

    def _make(self, urn: str, inputs: dict[str, Any]) -> Provider | None:
        package = provider_package(resource_type(urn))
        if package == "pulumi":
            return None  # only reads and calls go there
        if package != "kubernetes":
            raise needs_cli(f"a provider of {package}").at(urn)
        return KubernetesProvider(KubernetesSettings.read(inputs), self._warn, self._folder)

    def check(self, urn: str, olds: dict[str, Any] | None, news: dict[str, Any]) -> Checked:
        """Check a provider's configuration."""
        del olds
        package = provider_package(resource_type(urn))
        if package not in ("kubernetes", "pulumi"):
            raise needs_cli(f"a provider of {package}").at(urn)
        failures = list(check_config(without_internal(news))) if package == "kubernetes" else []
        return Checked(news if package == "kubernetes" else {}, failures)

    def diff(self, urn: str, old: Resource, news: dict[str, Any], ignored: list[str]) -> Difference:
        """Compare configurations; one that means another cluster replaces the provider."""
        del ignored
        return self.compare(urn, old.inputs, news)

    def compare(self, urn: str, old: dict[str, Any], new: dict[str, Any]) -> Difference:
        """Compare two configurations of one provider."""
        former, present = without_internal(old), without_internal(new)
        if provider_package(resource_type(urn)) != "kubernetes":
            return Difference(changed=not same_value(former, present))
        found = diff_config(former, present)
        if found is None:
            return Difference()
        changed, replaces = found
        return Difference(changed=True, changed_keys=tuple(changed), replace_keys=tuple(replaces))

    def create(self, urn: str, inputs: dict[str, Any], *, preview: bool) -> Made:
        """Configure a new provider; in a preview its ID is not known yet."""
        identity = UNKNOWN_SENTINEL if preview else str(uuid.uuid4())
        self.use(urn, identity, inputs)
        return Made(without_internal(inputs), identity)

    def update(self, urn: str, outputs: dict[str, Any], inputs: dict[str, Any], *, preview: bool) -> Made:
        """Return the outputs of a provider that goes on with another configuration; ``use`` makes it do so."""
        del urn, outputs, preview
        return Made(without_internal(inputs))

    def delete(self, urn: str, outputs: dict[str, Any]) -> None:
        """Forget a provider: there is nothing of it outside of the state."""
