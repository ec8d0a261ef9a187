"""One object of an answer, read strictly: what is not there as it should be is an error that says where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.validation import shape_of

__all__ = ["Item"]

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Item:
    """An object, and where it stands: the URL of the answer and the path in it. Paths have dots between their keys."""

    value: Any
    source: str
    place: str = ""

    def text(self, path: str, default: str | None = None) -> str:
        """Return a text; only with a ``default`` may it be absent, null or empty."""
        value = self._at(path)
        if value in (None, "") and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise self._wrong(path, value, "a text")
        return value

    def number(self, path: str) -> int:
        """Return a whole number that is not negative."""
        value = self._at(path)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._wrong(path, value, "a number")
        return value

    def flag(self, path: str) -> bool:
        """Return yes or no; what is absent is a no, since older servers do not know every flag."""
        value = self._at(path)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(path, value, "true or false")
        return bool(value)

    def commit(self, path: str) -> str:
        """Return the full id of a commit."""
        value = self.text(path).lower()
        if not _COMMIT.fullmatch(value):
            raise self._wrong(path, value, "the id of a commit")
        return value

    def branch(self, path: str) -> str:
        """Return the name of a branch, written in full or not."""
        return self.text(path).removeprefix("refs/heads/")

    def moment(self, path: str) -> str:
        """Return a moment as ``2026-08-01T10:00:00Z``, from a text or from milliseconds since 1970."""
        value = self._at(path)
        try:
            if isinstance(value, int) and not isinstance(value, bool):
                moment = datetime.fromtimestamp(value // 1000, UTC)
            else:
                moment = datetime.fromisoformat(self.text(path))
        except (ValueError, OverflowError, OSError):
            raise self._wrong(path, value, "a moment") from None
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment.tzinfo else f"{moment:%Y-%m-%dT%H:%M:%SZ}"

    def item(self, path: str) -> Item:
        """Return the object at a path."""
        found = self.maybe(path)
        if found is None:
            raise self._wrong(path, None, "an object")
        return found

    def maybe(self, path: str) -> Item | None:
        """Return the object at a path; None where there is none."""
        value = self._at(path)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self._wrong(path, value, "an object")
        return Item(value, self.source, self._place(path))

    def items(self, path: str = "") -> list[Item]:
        """Return the objects of a list; one that is absent is an error."""
        value = self._at(path) if path else self.value
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self._wrong(path, value, "a list of objects")
        return [Item(item, self.source, f"{self._place(path)}[{index}]") for index, item in enumerate(value)]

    def texts(self, path: str, key: str = "") -> tuple[str, ...]:
        """Return the texts of a list, or those that each of its objects has at ``key``; what is absent is empty."""
        value = self._at(path)
        if value is None:
            return ()
        if key:
            return tuple(item.text(key) for item in self.items(path))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(path, value, "a list of texts")
        return tuple(value)

    def has(self, path: str) -> bool:
        """Say whether there is anything but null."""
        return self._at(path) is not None

    def _at(self, path: str) -> Any:
        value = self.value
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def _place(self, path: str) -> str:
        return ".".join(part for part in (self.place, path) if part)

    def _wrong(self, path: str, value: Any, wanted: str) -> SourceError:
        found = "nothing" if value in (None, "") else shape_of(value)
        return SourceError(
            f"the answer has {found} where {wanted} should be",
            remedy="check that the URL leads to such a forge, or try again",
            path=self._place(path),
            file=self.source,
        )
