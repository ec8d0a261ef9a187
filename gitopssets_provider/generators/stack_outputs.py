"""The stack generator: the outputs of another stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from gitopssets_provider.errors import GitOpsSetsError, SourceError, did_you_mean
from gitopssets_provider.generators.answer_shape import at_path, objects_of
from gitopssets_provider.generators.base import Context, Generator, asking, register
from gitopssets_provider.model.base import Items
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.model.element import Element, Origin

__all__ = ["StackOutputs"]


@register
class StackOutputs(Generator):
    """Yields the outputs of another stack as they were when it was last deployed: one element, its keys their names.

    With ``path`` one of them is a list of objects, each of which is an element. A preview knows the outputs as well as
    an update does, so they may decide names, conditions and how many objects there are.

    What is a secret there stays one: a template may put it into leaves of objects, where it stays secret up to the
    state, and nowhere else. A stack that has no outputs is an error unless ``allowEmpty`` is true: it has not been
    deployed yet, or exports nothing.
    """

    kind: ClassVar[str] = "stack"

    reference: str = Field(
        min_length=1,
        description="The stack: ORGANIZATION/PROJECT/STACK, as a StackReference names it. In a file backend the "
        "organization is the word organization, and STACK alone is one of the same project.",
    )
    outputs: Items[str] = Field(
        default=(), description="Which outputs are meant; each must be there. Default: all of them."
    )
    path: str = Field(
        default="", description="Where in the outputs a list of objects is, such as clusters or network.zones."
    )

    def subject(self) -> str:
        """Return whose outputs are read."""
        return f"outputs of {self.reference}"

    def expand(self, context: Context) -> list[Element]:
        """Return one element with all outputs, or one for each object at ``path``."""
        try:
            with asking():
                outputs = context.sources.stacks.outputs(self.reference)
            if not outputs and self.allow_empty:
                return []
            origin = Origin(context.path, f"stack {self.reference}")
            return [Element(parameters, origin) for parameters in self._parameters(outputs)]
        except GitOpsSetsError as error:
            raise error.at(context.path) from None

    def _parameters(self, outputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        if not outputs:
            raise SourceError(f"the stack {self.reference} has no outputs", remedy="deploy it first, or export some")
        for name in self.outputs:
            if name not in outputs:
                fact = f"the stack {self.reference} has no output {name}"
                raise SourceError(fact, remedy=did_you_mean(name, outputs), path="outputs")
        chosen = {name: outputs[name] for name in self.outputs or outputs}
        return _objects(chosen, self.path) if self.path else [chosen]


def _objects(outputs: Mapping[str, Any], path: str) -> list[Mapping[str, Any]]:
    """Return the objects at a path: a list that is a secret, or lies in one, cannot say how many there are."""
    try:
        steps = path.split(".")
        for count in range(1, len(steps) + 1):
            found = at_path(outputs, ".".join(steps[:count]))
            if isinstance(found, Opaque):
                fact = f"{found.label} is a secret, and how many elements there are is none"
                raise SourceError(fact, remedy="export the list beside its secrets")
        return objects_of([found], single=False, narrowed=True)
    except SourceError as error:
        raise error.at("path") from None
