"""From ``{<kind>: {fields}, where: ..., name: ..., allowEmpty: ...}`` to a generator; the JSON Schema of all kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, SerializeAsAny, WithJsonSchema

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems, did_you_mean
from gitopssets_provider.generators.base import KINDS, Generator
from gitopssets_provider.generators.late import Late, holds_expression
from gitopssets_provider.model.validation import findings, nested, path_text, shape_of, validate

__all__ = ["AnyGenerator", "parse", "with_generators"]

_COMMON = ("where", "name", "allowEmpty")


def parse(value: Any) -> Generator:
    """Return the generator that a mapping describes; raise all that is wrong with it, paths relative to the mapping.

    Fields that hold ``{{ expressions }}`` may have any type until they are bound.
    """
    if isinstance(value, Generator):
        return value
    if not isinstance(value, Mapping):
        raise DefinitionError(f"must be a mapping such as {{list: {{elements: []}}}}, not {shape_of(value)}")
    problems = Problems()
    for key in value:
        if key not in KINDS and key not in _COMMON:
            remedy = did_you_mean(str(key), [*KINDS, *_COMMON])
            problems.add(DefinitionError("unknown generator", remedy=remedy, path=path_text([str(key)])))
    kinds = [key for key in value if key in KINDS]
    if len(kinds) != 1 and not (not kinds and problems.errors):
        found = f"it has {' and '.join(kinds)}" if kinds else f"known are: {', '.join(sorted(KINDS))}"
        problems.add(DefinitionError("an item names exactly one generator", remedy=found))
    if len(kinds) == 1:
        with problems.catch():
            generator = _of_kind(kinds[0], value)
    problems.raise_if_any()
    return generator


def _of_kind(kind: str, value: Mapping[str, Any]) -> Generator:
    cls, body = KINDS[kind], value[kind]
    body = {} if body is None else body
    if not isinstance(body, Mapping):
        raise DefinitionError(f"must be a mapping, not {shape_of(body)}", path=kind)
    beside = {key: value[key] for key in _COMMON if key in value}
    problems = Problems()
    for key in beside.keys() & body.keys():
        problems.add(DefinitionError("stands beside the generator and in it", remedy="keep one of them", path=key))
    with problems.catch(kind):
        generator = _made(cls, {**beside, **body})
    problems.raise_if_any()
    return generator


def _made(cls: type[Generator], body: Mapping[str, Any]) -> Generator:
    """Make the generator; where only fields that are bound later have the wrong type, keep them as they are."""
    found = findings(cls, body)
    if not found:
        return validate(cls, body)
    wrong = [finding for finding in found if not _is_expression(_value_at(body, finding.location))]
    if wrong or cls.children is not Generator.children:
        raise DefinitionError(problems=[finding.problem for finding in wrong or found])
    common = {key: body[key] for key in _COMMON if key in body}
    fields = {key: field for key, field in body.items() if key not in _COMMON}
    return validate(Late, {**common, "of": cls, "fields": fields})


def _is_expression(value: Any) -> bool:
    return isinstance(value, str) and holds_expression(value)


def _value_at(body: Any, location: tuple[str | int, ...]) -> Any:
    for step in location:
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def _any_generator(value: Any) -> Generator:
    try:
        return parse(value)
    except GitOpsSetsError as error:
        raise nested(error) from None


_REFERENCE = {"$ref": "#/$defs/Generator"}
_PLACE = {"title": "Generator", "type": "object", "$comment": "of any kind"}

AnyGenerator = Annotated[SerializeAsAny[Generator], BeforeValidator(_any_generator), WithJsonSchema(_PLACE)]
"""The type of a field that holds a generator of any kind."""


def with_generators(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's JSON Schema with every kind of generator written out where it holds generators."""
    completed: dict[str, Any] = _referring(schema)
    return {**completed, "$defs": {**completed.get("$defs", {}), **_definitions()}}


def _definitions() -> dict[str, Any]:
    found: dict[str, Any] = {}
    items = []
    for kind, cls in sorted(KINDS.items()):
        schema = _referring(cls.model_json_schema())
        parts = schema.pop("$defs", {})
        common = {key: schema["properties"][key] for key in _COMMON}
        if cls.children is Generator.children:
            found |= {name: _open(part) for name, part in parts.items()}
            schema = _open(schema, closed=_COMMON)
        found[cls.__name__] = schema
        items.append(
            {
                "type": "object",
                "properties": {kind: {"$ref": f"#/$defs/{cls.__name__}"}, **common},
                "required": [kind],
                "additionalProperties": False,
            }
        )
    return {**found, "Generator": {"title": "Generator", "oneOf": items}}


def _open(schema: Mapping[str, Any], closed: Sequence[str] = ()) -> dict[str, Any]:
    """Allow in each property but the closed ones an expression where no string stands: it is bound later."""
    properties = schema.get("properties", {})
    opened = {key: field if key in closed else _or_expression(field) for key, field in properties.items()}
    return {**schema, "properties": opened} if properties else dict(schema)


def _referring(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_referring(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    if schema.get("$comment") == _PLACE["$comment"]:
        return _REFERENCE
    return {key: _referring(value) for key, value in schema.items()}


def _or_expression(schema: Mapping[str, Any]) -> dict[str, Any]:
    if schema.get("type", "array") not in ("array", "boolean", "integer") or "anyOf" in schema or "enum" in schema:
        return dict(schema)
    about = {key: schema[key] for key in ("title", "description", "default") if key in schema}
    rest = {key: value for key, value in schema.items() if key not in about}
    return {**about, "anyOf": [rest, {"type": "string", "pattern": r"\{\{"}]}
