"""One resource of a stack's state, and the whole state: what the CLI calls a deployment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["Operation", "Resource", "Snapshot"]


@dataclass(slots=True)
class Resource:
    """One resource as the state file keeps it (``apitype.ResourceV3``), its property values as in ``values``.

    ``extra`` keeps fields we do not interpret, so that a state written by another version loses nothing.
    """

    urn: str
    type: str
    custom: bool = False
    id: str = ""
    delete: bool = False
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    taint: bool = False
    external: bool = False
    dependencies: list[str] = field(default_factory=list)
    init_errors: list[str] = field(default_factory=list)
    provider: str = ""
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    pending_replacement: bool = False
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    retain_on_delete: bool = False
    deleted_with: str = ""
    replace_with: list[str] = field(default_factory=list)
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    hide_diff: list[str] = field(default_factory=list)
    replacement_trigger: Any = None
    resource_hooks: dict[str, list[str]] = field(default_factory=dict)
    source_position: str = ""
    stack_trace: list[dict[str, Any]] = field(default_factory=list)
    created: datetime | None = None
    modified: datetime | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the last part of the URN."""
        return self.urn.split("::", 3)[3]


@dataclass(slots=True)
class Operation:
    """A step that was begun and not seen to end; ``type`` is creating, updating, deleting, ..."""

    resource: Resource
    type: str


@dataclass(slots=True)
class Snapshot:
    """The state of a stack: resources in the order of the file (a dependency stands before what depends on it).

    ``extra`` keeps parts of the file that we do not interpret.
    """

    resources: list[Resource] = field(default_factory=list)
    pending: list[Operation] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
