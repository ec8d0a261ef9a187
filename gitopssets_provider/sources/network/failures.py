"""Failures that may pass: whoever asks again may get a whole answer."""

from __future__ import annotations

from gitopssets_provider.errors import SourceError

__all__ = ["CutShortError", "UnreachedError"]


class UnreachedError(SourceError):
    """Raised where there was no answer."""


class CutShortError(SourceError):
    """Raised where there was an answer that is not whole."""
