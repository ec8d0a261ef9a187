"""What every document must be before it is parsed: text of a sane size, in UTF-8, without control characters."""

from __future__ import annotations

import re
from typing import Final

from gitopssets_provider.errors import DefinitionError

__all__ = ["MAX_BYTES", "at_line", "decode"]

MAX_BYTES: Final = 5 * 1024 * 1024

# What YAML calls not printable; JSON refuses most of it by itself. Surrogates stand for bytes that are no text.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def at_line(file: str, line: int) -> str:
    """Return ``file:line``, or what stands for it where there is no file."""
    return f"{file}:{line}" if file else f"line {line}"


def decode(text: str | bytes, *, file: str, max_bytes: int = MAX_BYTES, printable: bool = True) -> str:
    """Return the text of a document without its byte order mark; raises ``DefinitionError`` where it cannot be one.

    ``printable`` is what people write; a program may answer with any character that its format allows.
    """
    if len(text) > max_bytes:
        raise DefinitionError(
            f"is {len(text):,} bytes long, the limit is {max_bytes:,}", remedy="split it", file=file or "document"
        )
    text = (_utf8(text, file) if isinstance(text, bytes) else text).removeprefix("\ufeff")
    if printable and (found := _UNPRINTABLE.search(text)):
        raise DefinitionError(
            f"is binary or holds a control character (U+{ord(found.group()):04X})",
            remedy="name a text file, or write the character as an escape in double quotes",
            file=at_line(file, text.count("\n", 0, found.start()) + 1),
        )
    return text


def _utf8(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DefinitionError(
            f"is no text in UTF-8 (byte 0x{data[error.start]:02x})",
            remedy="save it as UTF-8, or name another file",
            file=at_line(file, data.count(b"\n", 0, error.start) + 1),
        ) from None
