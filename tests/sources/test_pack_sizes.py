"""What a pack would become is known before it is unpacked."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.git import GitRepositories
from gitopssets_provider.sources.pack_sizes import check_pack_sizes

_MIB = 1024 * 1024


def _object(kind: int, size: int, data: bytes, *, before: bytes = b"") -> bytes:
    head = bytearray()
    byte, rest = kind << 4 | size & 15, size >> 4
    while rest:
        head.append(byte | 128)
        byte, rest = rest & 127, rest >> 7
    return bytes([*head, byte]) + before + zlib.compress(data)


def _pack(*objects: bytes) -> io.BytesIO:
    file = io.BytesIO()
    file.write(b"PACK" + (2).to_bytes(4, "big") + len(objects).to_bytes(4, "big") + b"".join(objects) + b"x" * 20)
    return file


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def _delta(result: int) -> bytes:
    return _varint(10) + _varint(result) + b"\x90\x0a"


def test_packs_that_git_makes_pass_and_keep_their_position(repository: Any, tmp_path: Path) -> None:
    for number in range(12):
        repository.commit({"a.yaml": "line\n" * 500 + f"{number}\n", f"{number}.bin": os.urandom(2000)})
    repository.git("gc", "-q", "--aggressive")
    (pack,) = (repository.path / ".git" / "objects" / "pack").glob("*.pack")
    with pack.open("rb") as file:
        file.seek(0, 2)
        check_pack_sizes(file, _MIB)
        assert file.tell() == pack.stat().st_size
        with pytest.raises(SourceError, match="sends objects of more than 0 MiB"):
            check_pack_sizes(file, 20_000)


@pytest.mark.parametrize(
    "objects",
    [
        [_object(3, 3 * _MIB, b"\0" * 3 * _MIB)],
        [_object(3, _MIB, b"\0" * _MIB)] * 3,
        [_object(3, 1 << 40, b"small")],
        [_object(6, len(_delta(1 << 40)), _delta(1 << 40), before=b"\x81\x05")],
        [_object(7, len(_delta(3 * _MIB)), _delta(3 * _MIB), before=b"r" * 20)],
    ],
    ids=["compressed", "many", "declared", "offset delta", "reference delta"],
)
def test_a_small_pack_that_stands_for_much_is_refused(objects: list[bytes]) -> None:
    with pytest.raises(SourceError, match="sends objects of more than 2 MiB"):
        check_pack_sizes(_pack(*objects), 2 * _MIB)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PACK",
        b"JUNK" + b"\0" * 30,
        b"PACK" + (2).to_bytes(4, "big") + (5).to_bytes(4, "big"),
        _pack(_object(3, 10, b"\0" * _MIB)).getvalue(),
        _pack(_object(3, 10, b"0123456789")).getvalue()[:-25],
        b"PACK" + (2).to_bytes(4, "big") + (1).to_bytes(4, "big") + b"\x35garbage that is not compressed",
    ],
)
def test_what_is_no_pack_is_an_error_soon(content: bytes) -> None:
    file = io.BytesIO(content)
    file.seek(0, 2)
    with pytest.raises((ValueError, zlib.error)):
        check_pack_sizes(file, _MIB)


def test_a_large_file_behind_a_server_is_refused(repository: Any, server: Any, tmp_path: Path) -> None:
    repository.commit({"big.yaml": b"a" * (5 * _MIB + 1), "small.yaml": "s", "other.yaml": "o"})
    tree = GitRepositories(tmp_path).tree(f"{server.url}/env/.git", None)
    assert tree.read(["small.yaml"]) == {"small.yaml": b"s"}
    assert tree.read(["other.yaml"]) == {"other.yaml": b"o"}
    with pytest.raises(SourceError, match=r"lacks the content of big.yaml, or it is larger than 5 MiB"):
        tree.read(["big.yaml"])
    with pytest.raises(SourceError, match=r"big.yaml is larger than 5 MiB"):
        GitRepositories(tmp_path).tree(f"{server.url}/env/.git", "main").read(["big.yaml"])
