"""The project: what ``Pulumi.yaml`` says, and where its program and stack files are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from gitopssets_provider.engine.declaration import Declaration
from gitopssets_provider.engine.go_yaml import read_go_yaml
from gitopssets_provider.errors import Problems, StackError, did_you_mean

__all__ = ["Project", "find_project", "load_project", "project_file"]

_Kind = TypeVar("_Kind", str, dict[str, Any])

_FILES: Final = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")


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
        return self.root / self.main

    @property
    def folder(self) -> Path:
        """Return the folder the program runs in, from which it and its providers find relative paths."""
        program = self.program.resolve()
        return program if program.is_dir() else program.parent

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
    file = project_file(start)
    if file is None:
        raise StackError(
            f"there is no Pulumi.yaml in {start} or above it", remedy="run this in the folder of a Pulumi project"
        )
    return load_project(file)


def project_file(folder: Path) -> Path | None:
    """Return the ``Pulumi.yaml`` that lies in a folder or nearest above it, None where there is none."""
    places = (folder, *folder.parents)
    return next((place / name for place in places for name in _FILES if (place / name).is_file()), None)


def load_project(file: Path) -> Project:
    """Read one ``Pulumi.yaml``."""
    try:
        content = read_go_yaml(file.read_bytes(), file=str(file))
        return _project(content, file)
    except OSError as error:
        raise StackError(f"cannot be read: {error.strerror}", file=str(file)) from error
    except StackError as error:
        raise error.at(file=str(file)) from error


def _project(content: Any, file: Path) -> Project:
    if not isinstance(content, dict):
        raise StackError("is no mapping", remedy='a project has at least "name" and "runtime"')
    name = _name(content)
    if isinstance(content.get("config"), str):  # an old spelling of stackConfigDir
        content = {"stackConfigDir": content["config"], **content, "config": None}
    runtime = content.get("runtime")
    detailed = {"name": runtime} if isinstance(runtime, str) else _optional(content, "runtime", dict)
    return Project(
        name=name,
        file=file,
        runtime=_optional(detailed, "name", str, "runtime.") or "python",
        runtime_options=_optional(detailed, "options", dict, "runtime."),
        main=_optional(content, "main", str),
        stack_config_dir=_optional(content, "stackConfigDir", str),
        backend_url=_optional(_optional(content, "backend", dict), "url", str, "backend."),
        config=_declarations(name, _optional(content, "config", dict)),
        always_refresh=_optional(content, "options", dict).get("refresh") == "always",
    )


def _name(content: Mapping[str, Any]) -> str:
    name = content.get("name")
    if name is None:
        near = [key for key in content if key.lower() != "runtime" and did_you_mean(key, ["name"]).startswith("did")]
        raise StackError('the project has no "name"', remedy=f'rename "{near[0]}"' if near else "give it one")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise StackError(
            f"{name!r} is no name of a project",
            remedy="use 1 to 100 letters, digits, hyphens, underscores and periods",
            path="name",
        )
    return name


def _declarations(project: str, config: Mapping[str, Any]) -> dict[str, Declaration]:
    problems = Problems()
    declarations = {}
    for key, value in config.items():
        with problems.catch(f"config.{key}"):
            if "." in key or "[" in key:
                raise StackError(
                    "is a path into a value", remedy="this needs the Pulumi CLI; or declare the value whole"
                )
            declarations[key] = Declaration.parse(value, own=":" not in key or key.startswith(f"{project}:"))
    problems.raise_if_any()
    return declarations


def _optional(content: Mapping[str, Any], key: str, kind: type[_Kind], prefix: str = "") -> _Kind:
    value = content.get(key)
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise StackError(f"must be a {'text' if kind is str else 'mapping'}", path=prefix + key)
    return value
