"""What a stack configures, in the namespace ``gitopssets``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from gitopssets_provider.documents.json_reader import read_json
from gitopssets_provider.errors import DefinitionError, Problems
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.model.selector import LabelSelector
from gitopssets_provider.model.validation import validate
from gitopssets_provider.sources.managed_clusters import ManagedKind
from gitopssets_provider.sources.network.settings import NetworkSettings
from gitopssets_provider.spec import HARD_LIMIT

__all__ = ["NAMESPACE", "SECRET_KEYS", "ClusterSettings", "ManagementSettings", "Settings", "StackLimits"]

NAMESPACE = "gitopssets"
SECRET_KEYS = ("credentials", "secrets")
_STRUCTURED = ("credentials", "environment", "limits", "network", "plugins", "secrets", "values")
_STRUCTURED_OR_TEXT = ("clusters", "sets")


class ManagementSettings(Model):
    """The management cluster: where generators read objects, and, with a ``kind``, which of them are the clusters.

    Without a kubeconfig whatever is current, as kubectl has it, else the cluster that this runs in.
    """

    kubeconfig: str = Field(default="", description="A kubeconfig, as a path relative to the project.")
    context: str = Field(default="", description="Its context. Default: the current one.")
    kind: ManagedKind | None = Field(
        default=None,
        description="What describes a cluster: gitopsCluster, clusterApi (Cluster) or argoCD (a cluster Secret).",
    )
    namespace: str = Field(default="", description="Where these objects lie. Default: anywhere.")
    selector: LabelSelector = Field(default=LabelSelector(), description="Labels that these objects must have.")

    @model_validator(mode="after")
    def _narrows_a_kind(self) -> ManagementSettings:
        if self.kind is None and self.model_fields_set & {"namespace", "selector"}:
            raise ValueError("namespace and selector choose among the objects of a kind; name the kind")
        return self


class ClusterSettings(Model):
    """Where the stack's clusters are listed: an inventory file, the contexts of a kubeconfig, or objects of a
    management cluster.

    A plain string is the path of an inventory. Paths are relative to the project.
    """

    inventory: str = Field(default="", description="A file that lists the clusters.")
    kubeconfig: str = Field(default="", description="A kubeconfig whose contexts are the clusters.")
    contexts: Items[str] = Field(default=(), description="Which of its contexts are clusters. Default: all of them.")

    management: ManagementSettings | None = Field(
        default=None, description="The management cluster: {kubeconfig, context, kind, namespace, selector}."
    )
    allow_exec: bool = Field(
        default=False, description="Whether a kubeconfig may name a program that gives credentials (exec)."
    )

    @model_validator(mode="after")
    def _at_most_one(self) -> ClusterSettings:
        kind = self.management.kind if self.management else None
        named = sum(map(bool, (self.inventory, self.kubeconfig, kind)))
        if named > 1 or not (named or self.management or self.allow_exec):
            raise ValueError("name one of inventory, kubeconfig and a kind of management")
        if self.contexts and not self.kubeconfig:
            raise ValueError("contexts are those of a kubeconfig; an inventory has none")
        return self


class StackLimits(Model):
    """Upper bounds for every set of the stack, and what a set gets that says nothing of its own."""

    max_elements: int | None = Field(default=None, ge=1, le=HARD_LIMIT, description="The most elements of a set.")
    max_objects: int | None = Field(default=None, ge=1, le=HARD_LIMIT, description="The most objects of a set.")


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _inventory(value: Any) -> Any:
    return {"inventory": value} if isinstance(value, str) else value


class Settings(Model):
    """The configuration of one stack, in the namespace ``gitopssets``."""

    sets: Annotated[Items[str], BeforeValidator(_one_or_many)] = Field(
        default=(), description="Definition files or globs, relative to the project."
    )
    clusters: Annotated[ClusterSettings | None, BeforeValidator(_inventory)] = Field(
        default=None, description="Where the stack's clusters are listed; a plain string is an inventory file."
    )
    default_cluster: str = Field(
        default="", description="The cluster that objects without a target go to. Default: whatever is current."
    )
    render: str = Field(
        default="",
        description="A folder to write manifests to, one folder a cluster, instead of applying them to live clusters.",
    )
    values: Mapping[str, Any] = Field(default_factory=dict, description="What templates see as values.")
    secrets: Mapping[str, Any] = Field(
        default_factory=dict,
        repr=False,
        description="What templates see as secrets: usable in leaves of objects, and nowhere else.",
    )
    limits: StackLimits = Field(default=StackLimits(), description="Upper bounds for the limits of every set.")
    credentials: Mapping[str, Credential] = Field(
        default_factory=dict, repr=False, description="By host, what to present to a server."
    )
    network: NetworkSettings = Field(
        default=NetworkSettings(), description="Which hosts may be asked, and the bounds of every answer."
    )
    plugins: Items[str] = Field(
        default=(), description="Python plugins and third-party generators to load; they may do what the program may."
    )
    environment: Items[str] = Field(
        default=(), description="Environment variables that a set may name, and whose values it may send to a server."
    )

    @classmethod
    def parse(cls, config: Mapping[str, Any], *, file: str, secret_keys: Collection[str] = ()) -> Settings:
        """Return the settings in a stack's configuration; its keys come without the namespace.

        Structured values may be JSON text, which is how Pulumi hands them to a program. ``secret_keys`` are the keys
        that hold a secret: only ``secrets`` and ``credentials`` may. ``file`` is named in errors.
        """
        problems = Problems()
        for key in sorted(set(secret_keys) & set(config)):
            if key not in SECRET_KEYS:
                remedy = f"move it to {NAMESPACE}:secrets"
                problems.add(DefinitionError("holds a secret", remedy=remedy, path=key))
        with problems.catch():
            values = _plain(config)
            settings = validate(cls, values)
        if problems.errors:
            raise DefinitionError(
                problems=(
                    replace(problem, path=f"{NAMESPACE}:{problem.path}", file=file)
                    for error in problems.errors
                    for problem in error.problems
                )
            )
        return settings

    def hidden_secrets(self) -> dict[str, Any]:
        """Return ``secrets`` with each leaf wrapped, so that it reaches leaves of manifests and nothing else."""
        return {key: _hide(value, f"secrets.{key}") for key, value in self.secrets.items()}


def _plain(config: Mapping[str, Any]) -> dict[str, Any]:
    problems = Problems()
    plain: dict[str, Any] = {}
    for key, value in config.items():
        with problems.catch(key):
            plain[key] = read_json(value) if isinstance(value, str) and _is_json(key, value) else value
    problems.raise_if_any()
    return plain


def _is_json(key: str, text: str) -> bool:
    return key in _STRUCTURED or (key in _STRUCTURED_OR_TEXT and text.lstrip()[:1] in ("[", "{"))


def _hide(value: Any, label: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _hide(item, f"{label}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hide(item, f"{label}[{index}]") for index, item in enumerate(value)]
    return Opaque(value, label=label, secret=True, known=True)
