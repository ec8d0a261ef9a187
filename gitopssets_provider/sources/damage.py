"""The boundary to git's files: whatever a damaged repository makes the library raise is one error of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gitopssets_provider.errors import GitOpsSetsError, SourceError

__all__ = ["printable", "reading"]


@contextmanager
def reading(repository: str) -> Iterator[None]:
    """Turn what is raised inside into a ``SourceError`` that names the repository.

    The formats are many and so are the ways to break them; no list of exceptions would be whole.
    """
    try:
        yield
    except GitOpsSetsError:
        raise
    except Exception as error:
        what = printable(str(error) or type(error).__name__)
        fact = f"the repository {repository} is damaged, or not readable: {what}"
        raise SourceError(fact, remedy="check it with git fsck") from None


def printable(text: str) -> str:
    """Return a foreign text short and on one line."""
    return "".join(character if character.isprintable() else " " for character in text).strip()[:200]
