"""What the engine itself provides: the outputs of stacks, of this one and of others."""

from __future__ import annotations

from typing import Any, Final

from gitopssets_provider.engine.goal import needs_cli
from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.engine.stack import Stack
from gitopssets_provider.engine.stack_name import StackName
from gitopssets_provider.engine.urn import ROOT_STACK_TYPE
from gitopssets_provider.engine.values import has_secret
from gitopssets_provider.errors import StackError

__all__ = ["STACK_REFERENCE", "Builtin"]

STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"


class Builtin:
    """Answers the calls of the package ``pulumi``.

    ``prior`` is the state of the stack that runs, before it does; ``seen`` are the resources of this run by URN.
    """

    def __init__(self, stack: Stack, prior: Snapshot, seen: dict[str, Resource]) -> None:
        self._stack = stack
        self._prior = prior
        self._seen = seen

    def invoke(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call one of the engine's functions."""
        if token == "pulumi:pulumi:readStackOutputs":  # noqa: S105  no password
            return self.stack_outputs(str(arguments.get("name", "")))
        if token == "pulumi:pulumi:readStackResourceOutputs":  # noqa: S105
            return self._resource_outputs(str(arguments.get("stackName", "")))
        if token == "pulumi:pulumi:getResource":  # noqa: S105
            return self._resource(str(arguments.get("urn", "")))
        raise needs_cli(f"the function {token}")

    def stack_outputs(self, name: str) -> dict[str, Any]:
        """Return the outputs of a stack, as a stack reference has them."""
        found = (resource.outputs for resource in self._state(name).resources if _is_root(resource))
        outputs = next(found, {})
        names = sorted(key for key, value in outputs.items() if has_secret(value))
        return {"name": name, "outputs": outputs, "secretOutputNames": names}

    def _resource_outputs(self, name: str) -> dict[str, Any]:
        """Return type and outputs of every resource of a stack's last state, by URN."""
        kept = {resource.urn: resource for resource in self._state(name).resources if not resource.delete}
        outputs = {urn: {"type": resource.type, "outputs": resource.outputs} for urn, resource in kept.items()}
        return {"name": name, "outputs": outputs}

    def _state(self, name: str) -> Snapshot:
        own = StackName.parse(name, project=self._stack.project.name) == self._stack.reference
        return self._prior if own else self._stack.snapshot_of(name)

    def _resource(self, urn: str) -> dict[str, Any]:
        resource = self._seen.get(urn)
        if resource is None:
            raise StackError(f"unknown resource {urn}")
        return {"urn": urn, "id": resource.id, "provider": resource.provider, "state": resource.outputs}


def _is_root(resource: Resource) -> bool:
    return resource.type == ROOT_STACK_TYPE and not resource.parent
