"""The git generator: the files or the folders of a repository at one commit, or its branches or tags."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from gitopssets_provider.errors import GitOpsSetsError, Problems, SourceError
from gitopssets_provider.generators.base import Context, Generator, asking, register
from gitopssets_provider.generators.file_content import objects_in
from gitopssets_provider.generators.flux_source import flux_source
from gitopssets_provider.generators.objects import ObjectName
from gitopssets_provider.generators.path_selection import Selection, folders_of
from gitopssets_provider.generators.references import References
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.model.validation import nested
from gitopssets_provider.sources.base import Tree

__all__ = ["Git", "PathItem"]


class PathItem(Model):
    """A pattern, and whether what it matches is left out."""

    path: str = Field(description="A pattern, relative to the repository.")
    exclude: bool = Field(default=False, description="Whether matches, and all that is below them, are left out.")


@register
class Git(Generator):
    """Yields the files, or the folders, of a git repository, in byte order of their paths; or its branches or tags.

    The repository is a URL (``https``, ``ssh`` or ``file``), read at one commit without a checkout, or a local folder
    relative to the project. Without a ``revision`` a local folder is read as it lies there: tracked files, and those
    that no ``.gitignore`` names. Instead, ``gitRepository`` names a Flux ``GitRepository`` of the management cluster:
    its URL is read at the commit that Flux has fetched, with the user name and password of its Secret (an SSH key is
    the system's own).

    ``files`` are JSON or YAML, an object or a list of objects each; each object is an element whose keys are the
    parameters. ``directories`` yields an element for each folder that has files in it. Beside them stand ``file``
    (``path``, ``name``, ``stem``, ``directory``) or ``directory`` (``path``, ``basename``), and ``repository``
    (``url``, ``revision`` where one is given); each has a ``commit``, absent for a working tree.

    ``branches`` and ``tags`` yield an element each, with ``branch`` or ``tag`` (``name``, ``commit``, and ``version``
    where versions are asked for) beside ``repository``; nothing is fetched for it. The branches of a local folder are
    its own, not those it knows of others.

    In a pattern ``*`` does not cross ``/`` and ``**`` stands for any number of folders; ``?``, ``[a-z]`` and ``{a,b}``
    are known too, and a name that begins with a dot is matched only by a pattern that writes the dot. A pattern that
    matches nothing is an error unless ``allowEmpty`` is true. One that matches a link or a submodule, or leads through
    one, always is.
    """

    kind: ClassVar[str] = "git"

    repository: str = Field(default=".", description="A URL, or a folder relative to the project.")
    git_repository: ObjectName | None = Field(
        default=None, description="A Flux GitRepository ({name, namespace}) that says URL, commit and credentials."
    )
    revision: str | None = Field(
        default=None,
        description="A branch, a tag, a commit id or a full ref. Default: the working tree of a local folder, the "
        "default branch of a URL.",
    )
    files: Items[str | PathItem] = Field(default=(), description="Patterns of files: strings, or {path, exclude}.")
    directories: Items[str | PathItem] = Field(
        default=(), description="Patterns of folders: strings, or {path, exclude}."
    )
    branches: References | None = Field(default=None, description="Which branches; {} is all of them.")
    tags: References | None = Field(default=None, description="Which tags; {} is all of them.")

    @field_validator("files", "directories")
    @classmethod
    def _are_patterns(cls, items: Sequence[str | PathItem]) -> Sequence[str | PathItem]:
        try:
            Selection([_item(item) for item in items if "{{" not in _item(item)[0]])
        except GitOpsSetsError as error:
            raise nested(error) from None
        return items

    @model_validator(mode="after")
    def _files_or_directories(self) -> Git:
        if self.git_repository and self.model_fields_set & {"repository", "revision"}:
            raise ValueError("a gitRepository says repository and revision itself")
        chosen = (self.files, self.directories, self.branches is not None, self.tags is not None)
        if sum(map(bool, chosen)) != 1:
            raise ValueError("a git generator has exactly one of files, directories, branches and tags")
        if self._references and self.revision is not None:
            raise ValueError("branches and tags have no revision")
        if not self._references and all(_item(item)[1] for item in self.files or self.directories):
            raise ValueError("every path is excluded; add one that is not")
        return self

    @property
    def _references(self) -> References | None:
        """Return which branches or tags are meant; None where files or folders are."""
        return self.branches if self.branches is not None else self.tags

    def subject(self) -> str:
        """Return the patterns, and the repository unless it is the project's own."""
        if self._references:
            repository = f"GitRepository {self.git_repository.name}" if self.git_repository else self.repository
            return f"{'branches' if self.branches else 'tags'} of {repository}"
        patterns = ", ".join(path for path, exclude in map(_item, self.files or self.directories) if not exclude)
        if self.git_repository:
            return f"{patterns} in GitRepository {self.git_repository.name}"
        return patterns if self.repository == "." else f"{patterns} in {self.repository}"

    def expand(self, context: Context) -> list[Element]:
        """Return one element for each object of each file, for each folder, or for each branch or tag."""
        try:
            if self._references:
                return self._from_references(self._references, context)
            with asking():
                tree = self._tree(context)
            return self._from_files(tree, context) if self.files else self._from_directories(tree, context)
        except GitOpsSetsError as error:
            raise error.at(context.path) from None

    def _tree(self, context: Context) -> Tree:
        if self.git_repository is None:
            return context.sources.git.tree(self.repository, self.revision)
        source = flux_source(self.git_repository, context)
        return context.sources.git.tree(source.url, source.commit, source.credential)

    def _from_references(self, wanted: References, context: Context) -> list[Element]:
        kind: Literal["branches", "tags"] = "branches" if self.branches is not None else "tags"
        noun = "branch" if kind == "branches" else "tag"
        repository, credential = self.repository, None
        with asking():
            if self.git_repository:
                source = flux_source(self.git_repository, context)
                repository, credential = source.url, source.credential
            known = context.sources.git.references(repository, kind, credential)
        elements = []
        for reference, version in wanted.of(known, noun, kind, empty=self.allow_empty):
            own = {"name": reference.name, "commit": reference.commit, **({"version": version.text} if version else {})}
            origin = Origin(context.path, f"{noun} {reference.name} of {repository}", reference.commit)
            elements.append(Element({noun: own, "repository": {"url": repository}}, origin))
        return elements

    def _from_files(self, tree: Tree, context: Context) -> list[Element]:
        selection = Selection([_item(item) for item in self.files])
        paths = selection.of(tree.files, tree, "file", "files", empty=self.allow_empty)
        with asking():
            contents = tree.read(paths)
        elements: list[Element] = []
        problems = Problems()
        for path in paths:
            with problems.catch(), asking():
                known = self._known(tree, file=_file(path))
                origin = Origin(context.path, tree.repository, tree.commit, path)
                place = _place(tree, path)
                elements += [
                    Element(_joined(item, known, place), origin) for item in objects_in(contents[path], path, place)
                ]
        problems.raise_if_any()
        return elements

    def _from_directories(self, tree: Tree, context: Context) -> list[Element]:
        selection = Selection([_item(item) for item in self.directories])
        paths = selection.of(folders_of(tree.files), tree, "folder", "directories", empty=self.allow_empty)
        return [
            Element(
                self._known(tree, directory={"path": path, "basename": posixpath.basename(path)}),
                Origin(context.path, tree.repository, tree.commit, path),
            )
            for path in paths
        ]

    def _known(self, tree: Tree, **own: dict[str, str]) -> dict[str, dict[str, str]]:
        """Return what the generator knows; the commit is absent where there is none."""
        revision = {} if self.revision is None else {"revision": self.revision}
        known = {**own, "repository": {"url": tree.repository, **revision}}
        return {key: {**value, "commit": tree.commit} if tree.commit else value for key, value in known.items()}


def _item(item: str | PathItem) -> tuple[str, bool]:
    return (item, False) if isinstance(item, str) else (item.path, item.exclude)


def _file(path: str) -> dict[str, str]:
    name = posixpath.basename(path)
    return {"path": path, "name": name, "stem": name.rpartition(".")[0] or name, "directory": posixpath.dirname(path)}


def _place(tree: Tree, path: str) -> str:
    """Return a file's place for an error: a path of the project, or a path at a commit of a repository."""
    if tree.commit:
        return f"{path} at {tree.repository}@{tree.commit[:7]}"
    return posixpath.normpath(posixpath.join(tree.repository, path))


def _joined(item: Mapping[str, Any], known: Mapping[str, Any], place: str) -> dict[str, Any]:
    taken = [key for key in known if key in item]
    if taken:
        raise SourceError(f'has the key "{taken[0]}", which the generator sets itself', remedy="rename it", file=place)
    return {**item, **known}
