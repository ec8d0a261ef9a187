"""The elements of sets, as ``params`` shows them: YAML with the origin of each beside it, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from gitopssets_provider.documents.yaml_writer import write_yaml
from gitopssets_provider.report.manifests import Expansion
from gitopssets_provider.report.redaction import redact

__all__ = ["elements_json", "elements_yaml"]


def elements_yaml(expansions: Iterable[Expansion]) -> Iterator[str]:
    """Yield a YAML document for each set: the list of its elements, a comment above each saying where it is from."""
    for expansion in expansions:
        if expansion.planned is None:
            continue
        elements = expansion.planned.elements
        yield f"---\n# set {expansion.name}: {len(elements)} element{'' if len(elements) == 1 else 's'}\n"
        if not elements:
            yield "[]\n"
        for element in elements:
            yield f"# {element.origin}\n"
            yield write_yaml([redact(element.parameters)])


def elements_json(expansions: Iterable[Expansion]) -> str:
    """Return every set in input order with its elements."""
    sets = [
        {
            "name": expansion.name,
            "namespace": expansion.namespace,
            "elements": [
                {"origin": str(element.origin), "parameters": redact(element.parameters)}
                for element in (expansion.planned.elements if expansion.planned else ())
            ],
            "error": str(expansion.error) if expansion.error else None,
        }
        for expansion in expansions
    ]
    return json.dumps({"sets": sets}, indent=2, ensure_ascii=False)
