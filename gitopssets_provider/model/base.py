"""The base of every value that people write: frozen, camelCase in YAML, unknown keys refused."""

from __future__ import annotations

from collections.abc import Sequence
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema

from gitopssets_provider.model.validation import wrong_fields

__all__ = ["Items", "Model", "SomeItems"]

T = TypeVar("T")


if TYPE_CHECKING:
    _Base = BaseModel
else:

    class _Telling(type(BaseModel)):
        """Makes what is wrong with a value written in Python an error of ours, in the words of YAML."""

        def __call__(cls, *args: Any, **fields: Any) -> Any:
            try:
                return super().__call__(*args, **fields)
            except ValidationError as error:
                raise wrong_fields(cls, fields, error) from None

    class _Base(BaseModel, metaclass=_Telling):
        pass


class Model(_Base):
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


class _KeptAsTuple:
    """Takes a list or a tuple and keeps a tuple, so that a frozen value stays frozen."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (item,) = get_args(source)
        schema = handler(GenericAlias(tuple, (item, ...)))  # through the handler, so that a length of the field applies
        return {**schema, "strict": False} if schema["type"] == "tuple" else schema


Items = Annotated[Sequence[T], _KeptAsTuple()]
"""The type of a field that holds a list: ``Items[str]`` takes lists and tuples, and keeps a tuple."""


def _not_empty(value: Any) -> Any:
    if isinstance(value, list | tuple) and not value:
        raise ValueError("must not be empty")
    return value


# A length that pydantic checks counts only valid items: one bad item would also be told as "must not be empty".
SomeItems = Annotated[Items[T], BeforeValidator(_not_empty), Field(json_schema_extra={"minItems": 1})]
"""The same for a list that must hold something."""
