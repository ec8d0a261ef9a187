"""The JSON Schema of a definition, for editors."""

from __future__ import annotations

from typing import Any

from gitopssets_provider.generators.registry import with_generators
from gitopssets_provider.spec.parsing import KIND, SetDocument

__all__ = ["schema"]


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) that a definition follows; editors complete and check with it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **with_generators(SetDocument.model_json_schema()),
        "title": KIND,
    }
