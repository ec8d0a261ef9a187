"""How large a pack becomes: known from its headers, before anything in it is kept in memory."""

from __future__ import annotations

import zlib
from typing import IO

from gitopssets_provider.errors import SourceError

__all__ = ["check_pack_sizes"]

_CHUNK = 64 * 1024
_OFFSET_DELTA, _REFERENCE_DELTA = 6, 7


def check_pack_sizes(pack: IO[bytes], limit: int) -> None:
    """Refuse a pack whose objects together are larger than ``limit``. The file's position is kept.

    A few kilobytes may stand for gigabytes, by compression or by a delta that copies without end; both say so first.
    Anything that is no pack raises ``ValueError`` or ``zlib.error``.
    """
    end = pack.tell()
    pack.seek(0)
    head = pack.read(12)
    if len(head) < 12 or head[:4] != b"PACK":
        raise ValueError("no pack")
    total = 0
    for _ in range(int.from_bytes(head[8:12], "big")):
        total += _object_size(pack, limit)
        if total > limit:
            raise SourceError(f"sends objects of more than {limit // 1024 // 1024} MiB")
    pack.seek(end)


def _object_size(pack: IO[bytes], limit: int) -> int:
    """Return the size that one object says it has, and stand behind it."""
    byte = _byte(pack)
    kind, size, shift = byte >> 4 & 7, byte & 15, 4
    while byte & 128:
        byte = _byte(pack)
        size |= (byte & 127) << shift
        shift += 7
    if kind == _OFFSET_DELTA:
        while _byte(pack) & 128:
            pass
    elif kind == _REFERENCE_DELTA:
        pack.seek(20, 1)
    if size > limit:
        return size
    begin = _inflate(pack, size)
    return max(size, _delta_result(begin)) if kind in (_OFFSET_DELTA, _REFERENCE_DELTA) else size


def _byte(pack: IO[bytes]) -> int:
    found = pack.read(1)
    if not found:
        raise ValueError("the pack ends early")
    return found[0]


def _inflate(pack: IO[bytes], size: int) -> bytes:
    """Go to the end of compressed data of a known size, and return how it begins."""
    inflater = zlib.decompressobj()
    begin, seen = b"", 0
    while not inflater.eof:
        chunk = inflater.unconsumed_tail or pack.read(_CHUNK)
        if not chunk or seen > size:
            raise ValueError("the pack ends early, or holds more than it says")
        data = inflater.decompress(chunk, _CHUNK)
        begin, seen = begin or data[:32], seen + len(data)
    pack.seek(-len(inflater.unused_data), 1)
    return begin


def _delta_result(delta: bytes) -> int:
    """Return the size of what a delta makes: the second number at its beginning."""
    sizes, value, shift = [], 0, 0
    for byte in delta:
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            sizes.append(value)
            value = shift = 0
    return sizes[1] if len(sizes) > 1 else 0
