"""The base of every value that people write: frozen, camelCase in YAML, unknown keys refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

__all__ = ["Items", "Model"]


def _tuple(value: Any) -> tuple[Any, ...]:
    if isinstance(value, list | tuple):
        return tuple(value)
    raise ValueError("expected a list")


T = TypeVar("T")

# A list in YAML, any sequence in Python, a tuple once it is read: nobody can change it afterwards.
Items = Annotated[Sequence[T], BeforeValidator(_tuple)]


class Model(BaseModel):
    """A frozen value whose fields are the keys of YAML (camelCase there, snake_case in Python)."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
        strict=True,
    )
