"""What a set is: generators, templates, limits, and metadata for all of its objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from gitopssets_provider.generators.registry import AnyGenerator
from gitopssets_provider.model.base import Model, SomeItems
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.template import Template

__all__ = ["HARD_LIMIT", "AnyTemplate", "CommonMetadata", "Definition", "GitOpsSetSpec", "Limits"]

HARD_LIMIT = 1_000_000


class Limits(Model):
    """Bounds of one set: beyond them nothing is registered. A stack's own ``limits`` are upper bounds of these."""

    min_elements: int = Field(default=0, ge=0, le=HARD_LIMIT, description="The fewest elements that are plausible.")
    max_elements: int | None = Field(
        default=None, ge=1, le=HARD_LIMIT, description="The most elements. Default: the stack's limit, else 1,000."
    )
    max_objects: int | None = Field(
        default=None, ge=1, le=HARD_LIMIT, description="The most objects. Default: the stack's limit, else 5,000."
    )
    allow_empty: bool | None = Field(
        default=None,
        description="Whether the set may come out without any object. Default: only where a generator that says "
        "allowEmpty yields nothing. true: also where any of its generators does, or where templates leave out every "
        "element. false: never.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Limits:
        if self.max_elements is not None and self.min_elements > self.max_elements:
            raise ValueError(f"minElements is {self.min_elements}, above maxElements, which is {self.max_elements}")
        return self


class CommonMetadata(Model):
    """Labels and annotations for every object of a set; they win over those of a template. May hold expressions."""

    labels: Mapping[str, str] = Field(default_factory=dict, description="Labels.")
    annotations: Mapping[str, str] = Field(default_factory=dict, description="Annotations.")


def _template(value: Any) -> Any:
    return Template(function=value) if callable(value) and not isinstance(value, Template) else value


if TYPE_CHECKING:
    AnyTemplate = Template | Callable[[Element], Any]
else:  # a function becomes a template as it is read, so that an error's place names no branch of a union
    AnyTemplate = Annotated[Template, BeforeValidator(_template)]


class GitOpsSetSpec(Model):
    """What a set is made of: generators yield elements, templates make objects of each element."""

    generators: SomeItems[AnyGenerator] = Field(description="What yields the elements, one after the other.")
    templates: SomeItems[AnyTemplate] = Field(
        description="What becomes objects, for each element. In Python also a function from an element to an object, "
        "or to several."
    )
    limits: Limits = Field(default=Limits(), description="How many elements and objects there may be.")
    common_metadata: CommonMetadata = Field(
        default=CommonMetadata(), description="Labels and annotations for every object of the set."
    )


@dataclass(frozen=True)
class Definition:
    """One set, with its name and where it was written.

    ``file`` is empty for a set written in Python. ``folder`` is where the template files lie, and ``texts`` what they
    hold, by the name that the template gives them: whoever has a definition need not read anything more of it.
    """

    name: str
    namespace: str
    spec: GitOpsSetSpec
    file: str = ""
    folder: Path | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def resource(self) -> str:
        """Return the name of the component in Pulumi: ``name``, or ``namespace.name``."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.name

    @property
    def place(self) -> str:
        """Return what an error names as the file of this definition."""
        return self.file or f'GitOpsSet "{self.resource}"'

    @property
    def templates(self) -> tuple[Template, ...]:
        """Return the templates; functions among them were made templates when the spec was read."""
        return tuple(template for template in self.spec.templates if isinstance(template, Template))
