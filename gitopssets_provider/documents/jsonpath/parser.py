"""From the text of an expression to its parts, with the errors that kubectl tells."""

from __future__ import annotations

import re
from typing import Any, NoReturn, cast

from gitopssets_provider.documents.jsonpath.nodes import (
    Constant,
    Field,
    Filter,
    Keyword,
    Node,
    Recursive,
    Slice,
    Steps,
    Union,
    Wildcard,
)
from gitopssets_provider.errors import DefinitionError

__all__ = ["parse_template"]

_FIELD = re.compile(r"(?:\\.|[^\\ \t\r\n.,\[\]$@{}])*", re.DOTALL)
_WORD = re.compile(r"[^ \t\r\n.,\[\]$@{}]+")
_NUMBER = re.compile(r"[+-]?[0-9.]*")
_ARRAY = re.compile(r"\[([^\]\n]*)\]")
_KEY = re.compile(r"'([^']*)'")
_SLICE = re.compile(r"(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?")
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)", re.DOTALL)
_QUOTED = {quote: re.compile(rf"{quote}((?:\\.|[^{quote}\\\n])*){quote}") for quote in "'\""}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_OPERATORS = ("==", "!=", "<", "<=", ">", ">=")


def parse_template(text: str) -> list[Steps]:
    """Return the parts of a template: the steps of each ``{...}``, and the texts between them as constants."""
    parts: list[Steps] = []
    position = 0
    while position < len(text):
        brace = text.find("{", position)
        end = len(text) if brace < 0 else brace
        if end > position:
            parts.append((Constant(text[position:end]),))
        if brace < 0:
            break
        action = _Action(text, brace + 1)
        parts.append(action.steps())
        position = action.position
    return parts


def _of(text: str) -> Steps:
    """Return the steps of an expression that stands within another one."""
    return _Action(f"{text}}}", 0).steps()


def _fail(fact: str) -> NoReturn:
    raise DefinitionError(f"is no JSONPath: {fact}", remedy="write it as kubectl does, such as {.items[*].spec}")


class _Action:
    """Reads one ``{...}``, from behind its opening brace to behind its closing one."""

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.position = position
        self._found: list[Node] = []

    def steps(self) -> Steps:
        while not self._take("}"):
            self._step()
        return tuple(self._found)

    def _step(self) -> None:
        character = self.text[self.position : self.position + 1]
        if character in ("", "\r", "\n"):
            _fail("unclosed action")
        if self._take("[?("):
            self._filter()
        elif self._take(".."):
            self._recursive()
        elif character == "[":
            self._array()
        elif character in "'\"":
            self._quoted(character)
        elif character in " @$":
            self.position += 1
        elif self._take("."):
            self._field()
        else:
            self._bare(character)

    def _take(self, prefix: str) -> bool:
        found = self.text.startswith(prefix, self.position)
        self.position += len(prefix) if found else 0
        return found

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return match

    def _bare(self, character: str) -> None:
        if character in "+-" or character.isdigit():
            self._number()
        elif character == "_" or character.isalnum():
            word = cast("re.Match[str]", self._match(_WORD)).group()
            self._found.append(Constant(word == "true") if word in ("true", "false") else Keyword(word))
        else:
            _fail(f"unrecognized character in action: U+{ord(character):04X} '{character}'")

    def _number(self) -> None:
        digits = cast("re.Match[str]", self._match(_NUMBER)).group()
        try:
            value = int(digits) if "." not in digits else float(digits)
        except ValueError:
            _fail(f"cannot parse number {digits}")
        self._found.append(Constant(value))

    def _field(self) -> None:
        name = cast("re.Match[str]", self._match(_FIELD)).group()
        self._found.append(Wildcard() if name == "*" else Field(name.replace("\\", "")))

    def _recursive(self) -> None:
        if self._found and isinstance(self._found[-1], Recursive):
            _fail("invalid multiple recursive descent")
        self._found.append(Recursive())
        following = self.text[self.position : self.position + 1]
        if following == "_" or following.isalnum():
            self._field()

    def _quoted(self, quote: str) -> None:
        match = self._match(_QUOTED[quote])
        if not match:
            _fail("unterminated quoted string")
        self._found.append(Constant(_ESCAPE.sub(lambda escape: _unescaped(escape.group(1), quote), match.group(1))))

    def _array(self) -> None:
        match = self._match(_ARRAY)
        if not match:
            _fail("unterminated array")
        text = match.group(1)
        parts = text.split(",")
        if len(parts) > 1:
            self._found.append(Union(tuple(_of(f"[{part.strip(' ')}]") for part in parts)))
        elif key := _KEY.fullmatch(text):
            self._found += _of(f".{key.group(1)}")
        else:
            self._found.append(_slice(":" if text == "*" else text))

    def _filter(self) -> None:
        end = self._end_of_filter()
        text, self.position = self.text[self.position : end], end + 2
        comparison = _COMPARISON.fullmatch(text)
        if not comparison:
            self._found.append(Filter(_of(text), "", ()))
            return
        left, operator, right = comparison.groups()
        if operator not in _OPERATORS:
            _fail(f"unrecognized filter operator {operator}")
        self._found.append(Filter(_of(left), cast("Any", operator), _of(right)))

    def _end_of_filter(self) -> int:
        """Return where the filter's closing parenthesis is; one within quotes is none."""
        quote = ""
        position = self.position
        while position < len(self.text) and self.text[position] != "\n":
            character = self.text[position]
            if character == "\\":
                position += 1
            elif quote:
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
            elif character == ")":
                if not self.text.startswith("]", position + 1):
                    _fail("unclosed array expect ]")
                return position
            position += 1
        return _fail("unterminated filter")


def _slice(text: str) -> Slice:
    match = _SLICE.fullmatch(text)
    if not match:
        _fail(f"invalid array index {text}")
    first, second, third = match.groups()
    if second is None:
        start = _index(first) or 0
        return Slice(start, start + 1, None, single=True)
    return Slice(_index(first), _index(second[1:]), _index(third[1:]) if third else None)


def _index(digits: str) -> int | None:
    if not digits:
        return None
    if digits == "-" or len(digits) > 18:
        _fail(f"array index {digits} is not a number")
    return int(digits)


def _unescaped(escape: str, quote: str) -> str:
    if escape in _ESCAPED or escape == quote:
        return _ESCAPED.get(escape, escape)
    digits = escape[1:] if escape[0] in "xuU" else escape
    try:
        return chr(int(digits, 16 if escape[0] in "xuU" else 8))
    except (ValueError, OverflowError):
        _fail(f"unquote string error: \\{escape} is no escape")
