"""What pydantic finds, told in the words of YAML: each problem with its place, its fact and its remedy.

A place is a path of YAML keys (``matrix.generators[1].clusters.selector``). No problem repeats a value: what people
wrote may be a secret in the wrong place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problem, did_you_mean
from gitopssets_provider.model.deferred import Opaque

__all__ = ["Finding", "findings", "nested", "path_text", "shape_of", "validate", "wrong_fields"]

M = TypeVar("M", bound=BaseModel)
Location = tuple[str | int, ...]

_NESTED = "gitopssets_problems"
_MISSING = "this key is required"
_EXPECTED = {
    "string_type": "a string",
    "int_type": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "none_required": "null",
    "callable_type": "a function",
}
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_/-]{1,80}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, with the steps that lead to its place in the value; ``expected`` is the shape that was wanted."""

    location: Location
    problem: Problem
    expected: str = ""


def validate(model: type[M], value: Any) -> M:
    """Return ``value`` (a mapping with YAML's keys) as a model; raise all that is wrong with it as one error."""
    try:
        return model.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        problems = [finding.problem for finding in _told(model, value, error)]
    raise DefinitionError(problems=problems)


def wrong_fields(model: type[BaseModel], fields: Mapping[str, Any], error: ValidationError) -> DefinitionError:
    """Return what pydantic found in a value written in Python, whose fields are keywords."""
    problems = [finding.problem for finding in _told(model, fields, error)]
    return DefinitionError(problems=problems).at(file=f"{model.__name__}(...)")


def findings(model: type[BaseModel], value: Any) -> list[Finding]:
    """Return what is wrong with ``value`` instead of raising it."""
    try:
        model.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        return _told(model, value, error)
    return []


def nested(error: GitOpsSetsError) -> PydanticCustomError:
    """Return an error for a validator to raise: :func:`validate` keeps its problems and extends their places."""
    return PydanticCustomError(_NESTED, "see the problems", {"problems": error.problems})


def path_text(location: Iterable[str | int]) -> str:
    """Return a place as people write it: ``generators[1].clusters["odd key"]``."""
    text = ""
    for step in location:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            shown = step if len(step) <= 80 else step[:77] + "..."
            text += f"[{json.dumps(shown)}]"
    return text


def shape_of(value: Any) -> str:
    """Say what a value is without repeating it."""
    if isinstance(value, Opaque):
        return f"{value.label}, which is not known while planning"
    shapes: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (type(None), "null"),
        (bool, "a boolean"),
        ((int, float), "a number"),
        (str, "a string"),
        (Mapping, "a mapping"),
        ((list, tuple), "a list"),
    )
    return next((shape for kind, shape in shapes if isinstance(value, kind)), f"a {type(value).__name__}")


def _told(model: type[BaseModel], value: Any, error: ValidationError) -> list[Finding]:
    """Tell every error, the branches of a union as one."""
    told: list[Finding] = []
    unions: dict[Location, list[Finding]] = {}
    for details in error.errors(include_url=False):
        location, branch_at = _place(details, value)
        found = list(_findings_of(model, details, location))
        if branch_at is None:
            told += found
        elif branch_at in unions:
            unions[branch_at] += found
        else:
            unions[branch_at] = found
            told.append(Finding(branch_at, Problem(""), expected="union"))
    for index, finding in reversed(list(enumerate(told))):
        if finding.expected == "union":
            told[index : index + 1] = _one_of(finding.location, unions[finding.location], value)
    return [finding for finding in told if not _is_misspelt(finding, told)]


def _is_misspelt(missing: Finding, told: list[Finding]) -> bool:
    """Say whether a missing key is only another finding's suggestion: one mistake is one problem."""
    suggestion = f'did you mean "{missing.location[-1]}"?' if missing.problem.fact == _MISSING else ""
    beside = (finding for finding in told if finding.location[:-1] == missing.location[:-1])
    return bool(suggestion) and any(finding.problem.remedy == suggestion for finding in beside)


def _place(details: ErrorDetails, value: Any) -> tuple[Location, Location | None]:
    """Return the steps that exist in the value, and the place of the union whose branches pydantic put between them."""
    steps: list[str | int] = []
    branch_at: Location | None = None
    last = len(details["loc"]) - 1
    for index, step in enumerate(details["loc"]):
        named = index == last and details["type"] in ("missing", "extra_forbidden")
        if _leads_on(value, step):
            value = value[step]
            steps.append(step)
        elif named:
            steps.append(step)
        elif step != "[key]" and branch_at is None:
            branch_at = tuple(steps)
    return tuple(steps), branch_at


def _leads_on(value: Any, step: str | int) -> bool:
    if isinstance(value, Mapping):
        return step in value
    return isinstance(value, list | tuple) and isinstance(step, int) and step < len(value)


def _findings_of(model: type[BaseModel], details: ErrorDetails, location: Location) -> Iterator[Finding]:
    kind = details["type"]
    path = path_text(location)
    context = details.get("ctx", {})
    if kind == _NESTED:
        for problem in context["problems"]:
            yield Finding(location, problem.at(path))
    elif kind == "extra_forbidden":
        known = _keys_at(model, location[:-1])
        yield Finding(location, Problem("unknown key", did_you_mean(str(location[-1]), known), path))
    elif kind == "missing":
        yield Finding(location, Problem(_MISSING, path=path))
    elif kind == "invalid_key" or "[key]" in details["loc"]:
        yield Finding(location, Problem("a key must be a string", "quote it", path))
    elif kind in _EXPECTED:
        problem = Problem(f"must be {_EXPECTED[kind]}, not {shape_of(details['input'])}", _quoting(details), path)
        yield Finding(location, problem, _EXPECTED[kind])
    elif kind in ("value_error", "assertion_error"):
        fact, _, remedy = str(context["error"]).partition("; ")
        yield Finding(location, Problem(fact, remedy, path))
    elif kind in ("too_short", "string_too_short"):
        yield Finding(location, Problem("must not be empty", path=path))
    elif kind in ("literal_error", "enum"):
        remedy = (
            did_you_mean(details["input"], _words(context["expected"])) if isinstance(details["input"], str) else ""
        )
        yield Finding(location, Problem(f"must be {context['expected']}", remedy if "did" in remedy else "", path))
    else:
        yield Finding(location, Problem(_lower(details["msg"]), path=path))


def _quoting(details: ErrorDetails) -> str:
    return "quote it" if details["type"] == "string_type" and isinstance(details["input"], bool | int | float) else ""


def _words(expected: str) -> list[str]:
    return re.findall(r"'([^']+)'", expected)


def _lower(message: str) -> str:
    message = message.removeprefix("Value error, ").replace("Input should", "must").replace("String should", "must")
    return message[:1].lower() + message[1:]


def _one_of(at: Location, branches: list[Finding], value: Any) -> list[Finding]:
    """Keep the branch that fits the value's shape; where none does, say all shapes in one problem."""
    deeper = [finding for finding in branches if finding.location != at or not finding.expected]
    if deeper:
        return deeper
    for step in at:
        value = value[step]
    shapes = " or ".join(dict.fromkeys(finding.expected for finding in branches if finding.expected != "null"))
    return [Finding(at, Problem(f"must be {shapes}, not {shape_of(value)}", path=path_text(at)), shapes)]


def _keys_at(annotation: Any, location: Location) -> set[str]:
    """Return the keys that are known at a place, of every branch of a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        if not location:
            return {field.alias or name for name, field in fields.items()}
        led = (field for name, field in fields.items() if location[0] in (name, field.alias))
        return set().union(*(_keys_at(field.annotation, location[1:]) for field in led))
    origin = get_origin(annotation)
    keyed = isinstance(origin, type) and issubclass(origin, Mapping)
    step = 1 if location and (keyed or isinstance(location[0], int)) else 0
    return set().union(*(_keys_at(part, location[step:]) for part in get_args(annotation)))
