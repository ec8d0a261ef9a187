"""GitOpsSets for Pulumi: one definition becomes the objects of every environment and cluster.

::

    from gitopssets_provider import Git, GitOpsSet, GitOpsSetSpec, Template

    GitOpsSet("podinfo", GitOpsSetSpec(generators=[Git(files=["environments/*.yaml"])], templates=[Template(...)]))

Names are imported when they are first used: planning needs no Pulumi, and a command line should start at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitopssets_provider.component import GitOpsSet, deploy
    from gitopssets_provider.errors import GitOpsSetsError
    from gitopssets_provider.generators import (
        Clusters,
        Concat,
        Generator,
        Git,
        List,
        Matrix,
        Merge,
        Plugin,
        StackOutputs,
    )
    from gitopssets_provider.model.cluster import Cluster
    from gitopssets_provider.model.element import Element
    from gitopssets_provider.model.plan import Plan
    from gitopssets_provider.model.selector import LabelSelector, LabelSelectorRequirement
    from gitopssets_provider.model.template import CustomTimeouts, Dependency, ObjectOptions, Template
    from gitopssets_provider.planning import Scope, plan
    from gitopssets_provider.settings import Settings
    from gitopssets_provider.sources.base import Sources
    from gitopssets_provider.spec import CommonMetadata, Definition, GitOpsSetSpec, Limits, define, load, parse, schema

__version__ = "0.1.0"

__all__ = [
    "Cluster",
    "Clusters",
    "CommonMetadata",
    "Concat",
    "CustomTimeouts",
    "Definition",
    "Dependency",
    "Element",
    "Generator",
    "Git",
    "GitOpsSet",
    "GitOpsSetSpec",
    "GitOpsSetsError",
    "LabelSelector",
    "LabelSelectorRequirement",
    "Limits",
    "List",
    "Matrix",
    "Merge",
    "ObjectOptions",
    "Plan",
    "Plugin",
    "Scope",
    "Settings",
    "Sources",
    "StackOutputs",
    "Template",
    "define",
    "deploy",
    "load",
    "parse",
    "plan",
    "schema",
]

_HOMES = {
    "component": ("GitOpsSet", "deploy"),
    "errors": ("GitOpsSetsError",),
    "generators": ("Clusters", "Concat", "Generator", "Git", "List", "Matrix", "Merge", "Plugin", "StackOutputs"),
    "model.cluster": ("Cluster",),
    "model.element": ("Element",),
    "model.plan": ("Plan",),
    "model.selector": ("LabelSelector", "LabelSelectorRequirement"),
    "model.template": ("CustomTimeouts", "Dependency", "ObjectOptions", "Template"),
    "planning": ("Scope", "plan"),
    "settings": ("Settings",),
    "sources.base": ("Sources",),
    "spec": ("CommonMetadata", "Definition", "GitOpsSetSpec", "Limits", "define", "load", "parse", "schema"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
