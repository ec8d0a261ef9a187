"""The component: a set in a Pulumi program, next to other resources."""

# No `from __future__ import annotations` here: Pulumi reads the annotations of a component as they are.

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi

from gitopssets_provider import set_record
from gitopssets_provider.errors import DefinitionError, GitOpsSetsError
from gitopssets_provider.prior_state import SET_TYPE
from gitopssets_provider.program import PreparedSet, Program
from gitopssets_provider.registration import ANY_KIND, ChildOptions, register
from gitopssets_provider.resolution import hide_outputs
from gitopssets_provider.spec import Definition, GitOpsSetSpec, define, load

__all__ = ["GitOpsSet", "deploy"]


class GitOpsSet(pulumi.ComponentResource):
    """A set of Kubernetes objects, one for each element that its generators yield and each of its templates.

    ``args`` is a ``GitOpsSetSpec``, a mapping with the keys that YAML has, a ``Definition`` that ``load`` returned, or
    what ``deploy`` has prepared. Everything is planned and checked before the first object is registered: what is wrong
    ends the program, and nothing of this set has happened. ``resources`` are the registered objects by their identity.
    """

    element_count: pulumi.Output[int]
    object_count: pulumi.Output[int]
    digest: pulumi.Output[str]
    sources: pulumi.Output[Sequence[str]]
    elements: pulumi.Output[Mapping[str, str]]
    objects: pulumi.Output[Mapping[str, Any]]

    def __init__(
        self,
        name: str,
        args: GitOpsSetSpec | Definition | PreparedSet | Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        with _plain_errors():
            program = Program.running()
            prepared = args if isinstance(args, PreparedSet) else _prepared(program, name, args, opts)
        planned = prepared.planned
        own = pulumi.ResourceOptions(aliases=[prepared.former] if prepared.former else None)
        super().__init__(SET_TYPE, planned.resource, prepared.inputs, pulumi.ResourceOptions.merge(opts, own))
        program.components[planned.resource] = self
        options = ChildOptions(self, opts, program.fleet, prepared.clusters, prepared.taken, program.components)
        self.resources = register(planned.registration, prepared.objects, options)
        outputs = set_record.outputs(planned)
        for key, value in outputs.items():
            setattr(self, _snake(key), pulumi.Output.from_input(value))
        self.register_outputs(outputs)


def deploy(definitions: Iterable[Definition] | None = None) -> dict[str, GitOpsSet]:
    """Register every set of the stack, those that ``gitopssets:sets`` names or those given, and return them by name.

    All of them are planned as one before the first is registered: where one fails, none has changed anything.
    """
    with _plain_errors():
        program = Program.running()
        found = _configured(program) if definitions is None else list(definitions)
        prepared = program.prepare(found, complete=True)
    return {each.planned.resource: GitOpsSet(each.planned.resource, each) for each in prepared}


def _configured(program: Program) -> list[Definition]:
    settings = program.stack.settings
    if "sets" not in settings.model_fields_set:
        raise DefinitionError(
            "the stack names no sets",
            remedy="list their files, such as stacks/sets/*.yaml",
            path="gitopssets:sets",
            file=f"Pulumi.{pulumi.get_stack()}.yaml",
        )
    return load(*settings.sets, root=program.stack.root)


def _prepared(
    program: Program,
    name: str,
    args: GitOpsSetSpec | Definition | Mapping[str, Any],
    opts: pulumi.ResourceOptions | None,
) -> PreparedSet:
    """Prepare a set that stands alone; others may follow in the same program."""
    parented = opts is not None and opts.parent is not None
    definition = _definition(name, args, program.stack.root)
    (prepared,) = program.prepare([definition], complete=False, parented=parented, provider=_given_provider(opts))
    return prepared


def _definition(name: str, args: GitOpsSetSpec | Definition | Mapping[str, Any], root: Path) -> Definition:
    if isinstance(args, Definition):
        return replace(args, name=name, spec=hide_outputs(args.spec))
    try:
        return define(name, hide_outputs(args), folder=Path.cwd(), root=root)
    except GitOpsSetsError as error:
        raise error.at(file=f'GitOpsSet "{name}"') from None


def _given_provider(opts: pulumi.ResourceOptions | None) -> pulumi.ProviderResource | None:
    """Return the provider that the programmer chose for the default cluster, on the set or above it."""
    if opts is None:
        return None
    given = opts.providers.values() if isinstance(opts.providers, Mapping) else opts.providers or ()
    inherited = opts.parent.get_provider(ANY_KIND) if opts.parent else None
    candidates = (opts.provider, *given, inherited)
    return next((each for each in candidates if each is not None and each.package == "kubernetes"), None)


def _snake(key: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """End the program with the message alone: whoever wrote a definition is not helped by our call stack."""
    try:
        yield
    except GitOpsSetsError as error:
        raise pulumi.RunError(str(error)) from error
