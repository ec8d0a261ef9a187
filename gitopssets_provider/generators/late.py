"""Fields that hold ``{{ expressions }}``: bound with the parameters of earlier factors before a generator expands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.generators.base import Context, Generator
from gitopssets_provider.model.base import Model
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.validation import findings, validate

__all__ = ["Late", "bind", "class_of", "holds_expression", "open_fields"]

_COMMON = frozenset({"condition", "name", "allow_empty"})


class Late(Generator):
    """A generator some of whose fields have their type only once they are bound."""

    kind: ClassVar[str] = "late"

    of: type[Generator]
    fields: Mapping[str, Any]

    def subject(self) -> str:
        """Return the kind: what exactly is read differs from row to row."""
        return self.of.kind

    def expand(self, context: Context) -> list[Element]:
        """Refuse: whoever expands generators binds them first."""
        raise DefinitionError("has fields that are not bound", path=context.path)


def holds_expression(value: Any) -> bool:
    """Say whether any string in a JSON-like value holds ``{{``."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, Mapping):
        return any(holds_expression(item) for item in value.values())
    return isinstance(value, list | tuple) and any(holds_expression(item) for item in value)


def open_fields(generator: Generator, *, later: bool) -> dict[str, Any]:
    """Return the fields that have to be bound, by their YAML key; ``later`` for a later factor of a matrix."""
    if isinstance(generator, Late):
        fields = dict(generator.fields)
    else:
        chosen = generator.model_fields_set - _COMMON
        fields = {
            info.alias or name: getattr(generator, name)
            for name, info in type(generator).model_fields.items()
            if name in chosen
        }
    data = frozenset() if later else class_of(generator).data_fields
    return {
        key: tree
        for key, value in fields.items()
        if holds_expression(tree := _tree(value) if key not in data or isinstance(value, str) else None)
    }


def bind(generator: Generator, bound: Mapping[str, Any]) -> Generator:
    """Return the generator with its open fields replaced by what they are bound to, checked as if written so."""
    cls = class_of(generator)
    if isinstance(generator, Late):
        body = {**generator.fields, **bound}
    else:
        chosen = generator.model_fields_set - _COMMON
        body = {
            info.alias or name: getattr(generator, name) for name, info in cls.model_fields.items() if name in chosen
        } | dict(bound)
    return validate(cls, _spelt(cls, body))


def class_of(generator: Generator) -> type[Generator]:
    """Return the class of a generator, or the one it becomes once it is bound."""
    return generator.of if isinstance(generator, Late) else type(generator)


def _tree(value: Any) -> Any:
    """Return a field as the JSON-like tree that YAML would hold."""
    if isinstance(value, Model):
        return value.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(value, Mapping):
        return {key: _tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tree(item) for item in value]
    return value


def _spelt(cls: type[Generator], body: dict[str, Any]) -> dict[str, Any]:
    """Spell numbers and booleans as YAML does where a string is wanted: an expression may yield either."""
    for finding in findings(cls, body):
        body = _replaced(body, finding.location) if finding.expected == "a string" else body
    return body


def _replaced(tree: Any, location: tuple[str | int, ...]) -> Any:
    if not location:
        return json.dumps(tree) if isinstance(tree, bool | int | float) else tree
    step, rest = location[0], location[1:]
    if isinstance(tree, Mapping):
        return {**tree, step: _replaced(tree[str(step)], rest)}
    copy = list(tree)
    copy[int(step)] = _replaced(copy[int(step)], rest)
    return copy
