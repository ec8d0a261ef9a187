"""Generators: what yields the elements of a set. A new one is a file and a line here."""

from gitopssets_provider.generators.base import Context, Generator
from gitopssets_provider.generators.clusters import Clusters
from gitopssets_provider.generators.config import Config
from gitopssets_provider.generators.expansion import expand_all
from gitopssets_provider.generators.git import Git, PathItem
from gitopssets_provider.generators.http import Http
from gitopssets_provider.generators.image_policy import ImagePolicy
from gitopssets_provider.generators.list_ import List
from gitopssets_provider.generators.matrix import Concat, Matrix
from gitopssets_provider.generators.merge import Merge
from gitopssets_provider.generators.objects import ObjectName
from gitopssets_provider.generators.paging import Pages
from gitopssets_provider.generators.plugin import Plugin
from gitopssets_provider.generators.pull_requests import PullRequests
from gitopssets_provider.generators.registry import AnyGenerator, parse
from gitopssets_provider.generators.repositories import Repositories
from gitopssets_provider.generators.stack_outputs import StackOutputs

__all__ = [
    "AnyGenerator",
    "Clusters",
    "Concat",
    "Config",
    "Context",
    "Generator",
    "Git",
    "Http",
    "ImagePolicy",
    "List",
    "Matrix",
    "Merge",
    "ObjectName",
    "Pages",
    "PathItem",
    "Plugin",
    "PullRequests",
    "Repositories",
    "StackOutputs",
    "expand_all",
    "parse",
]
