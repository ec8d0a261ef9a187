"""What a running program knows of its stack: the project's folder, the settings, and what plans may read and see."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import get_config_env, get_root_directory, is_config_secret
from pulumi.runtime.config import CONFIG

from gitopssets_provider.planning import Scope
from gitopssets_provider.rendering.targets import DEFAULT_NAME
from gitopssets_provider.resolution import opaque
from gitopssets_provider.settings import NAMESPACE, Settings
from gitopssets_provider.sources.base import Sources, StackReader
from gitopssets_provider.stack_sources import FIXTURES, OFFLINE, stack_sources

__all__ = ["StackContext"]


@dataclass(frozen=True)
class StackContext:
    """The stack that a program runs for. ``root`` is where Pulumi.yaml lies."""

    root: Path
    settings: Settings
    sources: Sources
    scope: Scope

    @property
    def default_cluster(self) -> str:
        """Return the name of the cluster that objects without a target go to."""
        return self.settings.default_cluster or DEFAULT_NAME

    @classmethod
    def read(cls, stacks: StackReader) -> StackContext:
        """Read the configuration of the stack that runs; ``stacks`` knows the outputs of others."""
        directory = Path(get_root_directory() or "")
        root = directory if directory.is_absolute() else Path.cwd()
        settings = _settings()
        scope = Scope.of(settings, project=pulumi.get_project(), stack=pulumi.get_stack(), wrap=opaque)
        fixtures = os.environ.get(FIXTURES)
        sources = stack_sources(
            settings,
            root,
            fixtures=Path(fixtures) if fixtures else None,
            offline=os.environ.get(OFFLINE, "").lower() in ("1", "true"),
            stacks=stacks,
            progress=_progress,
        )
        return cls(root, settings, sources, scope)


def _settings() -> Settings:
    prefix = f"{NAMESPACE}:"
    config = {key.removeprefix(prefix): value for key, value in _configuration().items() if key.startswith(prefix)}
    secret_keys = [key for key in config if is_config_secret(prefix + key)]
    return Settings.parse(config, file=f"Pulumi.{pulumi.get_stack()}.yaml", secret_keys=secret_keys)


def _configuration() -> dict[str, Any]:
    """Return the whole configuration: what the host has set, beside what it left in the environment."""
    return {**get_config_env(), **CONFIG.get()}


def _progress(text: str) -> None:
    pulumi.log.info(text, ephemeral=True)
