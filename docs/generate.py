"""Write `docs/reference/` from the code: what a field means is said once, where the field is.

Run it with `make docs`; a test holds the pages against the code.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from gitopssets_provider.cli.application import application
from gitopssets_provider.generators.base import KINDS
from gitopssets_provider.settings import Settings
from gitopssets_provider.spec import schema
from gitopssets_provider.templating.filters import FILTERS

REFERENCE = Path(__file__).parent / "reference"
_DEFINITION = ("GitOpsSetSpec", "Limits", "CommonMetadata", "Template", "ObjectOptions", "CustomTimeouts", "Dependency")
_COMMON = ("where", "name", "allowEmpty")


def pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    definitions = schema()["$defs"]
    kinds = {kind: definitions[cls.__name__] for kind, cls in sorted(KINDS.items())}
    helpers = [
        name
        for name in definitions
        if name not in _DEFINITION and name not in {cls.__name__ for cls in KINDS.values()} | {"Metadata", "Generator"}
    ]
    settings = Settings.model_json_schema()
    return {
        "definition.md": _page("The definition", _sections(definitions, _DEFINITION)),
        "generators.md": _page("Generators", _generators(kinds, definitions, helpers)),
        "stack.md": _page(
            "The configuration of a stack",
            [
                "Keys of `Pulumi.<stack>.yaml`, in the namespace `gitopssets`: `gitopssets:sets`, and so on.",
                *_class("Settings", settings),
                *_sections(settings["$defs"], sorted(settings["$defs"])),
            ],
        ),
        "filters.md": _page("Filters", ["Written behind a bar: `{{ name | lower }}`.", _filters()]),
        "command-line.md": _page("The command line", _commands()),
    }


def _page(title: str, parts: list[str]) -> str:
    body = "\n\n".join(part.rstrip() for part in parts)
    return f"<!-- Made by `make docs` from the code. -->\n\n# {title}\n\n{body}\n"


def _sections(definitions: Mapping[str, Any], names: Any) -> list[str]:
    return [part for name in names for part in _class(name, definitions[name])]


def _class(name: str, model: Mapping[str, Any], *, without: tuple[str, ...] = ()) -> list[str]:
    parts = [f"## {name}", _prose(model.get("description", ""))]
    return [*parts, *_table(model, without)]


def _generators(kinds: Mapping[str, Any], definitions: Mapping[str, Any], helpers: list[str]) -> list[str]:
    first = next(iter(kinds.values()))
    common = {**first, "properties": {key: first["properties"][key] for key in _COMMON}}
    parts = ["Every generator takes these beside its own fields:", *_table(common, ())]
    for kind, model in kinds.items():
        parts += _class(kind, model, without=_COMMON)
    return [*parts, *_sections(definitions, helpers)]


def _table(model: Mapping[str, Any], without: tuple[str, ...]) -> list[str]:
    rows = [
        f"| `{name}` | {_type(field)} | {_default(name, field, model)} | {_cell(field.get('description', ''))} |"
        for name, field in model.get("properties", {}).items()
        if name not in without
    ]
    return ["\n".join(["| field | type | default | meaning |", "|---|---|---|---|", *rows])] if rows else []


def _type(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return "generator" if name == "Generator" else f"[{name}](#{name.lower()})"
    if "enum" in field or "const" in field:
        return " or ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    for union in ("anyOf", "oneOf", "allOf"):
        if union in field:
            return " or ".join(dict.fromkeys(_type(item) for item in field[union] if _is_told(item)))
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), Mapping):
        return f"mapping of {_type(field['additionalProperties'])}"
    return {"object": "mapping", None: "any"}.get(field.get("type"), str(field.get("type")))


def _is_told(alternative: Mapping[str, Any]) -> bool:
    """Leave out null, and that any field may hold an expression: that is said once, in the guide to generators."""
    return alternative.get("type") != "null" and alternative.get("pattern") != r"\{\{"


def _default(name: str, field: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    if name in model.get("required", ()):
        return "required"
    value = field.get("default")
    return "" if value in (None, "", [], {}) or isinstance(value, dict) else f"`{json.dumps(value)}`"


def _prose(text: str) -> str:
    return text.replace("``", "`")


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|")


def _filters() -> str:
    rows = [f"| `{name}` | {_cell(_first_sentence(filter_))} |" for name, filter_ in sorted(FILTERS.items())]
    return "\n".join(["| filter | what it does |", "|---|---|", *rows])


def _first_sentence(documented: Any) -> str:
    paragraph = (inspect.getdoc(documented) or "").split("\n\n")[0]
    return " ".join(paragraph.split()).split(". ")[0].rstrip(".:") + "."


def _commands() -> list[str]:
    root = application
    context = click.Context(root, info_name="gitopssets", **{**root.context_settings, "terminal_width": 100})
    parts = ["```\n" + root.get_help(context) + "\n```"]
    for name, command in _each(root, context):
        inner = click.Context(command, info_name=name, parent=context)
        parts += [f"## {name}", "```\n" + command.get_help(inner) + "\n```"]
    return parts


def _each(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield name, command
            for inner, leaf in _each(command, click.Context(command, info_name=name, parent=context)):
                yield f"{name} {inner}", leaf
        elif command is not None:
            yield name, command


def main() -> None:
    """Write every page."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
