"""How a list goes on, as a definition says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import Field, model_validator

from gitopssets_provider.model.base import Model
from gitopssets_provider.sources.network.paging import Following, LinkHeader, NextField, PageNumber

__all__ = ["Pages"]


class Pages(Model):
    """How a list goes on: exactly one of ``link``, ``next`` and ``number``. Every page is read, to the last one.

    A page that repeats, leads to another server or is not readable is an error, and so is a list with no end.
    """

    link: bool = Field(default=False, description='Follow the header Link with rel="next".')
    next: str = Field(
        default="",
        description="Where in the answer the next page's URL is, such as meta.next; the last page has none.",
    )
    parameter: str = Field(
        default="", description="With next: the query parameter that takes what is there, where that is no URL."
    )
    number: str = Field(
        default="", description="The query parameter that counts pages; the list ends with a page that is empty."
    )
    start: int = Field(default=1, ge=0, description="With number: the number of the first page.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Pages:
        if sum(map(bool, (self.link, self.next, self.number))) != 1:
            raise ValueError("say exactly one of link, next and number")
        if self.parameter and not self.next:
            raise ValueError("parameter belongs to next")
        if "start" in self.model_fields_set and not self.number:
            raise ValueError("start belongs to number")
        return self

    def following(self, items: Callable[[Any], Sequence[Any]]) -> Following:
        """Return what leads from page to page; ``items`` says what is on one."""
        if self.link:
            return LinkHeader()
        if self.next:
            return NextField(tuple(self.next.split(".")), self.parameter)
        return PageNumber(items, self.number, self.start)
