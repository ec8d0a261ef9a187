"""Why an object exists: its set, its template, and each thing that was read to make it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gitopssets_provider.documents.yaml_writer import write_yaml
from gitopssets_provider.errors import UsageError, did_you_mean
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.model.manifest import Manifest
from gitopssets_provider.model.plan import PlannedSet
from gitopssets_provider.report.manifests import address
from gitopssets_provider.report.redaction import redact

__all__ = ["Explained", "explanation_json", "explanation_text", "find"]


@dataclass(frozen=True, slots=True)
class Explained:
    """An object with the set that makes it."""

    planned: PlannedSet
    manifest: Manifest

    @property
    def element(self) -> Element | None:
        """Return the element it was rendered from."""
        origin = self.manifest.origin
        same = (element for element in self.planned.elements if element.origin is origin)
        equal = (element for element in self.planned.elements if element.origin == origin)
        return next(same, None) or next(equal, None)


def find(query: str, sets: Sequence[PlannedSet]) -> list[Explained]:
    """Return the objects that are called so: a name, ``NAMESPACE/NAME``, ``KIND/NAME``, ``KIND/NAMESPACE/NAME``, any of
    them behind a cluster, a kind with or without its group; or the name of the resource in Pulumi, or its URN.
    """
    wanted = query.rsplit("::", 1)[-1].replace(" ", "/").casefold()
    everything = [Explained(planned, manifest) for planned in sets for manifest in planned.manifests]
    found = [explained for explained in everything if wanted in _spellings(explained.manifest)]
    if not found:
        known = [address(explained.manifest) for explained in everything]
        raise UsageError(f'no object is called "{query}"', remedy=_nearest(query, known))
    return found


def _nearest(query: str, known: Sequence[str]) -> str:
    """Name an object that is nearly called so, by its name or by the whole of its address."""
    if not known:
        return "the definitions yield no object"
    by_name = {path.rsplit("/", 1)[-1]: path for path in known}
    near = did_you_mean(query.rsplit("/", 1)[-1], by_name)
    if near.startswith("did"):
        name = near.split('"')[1]
        return f'did you mean "{by_name[name]}"?'
    return f"`gitopssets render -o name` lists all {len(known)}"


def _spellings(manifest: Manifest) -> set[str]:
    key = manifest.key
    kinds = {"", key.kind, f"{key.kind}.{key.group}" if key.group else key.kind}
    spellings = {
        "/".join(filter(None, (cluster, kind, namespace, key.name)))
        for cluster in ("", key.cluster)
        for kind in kinds
        for namespace in ("", key.namespace)
    }
    return {spelling.casefold() for spelling in (*spellings, manifest.resource)}


def explanation_text(explained: Explained) -> str:
    """Return the explanation for people."""
    planned, manifest = explained.planned, explained.manifest
    rows = [
        ("set", f"{planned.resource} ({planned.file})" if planned.file else planned.resource),
        ("template", manifest.template),
        *(("from", _origin_text(origin)) for origin in manifest.origin.flatten()),
        ("cluster", manifest.key.cluster or "default"),
        ("resource", f"{manifest.resource} ({manifest.type})"),
    ]
    lines = [str(manifest.key), *(f"  {label:<9} {text}" for label, text in rows)]
    element = explained.element
    if element is not None:
        lines.append("  parameters")
        lines += [f"    {line}" for line in write_yaml(redact(element.parameters)).splitlines()]
    return "\n".join(lines)


def _origin_text(origin: Origin) -> str:
    place = " in ".join(part for part in (origin.file, origin.source) if part not in ("", "."))
    commit = f" at commit {origin.commit}" if origin.commit else ""
    return f"{place}{commit} ({origin.generator})" if place else origin.generator


def explanation_json(explanations: Iterable[Explained]) -> str:
    """Return the explanations for tools."""
    return json.dumps([_json(explained) for explained in explanations], indent=2, ensure_ascii=False)


def _json(explained: Explained) -> dict[str, Any]:
    planned, manifest, element = explained.planned, explained.manifest, explained.element
    origins = [
        {key: value for key, value in origin._asdict().items() if value and key != "parts"}
        for origin in manifest.origin.flatten()
    ]
    return {
        "object": address(manifest),
        "set": planned.resource,
        "file": planned.file,
        "template": manifest.template,
        "origins": origins,
        "cluster": manifest.key.cluster,
        "resource": manifest.resource,
        "type": manifest.type,
        "parameters": redact(element.parameters) if element else None,
    }
