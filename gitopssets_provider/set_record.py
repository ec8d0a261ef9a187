"""What a set's component keeps in the state: small inputs that say what the set is, outputs that say what came of it.

The outputs let a later preview say why an object appears, changes or goes. Neither holds the value of a parameter.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import Any

from gitopssets_provider.model.deferred import Deferred, Opaque
from gitopssets_provider.model.manifest import Manifest
from gitopssets_provider.model.plan import PlannedSet
from gitopssets_provider.spec import Definition

__all__ = ["inputs", "outputs"]

_SHORT = 12


def inputs(planned: PlannedSet, definition: Definition) -> dict[str, Any]:
    """Return the component's inputs: names, kinds of generators, and a digest that changes with the templates."""
    templates = [template.model_dump(exclude_defaults=True) for template in definition.templates]
    return {
        "name": planned.name,
        "namespace": planned.namespace,
        "generators": list(planned.generators),
        "templates": _digest([templates, dict(definition.texts)]),
    }


def outputs(planned: PlannedSet) -> dict[str, Any]:
    """Return the component's outputs: how much there is, what was read, where elements and objects come from."""
    elements: dict[str, list[Any]] = defaultdict(list)
    for element in planned.elements:
        elements[str(element.origin)].append(element.parameters)
    return {
        "elementCount": len(planned.elements),
        "objectCount": len(planned.manifests),
        "digest": planned.digest,
        "sources": list(planned.sources),
        "elements": {origin: _digest(parameters)[:_SHORT] for origin, parameters in elements.items()},
        "objects": {
            _key(planned, manifest): {"from": str(manifest.origin), "template": manifest.template}
            for manifest in planned.manifests
        },
    }


def _key(planned: PlannedSet, manifest: Manifest) -> str:
    """Return what finds an object in the outputs.

    Its cluster is the one that stands in the resource's name: empty for the default cluster, whatever that is called.
    """
    named = manifest.resource.startswith(f"{planned.resource}@")
    return (manifest.key if named else manifest.key._replace(cluster="")).path


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_by_name)
    return hashlib.sha256(text.encode()).hexdigest()


def _by_name(value: Any) -> Any:
    """Return what stands for a value that is no JSON: never what it holds."""
    if isinstance(value, Opaque):
        return {"opaque": value.label}
    if isinstance(value, Deferred):
        return {"deferred": value.text}
    if callable(value):
        return {"function": f"{value.__module__}.{value.__qualname__}"}
    raise TypeError(f"{type(value).__name__} stands in neither a parameter nor a template")
