"""JSONPath as kubectl understands it: see :class:`JsonPath`."""

from __future__ import annotations

from gitopssets_provider.documents.jsonpath.path import JsonPath

__all__ = ["JsonPath"]
