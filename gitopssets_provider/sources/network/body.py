"""The body of an answer: read to its end, unpacked, and never larger than it may be."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network.failures import CutShortError

__all__ = ["whole_body"]

_GZIP = 16 + zlib.MAX_WBITS


def whole_body(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Return the unpacked body; raises ``SourceError`` where it is larger than ``limit`` bytes, packed or not."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        parts: Iterable[bytes] = chunks
    elif encoding in ("gzip", "x-gzip"):
        parts = _unpacked(chunks, limit)
    else:
        raise SourceError(f"answers in the encoding {encoding[:40]!r}, which was not asked for")
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > limit:
            raise SourceError(f"the answer is larger than {limit:,} bytes", remedy="ask for less, or raise maxBytes")
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Unpack gzip in bounded steps; one that is damaged or has no end is an error."""
    unpacker = zlib.decompressobj(_GZIP)
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpacker.eof:
                raise CutShortError("answers more than the packed body it began")
            try:
                yield unpacker.decompress(rest, limit + 1)
            except zlib.error:
                raise CutShortError("answers a damaged gzip body") from None
            rest = unpacker.unconsumed_tail or unpacker.unused_data
    if not unpacker.eof:
        raise CutShortError("answers a gzip body without its end")
