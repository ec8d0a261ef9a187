"""Which template waits for which: names that exist, and no circle."""

from __future__ import annotations

from collections.abc import Sequence

from gitopssets_provider.errors import DefinitionError, Problems, did_you_mean
from gitopssets_provider.model.circles import find_circle
from gitopssets_provider.model.template import Template

__all__ = ["check_waits"]


def check_waits(templates: Sequence[Template]) -> None:
    """Raise what is wrong with the templates' names and with what they wait for."""
    problems = Problems()
    names: dict[str, int] = {}
    for index, template in enumerate(templates):
        if template.name and template.name in names:
            fact = f'"{template.name}" is the name of templates[{names[template.name]}] too'
            problems.add(DefinitionError(fact, path=f"templates[{index}].name"))
        elif template.name:
            names[template.name] = index
    for index, template in enumerate(templates):
        for position, wait in enumerate(template.options.depends_on):
            if wait.template and wait.template not in names:
                remedy = did_you_mean(wait.template, names) or "give the template that it waits for a name"
                path = f"templates[{index}].options.dependsOn[{position}].template"
                problems.add(DefinitionError(f'no template is named "{wait.template}"', remedy=remedy, path=path))
    problems.raise_if_any()
    waits = {name: _waits_for(templates[index]) for name, index in names.items()}
    if circle := find_circle(waits):
        raise DefinitionError(f"templates wait for each other: {' -> '.join(circle)}", path="templates")


def _waits_for(template: Template) -> list[str]:
    return [wait.template for wait in template.options.depends_on if wait.template]
