"""How one string is written in YAML, as go-yaml decides it: plain, in quotes, or as a literal block."""

from __future__ import annotations

import calendar
import re
from functools import lru_cache
from typing import Final

from gitopssets_provider.documents.yaml_types import plain_value

__all__ = ["key_string", "string"]

_WIDTH: Final = 80

_BREAK: Final = "\n\u2028\u2029"
# What only double quotes can hold: tab, control characters, half surrogates, and all that has more than 16 bits.
_SPECIAL: Final = re.compile("[^\n -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_SPACE_BEFORE_BREAK: Final = re.compile(f" [{_BREAK}]")
_BREAK_AND_SPACE: Final = re.compile(f" [{_BREAK}]|[{_BREAK}] ")
_BREAKS: Final = re.compile("([\u2028\u2029]+)")
_LINE_BEGINS: Final = re.compile(f"(?<![^{_BREAK}])(?![{_BREAK}])(?!\\Z)")
_ONLY_SIMPLE: Final = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@=+-]*")
_NOT_PLAIN: Final = re.compile(
    r"""[#,\[\]{}&*!|>'"%@`]|[-?:](?:[ ]|\Z)|---|\.\.\.|[ ]|.*(?:[ ]\Z|:(?:[ ]|\Z)|[ ]\#)""", re.DOTALL
)
_SEXAGESIMAL: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_TIMESTAMP: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?:[Tt](?P<hour>[0-9]{1,2}):[0-5]?[0-9]:[0-5]?[0-9](?:[.,][0-9]+)?(?:Z|[-+](?:[01][0-9]|2[0-4]):[0-5][0-9]))"
    r"|(?: (?P<hour2>[0-9]{1,2}):[0-5]?[0-9]:[0-5]?[0-9](?:[.,][0-9]+)?))?"
)
_ESCAPES: Final = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip
_ESCAPED: Final = re.compile('[\\\\"\n\u2028\u2029]|[^\n -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]')
_EVERYTHING: Final = re.compile(".", re.DOTALL)
_SINGLE_SPACE: Final = re.compile("(?<! ) (?! )")
_FIRST_SPACE: Final = re.compile("(?<! ) ")


def string(value: str, column: int, indent: int) -> str:
    """Return the string as a value that begins at ``column`` and whose further lines stand at ``indent``."""
    if "\n" in value and _fits_literal(value):
        return _literal(value, indent)
    written = _written(value)
    if "\u2028" in written or "\u2029" in written:
        return _fold_lines(written, column, indent)
    if column + len(written) <= _WIDTH or " " not in value:
        return written
    return _fold_double(written, column, indent) if written[0] == '"' else _fold(written, column, indent)


def key_string(value: str) -> str:
    """Return the string as a key: on one line, however long."""
    # go-yaml writes this one plain and then reads it as a merge.
    return '"<<"' if value == "<<" else _written(value)


@lru_cache(maxsize=8192)
def _written(value: str) -> str:
    """Return the string on one line, if one leaves out what folding does."""
    if _ONLY_SIMPLE.fullmatch(value) and isinstance(plain_value(value), str):
        return value
    if "\n" in value or _SPECIAL.search(value) or _BREAK_AND_SPACE.search(value) or not _reads_as_string(value):
        return _double(value)
    if _NOT_PLAIN.match(value) or "\u2028" in value or "\u2029" in value:
        return "'" + value.replace("'", "''") + "'"
    return value


def _reads_as_string(value: str) -> bool:
    """Say whether the string, written plain, would be read as a string by YAML 1.1 as well."""
    return isinstance(plain_value(value), str) and not _SEXAGESIMAL.fullmatch(value) and not _is_timestamp(value)


def _is_timestamp(value: str) -> bool:
    match = _TIMESTAMP.fullmatch(value)
    if not match or int(match["hour"] or match["hour2"] or 0) > 23:
        return False
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    # The calendar repeats every 400 years, and this one begins with year 1.
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year + 400, month)[1]


def _double(value: str) -> str:
    # A byte order mark in front makes go-yaml escape each character.
    escaped = _EVERYTHING if value.startswith("\ufeff") else _ESCAPED
    return f'"{escaped.sub(_escape, value)}"'


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    width = 2 if code <= 0xFF else 4 if code <= 0xFFFF else 8
    return _ESCAPES.get(char) or f"\\{'xuU'[width // 4]}{code:0{width}X}"


def _fits_literal(value: str) -> bool:
    # Behind a line break of Unicode go-yaml forgets to begin the next line, and nobody could read its text.
    return value[-1] not in " \u2028\u2029" and not _SPACE_BEFORE_BREAK.search(value) and not _SPECIAL.search(value)


def _literal(value: str, indent: int) -> str:
    hint = "2" if value[0] in f" {_BREAK}" else ""
    chomp = "-" if value[-1] != "\n" else "+" if value == "\n" or value[-2] in _BREAK else ""
    text = _LINE_BEGINS.sub(" " * indent, value)
    return f"|{hint}{chomp}\n{text.removesuffix(chr(10))}"


def _fold_lines(written: str, column: int, indent: int) -> str:
    """Fold a single-quoted string that has line breaks of Unicode in it: each begins a line of its own."""
    parts = _BREAKS.split(written)
    for at in range(0, len(parts), 2):
        pad = " " * indent if at and parts[at] != "'" else ""
        parts[at] = pad + _fold(parts[at], indent if at else column, indent)
    return "".join(parts)


def _fold(written: str, column: int, indent: int) -> str:
    """Fold a plain or single-quoted string: the first single space behind column 80 becomes a line break."""
    lines, start = [], 0
    quoted = written[0] == "'"
    for match in _SINGLE_SPACE.finditer(written):
        at = match.start()
        if column + at - start > _WIDTH and not (quoted and at in (1, len(written) - 2)):
            lines.append(written[start:at])
            start, column = at + 1, indent
    lines.append(written[start:])
    return ("\n" + " " * indent).join(lines)


def _fold_double(written: str, column: int, indent: int) -> str:
    """Fold a double-quoted string: so does the first of several spaces, and a backslash keeps the others."""
    lines, start, kept = [], 0, ""
    for match in _FIRST_SPACE.finditer(written):
        at = match.start()
        if column + at - start > _WIDTH and 1 < at < len(written) - 2:
            lines.append(kept + written[start:at])
            kept = "\\" if written[at + 1] == " " else ""
            start, column = at + 1, indent + len(kept)
    lines.append(kept + written[start:])
    return ("\n" + " " * indent).join(lines)
