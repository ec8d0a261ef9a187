"""Kubeconfigs: what their files hold, put together as kubectl does. Nothing in them is run or connected to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gitopssets_provider.documents.yaml_reader import read_yaml
from gitopssets_provider.errors import GitOpsSetsError, SourceError, did_you_mean
from gitopssets_provider.model.validation import shape_of

__all__ = ["Chosen", "Kubeconfig", "entries", "parsed", "standard_paths"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A context with its cluster and its user. Relative paths in either are found from the folder of their file."""

    name: str
    namespace: str
    cluster: Mapping[str, Any] = field(repr=False)
    cluster_folder: Path
    user: Mapping[str, Any] = field(repr=False)
    user_folder: Path


_Entry = tuple[Mapping[str, Any], Path]


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """One or several files as one: where two say something of the same name, the first one does.

    ``shown`` is what errors call it.
    """

    shown: str
    current: str
    contexts: Mapping[str, _Entry] = field(repr=False)
    clusters: Mapping[str, _Entry] = field(repr=False)
    users: Mapping[str, _Entry] = field(repr=False)

    @classmethod
    def read(cls, paths: Sequence[Path], *, all_must_exist: bool = True) -> Kubeconfig:
        """Read files. Of a list in ``KUBECONFIG`` some may be missing, but not all."""
        present = [path for path in paths if all_must_exist or path.exists()]
        shown = os.pathsep.join(map(str, paths))
        if not present:
            raise SourceError("there is no kubeconfig", remedy="check the path", file=shown)
        texts = [(_content(path), path.parent, str(path)) for path in present]
        return cls._merged([(parsed(text, file), folder, file) for text, folder, file in texts], shown)

    @classmethod
    def of_text(cls, text: str, shown: str) -> Kubeconfig:
        """Take the text of a kubeconfig; relative paths in it are found from the current folder, as kubectl does."""
        return cls._merged([(parsed(text, shown), Path(), shown)], shown)

    @classmethod
    def _merged(cls, files: Sequence[tuple[Mapping[str, Any], Path, str]], shown: str) -> Kubeconfig:
        found: dict[str, dict[str, _Entry]] = {"contexts": {}, "clusters": {}, "users": {}}
        current = ""
        for config, folder, file in files:
            named = config.get("current-context") or ""
            current = current or (named if isinstance(named, str) else "")
            try:
                for key, known in found.items():
                    for name, value in entries(config, key, key.removesuffix("s")):
                        known.setdefault(name, (value, folder))
            except GitOpsSetsError as error:
                raise error.at(file=file) from None
        return cls(shown, current, **found)

    def choose(self, context: str = "") -> Chosen:
        """Return a context, the current one where none is named, with what it refers to."""
        name = context or self.current
        if not name:
            raise SourceError("has no current context", remedy="name one", file=self.shown)
        chosen, _ = self._named("context", name, self.contexts)
        cluster, cluster_folder = self._named("cluster", str(chosen.get("cluster", "")), self.clusters)
        user: _Entry = ({}, Path())
        if chosen.get("user"):
            user = self._named("user", str(chosen["user"]), self.users)
        return Chosen(name, str(chosen.get("namespace") or ""), cluster, cluster_folder, *user)

    def _named(self, what: str, name: str, known: Mapping[str, _Entry]) -> _Entry:
        if name not in known:
            raise SourceError(f"there is no {what} {name}", remedy=did_you_mean(name, known), file=self.shown)
        return known[name]


def standard_paths(environment: Mapping[str, str]) -> list[Path]:
    """Return where kubectl looks: the files of ``KUBECONFIG``, else the one in the home folder if it is there."""
    listed = [Path(part) for part in environment.get("KUBECONFIG", "").split(os.pathsep) if part]
    if listed:
        return listed
    home = Path(environment.get("HOME", "/")) / ".kube" / "config"
    return [home] if home.exists() else []


def parsed(content: bytes | str, file: str) -> Mapping[str, Any]:
    """Return what a kubeconfig holds."""
    documents = read_yaml(content, file=file)
    value = documents[0].value if documents else {}
    if not isinstance(value, Mapping):
        raise SourceError(f"a kubeconfig is a mapping, not {shape_of(value)}", file=file)
    return value


def entries(config: Mapping[str, Any], key: str, inner: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the names of a list's entries with what stands under ``inner`` in each."""
    found = config.get(key) or []
    if not isinstance(found, list):
        raise SourceError(f"must be a list, not {shape_of(found)}", path=key)
    for index, entry in enumerate(found):
        value = (entry.get(inner) or {}) if isinstance(entry, Mapping) else None
        if not isinstance(value, Mapping) or not isinstance(entry.get("name"), str):
            raise SourceError(f"must be a mapping with a name and a {inner}", path=f"{key}[{index}]")
        yield entry["name"], value


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"the kubeconfig is not readable: {error.strerror}", file=str(path)) from None
