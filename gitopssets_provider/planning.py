"""Planning: the one road from definitions to objects.

``plan`` is pure but for the sources it is handed. Whatever is wrong with any set is raised before anything is
registered, all of it at once.
"""

from __future__ import annotations

import gc
import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from gitopssets_provider.errors import DefinitionError, PlanError, Problems, did_you_mean
from gitopssets_provider.generators import Context, Generator, expand_all
from gitopssets_provider.generators.reading import kind_of, read_by
from gitopssets_provider.guard.bounds import Bounds, bound, check_elements, check_objects
from gitopssets_provider.guard.duplicates import check_duplicates
from gitopssets_provider.guard.fleet_size import fleet_warnings
from gitopssets_provider.model.circles import find_circle, in_order
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.plan import Plan, PlannedSet
from gitopssets_provider.rendering.assembly import Owner, assemble
from gitopssets_provider.rendering.bodies import Surroundings, body_of
from gitopssets_provider.rendering.dependencies import registration_order
from gitopssets_provider.rendering.drafts import Draft, draft
from gitopssets_provider.rendering.elements import canonical_elements
from gitopssets_provider.rendering.leaves import Wrap
from gitopssets_provider.rendering.metadata import Additions
from gitopssets_provider.rendering.renderer import Renderer
from gitopssets_provider.rendering.scopes import Scopes
from gitopssets_provider.rendering.targets import Targets
from gitopssets_provider.settings import Settings, StackLimits
from gitopssets_provider.sources.base import Sources
from gitopssets_provider.spec import Definition
from gitopssets_provider.templating import Templating

__all__ = ["Scope", "plan"]


@dataclass(frozen=True)
class Scope:
    """The stack that a plan is made for. Without one: the default cluster, no values, the sets' own limits.

    ``secrets`` has ``Opaque`` leaves. ``limits`` are upper bounds for every set's own. ``wrap`` recognises values that
    only its owner may look at (``pulumi.Output``) in what functions return.
    """

    project: str = ""
    stack: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Any] = field(default_factory=dict)
    default_cluster: str = ""
    limits: StackLimits = field(default_factory=StackLimits)
    wrap: Wrap | None = None

    @classmethod
    def of(cls, settings: Settings, *, project: str, stack: str, wrap: Wrap | None = None) -> Scope:
        """Return the scope of a stack with these settings."""
        return cls(
            project=project,
            stack=stack,
            values=settings.values,
            secrets=settings.hidden_secrets(),
            default_cluster=settings.default_cluster,
            limits=settings.limits,
            wrap=wrap,
        )


@dataclass(frozen=True)
class _Expanded:
    """One set whose templates are rendered; what its objects are called waits for the other sets."""

    definition: Definition
    warnings: tuple[str, ...]
    elements: list[Element]
    drafts: list[Draft]
    sources: tuple[str, ...]


def plan(
    definitions: Sequence[Definition],
    sources: Sources,
    scope: Scope = Scope(),
    *,
    earlier: Sequence[PlannedSet] = (),
    beside: Collection[str] = (),
) -> Plan:
    """Return what the sets of a stack would be; raise at once all that is wrong with any of them.

    ``earlier`` are sets that the same program has planned already: nothing here may contradict them. ``beside`` are
    names of sets that are planned elsewhere: nothing is known of them but that these may wait for them.
    """
    with _no_garbage():
        return _plan(definitions, sources, scope, earlier, beside)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Hold the garbage collector back: what a plan makes stays, and looking through it takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _plan(
    definitions: Sequence[Definition],
    sources: Sources,
    scope: Scope,
    earlier: Sequence[PlannedSet],
    beside: Collection[str],
) -> Plan:
    targets = Targets(sources.clusters, scope.default_cluster)
    names = {*beside, *(one.resource for one in earlier), *(definition.resource for definition in definitions)}
    problems = Problems()
    with problems.catch():
        _check_names(definitions, earlier)
    expanded: list[_Expanded] = []
    for definition in definitions:
        with problems.catch("spec", file=definition.place):
            expanded.append(_expanded(definition, sources, scope, targets))
    planned: list[PlannedSet] = []
    scopes = _scopes(expanded, earlier)
    for one in expanded:
        with problems.catch("spec", file=one.definition.place):
            planned.append(_planned(one, scopes, names))
    with problems.catch():
        check_duplicates([*earlier, *planned])
    with problems.catch():
        planned = _in_order(planned)
    problems.raise_if_any()
    used = {manifest.key.cluster for one in planned for manifest in one.manifests}
    clusters = {name: cluster for name, cluster in targets.used().items() if name in used}
    return Plan(tuple(planned), clusters, fleet_warnings(clusters))


def _check_names(definitions: Sequence[Definition], earlier: Sequence[PlannedSet]) -> None:
    places = {planned.resource: planned.place for planned in earlier}
    problems = Problems()
    for definition in definitions:
        if definition.resource in places:
            fact = f'a set of the name "{definition.resource}" stands in {places[definition.resource]} too'
            problems.add(DefinitionError(fact, remedy="rename one", path="metadata.name", file=definition.place))
        places.setdefault(definition.resource, definition.place)
    problems.raise_if_any()


def _expanded(definition: Definition, sources: Sources, scope: Scope, targets: Targets) -> _Expanded:
    """Expand one set; errors have paths relative to its spec."""
    spec, limits = definition.spec, definition.spec.limits
    most_elements, most_objects = bound(
        Bounds(limits.max_elements, limits.max_objects), Bounds(scope.limits.max_elements, scope.limits.max_objects)
    )
    templating = Templating(
        {
            "set": {"name": definition.name, "namespace": definition.namespace},
            "stack": {"name": scope.stack, "project": scope.project},
            "values": scope.values,
            "secrets": scope.secrets,
        }
    )
    problems = Problems()
    with problems.catch():
        renderers = _renderers(definition, templating, targets, scope.wrap)
    with problems.catch():
        context = Context(sources, templating, most_elements, "generators")
        elements = expand_all(
            [_possibly_empty(generator) if limits.allow_empty else generator for generator in spec.generators], context
        )
        check_elements(len(elements), limits.min_elements, allow_empty=limits.allow_empty)
    problems.raise_if_any()
    elements = canonical_elements(elements)
    additions = Additions(spec.common_metadata.labels, spec.common_metadata.annotations, templating)
    drafts = draft(elements, renderers, additions, most_objects)
    check_objects(len(drafts), len(elements), allow_empty=limits.allow_empty)
    return _Expanded(definition, tuple(context.notes), elements, drafts, read_by(spec.generators, elements, templating))


def _possibly_empty(generator: Generator) -> Generator:
    """Return the generator of a set that may come out empty: so may each of its generators."""
    return generator.model_copy(update={"allow_empty": True})


def _renderers(definition: Definition, templating: Templating, targets: Targets, wrap: Wrap | None) -> list[Renderer]:
    """Compile the templates; what is wrong with any of them is told at once."""
    around = Surroundings(templating, definition.texts, posixpath.dirname(definition.file), wrap)
    problems = Problems()
    renderers = []
    for index, template in enumerate(definition.templates):
        with problems.catch(f"templates[{index}]"):
            renderers.append(Renderer(template, body_of(template, around), templating, targets))
    problems.raise_if_any()
    return renderers


def _scopes(expanded: Sequence[_Expanded], earlier: Sequence[PlannedSet]) -> Scopes:
    """Return what all objects, of these sets and of earlier ones, say of the scopes of custom kinds."""
    return Scopes(
        [
            *((made.key.group, made.key.kind, made.object) for one in earlier for made in one.manifests),
            *((item.shape.kind.group, item.shape.kind.name, item.object) for one in expanded for item in one.drafts),
        ]
    )


def _planned(one: _Expanded, scopes: Scopes, names: Collection[str]) -> PlannedSet:
    definition = one.definition
    other_sets = _other_sets(definition, names)
    owner = Owner(definition.resource, definition.namespace, definition.templates, other_sets)
    manifests = assemble(owner, one.drafts, one.elements, scopes)
    return PlannedSet(
        name=definition.name,
        namespace=definition.namespace,
        resource=definition.resource,
        elements=tuple(one.elements),
        manifests=tuple(manifests),
        registration=tuple(registration_order(manifests)),
        depends_on=tuple(dict.fromkeys(name for manifest in manifests for name in manifest.depends_on_sets)),
        sources=one.sources,
        generators=tuple(kind_of(generator) for generator in definition.spec.generators),
        warnings=tuple(f"spec.{text}" for text in one.warnings),
        file=definition.file,
    )


def _other_sets(definition: Definition, names: Collection[str]) -> list[tuple[str, ...]]:
    """Return, for each template, the components of the sets that it waits for, found by name as people write it."""
    problems = Problems()
    found: list[tuple[str, ...]] = []
    for index, template in enumerate(definition.templates):
        waits: list[str] = []
        for position, wait in enumerate(template.options.depends_on):
            path = f"templates[{index}].options.dependsOn[{position}].set"
            with problems.catch(path):
                waits += [_component(wait.set, definition, names)] if wait.set else []
        found.append(tuple(waits))
    problems.raise_if_any()
    return found


def _component(name: str, definition: Definition, names: Collection[str]) -> str:
    """Return the component of a set: named as it registers (``namespace.name``), or within the own namespace."""
    own = f"{definition.namespace}.{name}" if definition.namespace else name
    for candidate in (own, name):
        if candidate == definition.resource:
            raise DefinitionError("is the set itself", remedy="wait for a template of it: {template: NAME}")
        if candidate in names:
            return candidate
    raise DefinitionError(f'no set is named "{name}"', remedy=did_you_mean(name, names))


def _in_order(planned: Sequence[PlannedSet]) -> list[PlannedSet]:
    by_name = {one.resource: one for one in planned}
    waits = {name: one.depends_on for name, one in by_name.items()}
    if circle := find_circle(waits):
        raise PlanError(f"sets wait for each other: {' -> '.join(circle)}", file=by_name[circle[0]].place)
    return [by_name[name] for name in in_order(waits)]
