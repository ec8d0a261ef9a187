"""URNs: the names the engine knows resources by, ``urn:pulumi:stack::project::parent$type::name``."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ROOT_STACK_TYPE",
    "is_default_provider",
    "is_provider_type",
    "make_urn",
    "provider_package",
    "qualified_type",
    "resource_name",
    "resource_type",
    "split_reference",
]

ROOT_STACK_TYPE: Final = "pulumi:pulumi:Stack"
_PROVIDER_PREFIX: Final = "pulumi:providers:"


def make_urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """Return the URN of a resource; of the parent only the types count, and the stack as a parent does not show."""
    parent_type = qualified_type(parent) if parent else ""
    chain = f"{parent_type}${type_}" if parent_type and parent_type != ROOT_STACK_TYPE else type_
    return f"urn:pulumi:{stack}::{project}::{chain}::{name}"


def qualified_type(urn: str) -> str:
    """Return the chain of types in a URN."""
    return urn.split("::", 3)[2]


def resource_type(urn: str) -> str:
    """Return the resource's own type, the last one of the chain."""
    return qualified_type(urn).rpartition("$")[2]


def resource_name(urn: str) -> str:
    """Return the resource's name."""
    return urn.split("::", 3)[3]


def is_provider_type(type_: str) -> bool:
    """Tell whether resources of this type are providers."""
    return type_.startswith(_PROVIDER_PREFIX)


def provider_package(type_: str) -> str:
    """Return the package a provider type serves."""
    return type_.removeprefix(_PROVIDER_PREFIX)


def is_default_provider(urn: str) -> bool:
    """Tell whether the engine itself made this provider; nobody wants to read of those."""
    return is_provider_type(resource_type(urn)) and resource_name(urn).startswith("default")


def split_reference(reference: str) -> tuple[str, str]:
    """Split a provider reference ``URN::ID`` into its two parts."""
    urn, _, identity = reference.rpartition("::")
    return urn, identity
