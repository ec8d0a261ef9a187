"""The real sources are wired once."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.git import GitRepositories
from gitopssets_provider.sources.inventory import FixedClusters
from gitopssets_provider.sources.live import live


def test_credentials_of_the_configuration_win_over_the_environment(tmp_path: Path) -> None:
    environment = {"GITOPSSETS_CREDENTIALS": '{"a": {"password": "env"}, "b": {"password": "env"}}'}
    configured = {"a": Credential(password="stack")}
    sources = live(tmp_path, FixedClusters(), credentials=configured, environment=environment)
    assert isinstance(sources.git, GitRepositories)
    assert sources.git.credentials == {"a": Credential(password="stack"), "b": Credential(password="env")}


def test_credentials_that_cannot_be_read_are_an_error_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="GITOPSSETS_CREDENTIALS: is no JSON"):
        live(tmp_path, FixedClusters(), environment={"GITOPSSETS_CREDENTIALS": "nope"})
