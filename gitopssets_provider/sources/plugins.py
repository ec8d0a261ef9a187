"""Python plugins: functions that are installed under a name, and loaded only if the stack allows them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Final

from gitopssets_provider.documents.json_reader import read_json
from gitopssets_provider.errors import GitOpsSetsError, SourceError, did_you_mean

__all__ = ["GROUP", "Plugins"]

GROUP: Final = "gitopssets_provider.plugins"


@dataclass(frozen=True, slots=True)
class Plugins:
    """Calls plugins. ``allowed`` are those that the stack names."""

    allowed: Collection[str]

    def call(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """Return what a plugin returns, as JSON; see :class:`~gitopssets_provider.sources.base.PluginReader`."""
        if name not in self.allowed:
            remedy = did_you_mean(name, self.allowed) or f"if it is meant: gitopssets:plugins: [{name}]"
            raise SourceError(f"the stack does not allow the plugin {name}", remedy=remedy)
        installed = entry_points(group=GROUP)
        found = [entry for entry in installed if entry.name == name]
        if len(found) != 1:
            fact = f"{len(found)} plugins are installed as {name}" if found else f"no plugin {name} is installed"
            raise SourceError(fact, remedy=did_you_mean(name, [entry.name for entry in installed]))
        try:
            answer = found[0].load()(dict(parameters))
        except Exception as error:
            raise SourceError(f"the plugin {name} fails: {type(error).__name__}: {error}") from error
        try:
            return read_json(json.dumps(answer, allow_nan=False, ensure_ascii=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise SourceError(f"the plugin {name} returns what is no JSON: {error}") from None
        except GitOpsSetsError as error:
            raise error.at(file=f"the plugin {name}") from None
