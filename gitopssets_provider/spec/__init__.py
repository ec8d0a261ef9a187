"""Definitions: what a set is, read from YAML or written in Python."""

from gitopssets_provider.spec.definition import HARD_LIMIT, CommonMetadata, Definition, GitOpsSetSpec, Limits
from gitopssets_provider.spec.loading import Broken, load, load_each
from gitopssets_provider.spec.parsing import API_VERSION, KIND, define, parse
from gitopssets_provider.spec.schema import schema

__all__ = [
    "API_VERSION",
    "HARD_LIMIT",
    "KIND",
    "Broken",
    "CommonMetadata",
    "Definition",
    "GitOpsSetSpec",
    "Limits",
    "define",
    "load",
    "load_each",
    "parse",
    "schema",
]
