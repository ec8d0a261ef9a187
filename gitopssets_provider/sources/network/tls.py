"""TLS: whom to trust, and what to show."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from httpcore2 import default_ssl_context

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network.message import Tls

__all__ = ["context_of"]


def context_of(tls: Tls) -> ssl.SSLContext:
    """Return the context for connections; a certificate that is not usable is an error, never the system's instead."""
    context = _trusting(tls.ca)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.client_certificate:
        with _file(tls.client_certificate + b"\n" + tls.client_key) as path:
            try:
                context.load_cert_chain(path, password=_no_password)
            except (ssl.SSLError, ValueError, OSError):
                raise SourceError(
                    "the client certificate or its key is not usable", remedy="give both as PEM"
                ) from None
    return context


def _trusting(ca: bytes) -> ssl.SSLContext:
    if not ca:
        return default_ssl_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=ca.decode("ascii"))
    except (ssl.SSLError, ValueError):
        raise SourceError("the CA certificates are not usable", remedy="give them as PEM") from None
    return context


def _no_password() -> str:
    """Answer instead of a question at the terminal; an encrypted key is refused."""
    return ""


@contextmanager
def _file(content: bytes) -> Iterator[str]:
    """Keep a key in a file that only we can read, for as long as OpenSSL reads it: it takes no key from memory."""
    handle, path = tempfile.mkstemp(prefix="gitopssets-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        yield path
    finally:
        Path(path).unlink()
