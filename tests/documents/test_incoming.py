"""What is no text, or too much of it."""

from __future__ import annotations

import pytest

from gitopssets_provider.documents.incoming import MAX_BYTES, decode
from gitopssets_provider.errors import DefinitionError


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: 1\nb: \xff\n", "f:2: is no text in UTF-8 (byte 0xff)"),
        ("a: 1".encode("utf-16"), "f:1: is no text in UTF-8"),
        (b"\x7fELF\x02\x01", "f:1: is binary or holds a control character (U+007F)"),
        (b"a: 1\nb: \x00\n", "f:2: is binary or holds a control character (U+0000)"),
        ("a: \x1b[31m", "f:1: is binary or holds a control character (U+001B)"),
        ("a: \ud800", "f:1: is binary or holds a control character (U+D800)"),
        ("a: \ufffe", "f:1: is binary or holds a control character (U+FFFE)"),
        (b" " * (MAX_BYTES + 1), "f: is 5,242,881 bytes long, the limit is 5,242,880; split it"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(data: str | bytes, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        decode(data, file="f")
    assert str(caught.value).startswith(message)


def test_text_of_every_script_passes_without_its_byte_order_mark() -> None:
    text = "tab\tnew\r\nline \x85 é ü \u2028 語 😀 \ue000"
    assert decode("\ufeff" + text, file="f") == decode(text.encode(), file="f") == text
