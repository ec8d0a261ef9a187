"""What a generator needs to expand: real sources over a temporary folder, and real templating."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.generators import Context, expand_all, parse
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.element import Element
from gitopssets_provider.sources.base import Sources
from gitopssets_provider.sources.git import GitRepositories
from gitopssets_provider.sources.inventory import FixedClusters
from gitopssets_provider.templating import Templating

_CLUSTERS = (
    Cluster(name="prod-us", labels={"env": "production", "region": "us", "tier": "1"}, server="https://us"),
    Cluster(name="dev-1", labels={"env": "dev"}, namespace="fleet"),
    Cluster(name="prod-eu", labels={"env": "production", "region": "eu"}, annotations={"owner": "a"}),
)

Expand = Callable[..., list[Element]]


@pytest.fixture
def project(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Path]:
    """Return a function that writes files into the project's folder and returns it."""

    def write(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """Return the context of a set named ``podinfo`` in the stack ``dev``."""
    sources = Sources(git=GitRepositories(tmp_path), clusters=FixedClusters(_CLUSTERS))
    constants = {"set": {"name": "podinfo"}, "stack": {"name": "dev"}, "values": {"apps": [{"app": "web"}]}}
    return Context(sources=sources, templating=Templating(constants), max_elements=1000, path="generators")


@pytest.fixture
def expand(context: Context) -> Expand:
    """Return a function that expands generators as YAML writes them."""

    def run(*generators: Any, using: Context | None = None) -> Sequence[Element]:
        return expand_all([parse(generator) for generator in generators], using or context)

    return run
