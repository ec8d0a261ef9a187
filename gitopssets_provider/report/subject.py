"""What a step is about, in words of Kubernetes and of sets instead of URNs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.step import Step
from gitopssets_provider.engine.urn import (
    ROOT_STACK_TYPE,
    is_default_provider,
    is_provider_type,
    qualified_type,
    resource_name,
    resource_type,
)
from gitopssets_provider.model.manifest import ObjectKey
from gitopssets_provider.prior_state import SET_TYPE

__all__ = ["Role", "Subject", "role_of", "subject_of"]

_KUBERNETES: Final = "kubernetes:"

Role = Literal["stack", "set", "provider", "default provider", "object", "other"]


@dataclass(frozen=True, slots=True)
class Subject:
    """An object or another resource, as a report names it.

    ``set`` is the component's name, "" for what belongs to no set; ``cluster`` is "" for the stack's default cluster.
    ``label`` is ``namespace/name``, or the resource's name where it is no Kubernetes object. ``key`` finds the object
    in the outputs of its set.
    """

    set: str
    cluster: str
    kind: str
    label: str
    key: str = ""


def role_of(urn: str) -> Role:
    """Say what part a resource plays for the reader."""
    kind = resource_type(urn)
    if kind == ROOT_STACK_TYPE:
        return "stack"
    if kind == SET_TYPE:
        return "set"
    if is_provider_type(kind):
        return "default provider" if is_default_provider(urn) else "provider"
    return "object" if f"{SET_TYPE}$" in qualified_type(urn) else "other"


def subject_of(step: Step) -> Subject:
    """Return what the step is about."""
    resource = step.new or step.old
    if resource is None:
        raise ValueError(f"step {step.op} of {step.urn} has neither an old nor a new state. This is a bug.")
    kind = resource_type(step.urn)
    if is_provider_type(kind):
        return Subject("", "", "Provider", resource_name(step.urn))
    if not kind.startswith(_KUBERNETES):
        return Subject("", "", kind.rsplit(":", 1)[-1], resource_name(step.urn))
    return _object_subject(resource, kind)


def _object_subject(resource: Resource, kind: str) -> Subject:
    _, version, name = kind.split(":", 2)
    group = version.rpartition("/")[0].removeprefix("core")
    namespace, own_name = _identity(resource.inputs)
    label = f"{namespace}/{own_name}" if namespace else own_name or resource.name
    if role_of(resource.urn) != "object":
        return Subject("", "", name, label)
    owner = resource_name(resource.parent)
    place = resource.name.removeprefix(owner).removesuffix(f"/{label}")
    cluster = place.removeprefix("@") if place.startswith("@") else ""
    return Subject(owner, cluster, name, label, ObjectKey(cluster, group, name, namespace, own_name).path)


def _identity(inputs: dict[str, Any]) -> tuple[str, str]:
    metadata = inputs.get("metadata")
    if not isinstance(metadata, dict):
        return "", ""
    namespace, name = metadata.get("namespace"), metadata.get("name")
    return (namespace if isinstance(namespace, str) else "", name if isinstance(name, str) else "")
