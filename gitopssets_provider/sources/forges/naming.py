"""Names and URLs of forges as people write them."""

from __future__ import annotations

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.model.forge import ForgeServer

__all__ = ["base_url", "parts_of"]


def base_url(server: ForgeServer, default: str = "") -> str:
    """Return the server's URL without a slash at its end."""
    url = server.url.rstrip("/") or default
    if not url:
        raise DefinitionError(f"{server.kind} has no server of its own", remedy="write server: https://...")
    if "?" in url or "#" in url:
        raise DefinitionError("the server's URL has a query or a fragment", remedy="write https://host", path="server")
    return url


def parts_of(name: str, shape: str, *, least: int, most: int = 0) -> list[str]:
    """Return what stands between the slashes of a name; ``shape`` says how such a name looks."""
    parts = name.strip("/").split("/")
    if not least <= len(parts) <= (most or least) or any(part in ("", ".", "..") for part in parts):
        raise DefinitionError(f'"{name}" does not look like {shape}')
    return parts
