"""What a command expands: the files it is given, on their own, or the sets that a stack names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitopssets_provider.cli.options import ExpansionFlags
from gitopssets_provider.cli.stacks import stack_named
from gitopssets_provider.cli.terminal import Tell, activity, notice
from gitopssets_provider.engine.project import project_file
from gitopssets_provider.engine.stack import Stack
from gitopssets_provider.engine.stack_outputs import BackendStacks
from gitopssets_provider.engine.values import Secret, strip_secrets
from gitopssets_provider.errors import GitOpsSetsError, Problems, UsageError
from gitopssets_provider.model.plan import Plan
from gitopssets_provider.planning import Scope, plan
from gitopssets_provider.report.manifests import Expansion
from gitopssets_provider.settings import NAMESPACE, Settings
from gitopssets_provider.sources.base import NO_STACKS, Sources, StackReader
from gitopssets_provider.spec import Broken, Definition, load_each
from gitopssets_provider.stack_sources import stack_sources

__all__ = ["Ground", "expand", "ground", "settings_of"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan stands on: definitions, what is broken among them, the sources they read, the stack they are for."""

    loaded: Sequence[Definition | Broken]
    sources: Sources
    scope: Scope

    def plan(self) -> Plan:
        """Plan all sets as one; raise all that is wrong with any of them."""
        problems = Problems([item.error for item in self.loaded if isinstance(item, Broken)])
        problems.raise_if_any()
        definitions = [item for item in self.loaded if isinstance(item, Definition)]
        return plan(definitions, self.sources, self.scope)


@contextmanager
def ground(flags: ExpansionFlags) -> Iterator[Ground]:
    """Yield what the flags name; while the block runs, the terminal shows what is being read."""
    if flags.files and flags.stack:
        raise UsageError(
            "files and --stack are both given", remedy="name one of the two: files are expanded on their own"
        )
    with activity("reading") as tell:
        found = _of_stack(flags, tell) if flags.stack else _of_files(flags, tell)
        yield found
    notice(f"asked {line}" for line in found.sources.asked())


def expand(ground: Ground, *, keep_going: bool) -> list[Expansion]:
    """Return every set in input order: all planned as one, or, to keep going, each on its own with its own error."""
    if keep_going:
        return [_alone(item, ground) for item in ground.loaded]
    planned = {one.resource: one for one in ground.plan().sets}
    definitions = [item for item in ground.loaded if isinstance(item, Definition)]
    return [Expansion(item.name, item.namespace, planned=planned[item.resource]) for item in definitions]


def _alone(item: Definition | Broken, ground: Ground) -> Expansion:
    if isinstance(item, Broken):
        return Expansion(item.name, item.namespace, error=item.error)
    try:
        beside = [other.resource for other in ground.loaded if isinstance(other, Definition)]
        planned = plan([item], ground.sources, ground.scope, beside=beside).sets[0]
    except GitOpsSetsError as error:
        return Expansion(item.name, item.namespace, error=error)
    return Expansion(item.name, item.namespace, planned=planned)


def _of_files(flags: ExpansionFlags, tell: Tell) -> Ground:
    if not flags.files:
        raise UsageError("there is nothing to expand", remedy="name definition files, or a stack with --stack")
    file = project_file(Path.cwd())
    root = file.parent if file else Path.cwd()
    return Ground(load_each(*flags.files, project=root), _sources(Settings(), root, flags, tell, NO_STACKS), Scope())


def _of_stack(flags: ExpansionFlags, tell: Tell) -> Ground:
    stack = stack_named(flags.stack)
    settings = settings_of(stack)
    if not settings.sets:
        raise UsageError(
            "the stack names no sets",
            remedy=f"list definition files under {NAMESPACE}:sets",
            file=str(stack.configuration.file),
        )
    root = stack.project.root
    scope = Scope.of(settings, project=stack.project.name, stack=stack.name)
    sources = _sources(settings, root, flags, tell, BackendStacks(stack))
    return Ground(load_each(*settings.sets, root=root), sources, scope)


def _sources(settings: Settings, root: Path, flags: ExpansionFlags, tell: Tell, stacks: StackReader) -> Sources:
    return stack_sources(settings, root, fixtures=flags.fixtures, offline=flags.offline, stacks=stacks, progress=tell)


def settings_of(stack: Stack) -> Settings:
    """Return what a stack configures; secrets are in the clear."""
    values = stack.configuration.values(NAMESPACE)
    secret_keys = [key for key, value in values.items() if _holds_secret(value)]
    return Settings.parse(strip_secrets(values), file=str(stack.configuration.file), secret_keys=secret_keys)


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_secret, value.values()))
    return any(map(_holds_secret, value)) if isinstance(value, list) else isinstance(value, Secret)
