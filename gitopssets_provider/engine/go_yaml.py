"""Read YAML with the types the CLI reads in ``Pulumi.yaml`` and stack files: those of Go's yaml.v3.

They are not the types of definitions (``documents``): here ``no`` and ``on`` are strings, ``010`` is eight, and a date
becomes the text Go prints for it. Both engines must hand one value to the program.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import yaml

from gitopssets_provider.errors import StackError

__all__ = ["read_go_yaml"]

_PLAIN: Final = "plain"
_STRING: Final = "tag:yaml.org,2002:str"
_MAX_BYTES: Final = 5 * 1024 * 1024
_MAX_DEPTH: Final = 64
_MAX_NODES: Final = 1_000_000
_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[-+]\d\d:\d\d))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?))?"
)


def read_go_yaml(text: bytes, *, file: str) -> Any:
    """Return the first document's value; an empty file is ``None``. Numbers without a fraction are ints."""
    if len(text) > _MAX_BYTES:
        raise StackError(f"is larger than {_MAX_BYTES // 1024 // 1024} MiB", file=file)
    try:
        node = next(iter(yaml.compose_all(text.removeprefix(b"\xef\xbb\xbf"), Loader=_Loader)), None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{file}:{mark.line + 1}" if mark else file
        raise StackError(f"is no YAML: {error.problem}", remedy="correct the file", file=place) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StackError(f"is no YAML: {str(error).splitlines()[0]}", remedy="correct the file", file=file) from error
    except RecursionError:
        raise StackError(f"is nested deeper than {_MAX_DEPTH}", file=file) from None
    return None if node is None else _Builder(file).build(node, 0)


class _Loader(yaml.CBaseLoader):
    """The C parser, which tells scalars without quotes and tag from all others."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: Any) -> str:  # noqa: ARG002
        """Return the tag of a node that has none."""
        if kind is yaml.ScalarNode:
            return _PLAIN if implicit[0] else _STRING
        return ""


class _Builder:
    """Turns nodes into values and counts them, since aliases can make few bytes into very many values."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._count = 0

    def build(self, node: yaml.Node, depth: int) -> Any:
        self._count += 1
        if depth > _MAX_DEPTH:
            raise self._error(node, f"is nested deeper than {_MAX_DEPTH}")
        if self._count > _MAX_NODES:
            raise self._error(node, f"holds more than {_MAX_NODES:,} values, aliases counted")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, depth + 1) for item in node.value]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            value = self.build(value_node, depth + 1)
            if key_node.value == "<<" and key_node.tag == _PLAIN:
                for other in value if isinstance(value, list) else [value]:
                    if not isinstance(other, dict):
                        raise self._error(key_node, "merges something that is no mapping")
                    merged = {**other, **merged}
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._error(key_node, "has a key that is no scalar")
            key = _key_text(_scalar(key_node))
            if key in own:
                raise self._error(key_node, f'has the key "{key}" twice')
            own[key] = value
        return {**merged, **own}

    def _error(self, node: yaml.Node, fact: str) -> StackError:
        return StackError(fact, remedy="correct the file", file=f"{self._file}:{node.start_mark.line + 1}")


def _key_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "<nil>" if value is None else str(value)


def _scalar(node: yaml.Node) -> Any:
    text: str = node.value
    if node.tag == _STRING:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if match := _TIMESTAMP.fullmatch(text):
        return _timestamp(text, match)
    return _number(text)


def _number(text: str) -> Any:
    plain = text.replace("_", "")
    if _INTEGER.fullmatch(plain):
        value = _integer(plain)
        if -(2**63) <= value < 2**64:
            return value
    if _FLOAT.fullmatch(plain):
        number = float(plain)
        return int(Decimal(repr(number))) if number.is_integer() and abs(number) < 1e21 else number
    return text


def _integer(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").lower()
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        return sign * int(digits, 8)
    return sign * int(digits, 0)


def _timestamp(text: str, match: re.Match[str]) -> str:
    """Return what Go prints for the time; text that names no possible time stays what it is."""
    year, month, day, *clock = match.groups()
    hour, minute, second, fraction = clock[:4] if clock[0] else clock[5:]
    zone = clock[4] or "Z"
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
    except ValueError:
        return text
    offset = "+0000 UTC" if zone in ("Z", "+00:00") else f"{zone.replace(':', '')} {zone.replace(':', '')}"
    digits = (fraction or "").rstrip("0").rstrip(".")
    return f"{moment:%Y-%m-%d %H:%M:%S}{digits} {offset}"
