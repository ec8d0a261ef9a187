"""The project: what ``Pulumi.yaml`` says, and where its program, stack files and state are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from gitopssets_provider.engine.go_yaml import read_go_yaml
from gitopssets_provider.errors import Problems, StackError, did_you_mean

__all__ = ["Declaration", "Project", "find_project", "load_project"]

_FILES: Final = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_TYPES: Final = ("array", "boolean", "integer", "object", "string")
_DECLARATION_KEYS: Final = ("default", "description", "items", "secret", "type", "value")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One key of the project's ``config:``: its type and default, or, in another namespace, its value.

    ``type`` is empty where none is declared, ``items`` describes the elements of an array. ``fallback`` is what a stack
    that does not set the key gets; without one (``None``) a key of the project's own namespace is required.
    """

    type: str = ""
    items: Mapping[str, Any] | None = None
    fallback: Any = None
    secret: bool = False

    @property
    def type_name(self) -> str:
        """Return the type as Pulumi's messages spell it: ``array<string>``."""
        return _type_name(self.type, self.items)


@dataclass(frozen=True, slots=True)
class Project:
    """A Pulumi project. ``config`` maps keys as ``Pulumi.yaml`` spells them to their declarations."""

    name: str
    file: Path
    runtime: str = "python"
    runtime_options: Mapping[str, Any] = field(default_factory=dict)
    main: str = ""
    stack_config_dir: str = ""
    backend_url: str = ""
    config: Mapping[str, Declaration] = field(default_factory=dict)
    always_refresh: bool = False

    @property
    def root(self) -> Path:
        """Return the folder of ``Pulumi.yaml``."""
        return self.file.parent

    @property
    def program(self) -> Path:
        """Return the folder (or file) of the program."""
        return self.root / self.main if self.main else self.root

    def stack_file(self, stack: str) -> Path:
        """Return where the configuration of a stack is, whether it exists or not."""
        return self.root / self.stack_config_dir / f"Pulumi.{stack}{self.file.suffix}"

    def stack_files(self) -> dict[str, Path]:
        """Return the configuration files that exist, by the name of their stack."""
        suffix = self.file.suffix
        files = sorted((self.root / self.stack_config_dir).glob(f"Pulumi.?*{suffix}"))
        return {path.name.removeprefix("Pulumi.").removesuffix(suffix): path for path in files}


def find_project(folder: Path | None = None) -> Project:
    """Return the project whose ``Pulumi.yaml`` lies in the folder (default: the current one) or nearest above it."""
    start = (folder or Path.cwd()).resolve()
    for place in (start, *start.parents):
        for name in _FILES:
            if (place / name).is_file():
                return load_project(place / name)
    raise StackError(
        f"there is no Pulumi.yaml in {start} or above it",
        remedy="run this in the folder of a Pulumi project, or name definition files instead of a stack",
    )


def load_project(file: Path) -> Project:
    """Read one ``Pulumi.yaml``."""
    try:
        content = read_go_yaml(file.read_bytes(), file=str(file))
    except OSError as error:
        raise StackError(f"cannot be read: {error.strerror}", file=str(file)) from error
    if not isinstance(content, dict):
        raise StackError("is no mapping", remedy='a project has at least "name" and "runtime"', file=str(file))
    problems = Problems()
    with problems.catch(file=str(file)):
        _check_name(content)
    reader = _Reader(content, str(file), problems)
    runtime = content.get("runtime") or "python"
    options = reader.mapping("options", of=runtime, path="runtime.options") if isinstance(runtime, dict) else {}
    declared = content.get("config")
    if isinstance(declared, str):  # the old spelling of stackConfigDir
        declared, content = None, {"stackConfigDir": declared, **content}
        reader.content = content
    project = Project(
        name=str(content.get("name", "")),
        file=file,
        runtime=str(runtime.get("name", "")) if isinstance(runtime, dict) else str(runtime),
        runtime_options=options,
        main=reader.text("main"),
        stack_config_dir=reader.text("stackConfigDir"),
        backend_url=_Reader(reader.mapping("backend"), str(file), problems, "backend.").text("url"),
        config=_declarations(str(content.get("name", "")), declared, str(file), problems),
        always_refresh=reader.mapping("options").get("refresh") == "always",
    )
    problems.raise_if_any()
    return project


def _check_name(content: Mapping[str, Any]) -> None:
    if "name" not in content:
        hint = did_you_mean("name", [key for key in content if key.lower().startswith("nam")])
        raise StackError('the project has no "name"', remedy=hint or "give it one")
    name = content["name"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise StackError(
            f"{name!r} is no project name",
            remedy="use 1 to 100 letters, digits, hyphens, underscores and periods (quote a number)",
            path="name",
        )


@dataclass(slots=True)
class _Reader:
    """Reads fields of a mapping and collects what is wrong with them."""

    content: Mapping[str, Any]
    file: str
    problems: Problems
    prefix: str = ""

    def text(self, key: str) -> str:
        value = self.content.get(key)
        if value is not None and not isinstance(value, str):
            self.problems.add(StackError("must be a text", path=self.prefix + key, file=self.file))
            return ""
        return value or ""

    def mapping(self, key: str, *, of: Mapping[str, Any] | None = None, path: str = "") -> dict[str, Any]:
        value = (self.content if of is None else of).get(key)
        if value is not None and not isinstance(value, dict):
            self.problems.add(StackError("must be a mapping", path=path or self.prefix + key, file=self.file))
            return {}
        return value or {}


def _declarations(project: str, declared: Any, file: str, problems: Problems) -> dict[str, Declaration]:
    if declared is None:
        return {}
    if not isinstance(declared, dict):
        problems.add(StackError("must be a mapping of keys to their types", path="config", file=file))
        return {}
    result = {}
    for key, value in declared.items():
        with problems.catch(f"config.{key}", file=file):
            result[key] = _declaration(project, key, value)
    return result


def _declaration(project: str, key: str, value: Any) -> Declaration:
    own = ":" not in key or key.startswith(f"{project}:")
    if isinstance(value, float):
        raise StackError("a fraction cannot be given in short", remedy=f"write {{default: {value}}}")
    if not isinstance(value, dict):
        if value is None and not own:
            raise StackError("belongs to another namespace and needs a value", remedy="write {value: ...}")
        return Declaration(fallback=value)
    for name in value:
        if name not in _DECLARATION_KEYS:
            raise StackError(f'unknown key "{name}"', remedy=did_you_mean(name, _DECLARATION_KEYS))
    if value.get("default") is not None and value.get("value") is not None:
        raise StackError('has both "default" and "value"', remedy="keep one")
    declaration = Declaration(
        type=value.get("type") or "",
        items=value.get("items"),
        fallback=value["default"] if value.get("default") is not None else value.get("value"),
        secret=value.get("secret") is True,
    )
    _check_declaration(declaration, value, own=own)
    return declaration


def _check_declaration(declaration: Declaration, value: Mapping[str, Any], *, own: bool) -> None:
    if not own:
        if declaration.type or value.get("default") is not None or declaration.fallback is None:
            raise StackError(
                "belongs to another namespace than the project's and takes a value, not a type or a default",
                remedy="write {value: ...}",
            )
        return
    kind, items = declaration.type, declaration.items
    while kind:
        if kind not in _TYPES:
            raise StackError(f'unknown type "{kind}"', remedy=did_you_mean(str(kind), _TYPES), path="type")
        if kind != "array":
            break
        if not isinstance(items, dict):
            raise StackError("is an array of nothing", remedy="name the type of its elements: {items: {type: string}}")
        kind, items = items.get("type") or "string", items.get("items")
    default = value.get("default")
    if declaration.type and default is not None and not fits(default, declaration.type, declaration.items):
        raise StackError(f"the default is not of type {declaration.type_name}", path="default")


def fits(value: Any, kind: str, items: Mapping[str, Any] | None) -> bool:
    """Say whether a value is of a declared type, as Pulumi sees it: a text may spell a number or a boolean."""
    if kind == "integer":
        spelt = isinstance(value, str) and re.fullmatch(r"[-+]?[0-9]+", value) is not None
        return spelt or (isinstance(value, int) and not isinstance(value, bool))
    if kind == "boolean":
        return isinstance(value, bool) or value in ("true", "false")
    if kind == "array":
        nested = items or {}
        element = str(nested.get("type") or "")
        return isinstance(value, list) and all(fits(item, element, nested.get("items")) for item in value)
    return isinstance(value, dict if kind == "object" else str)


def _type_name(kind: str, items: Mapping[str, Any] | None) -> str:
    return f"array<{_type_name(str(items.get('type') or ''), items.get('items'))}>" if items else kind
