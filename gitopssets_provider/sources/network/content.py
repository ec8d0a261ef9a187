"""What an answer must be before anybody reads it."""

from __future__ import annotations

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network.failures import CutShortError
from gitopssets_provider.sources.network.message import Request, Response

__all__ = ["check_content", "check_status"]

_JSON = ("application/json", "text/json", "text/plain", "application/octet-stream", "")


def check_status(status: int, request: Request, host: str, *, with_credentials: bool) -> None:
    """Refuse a status that the one who asks does not understand; say what it usually means."""
    if status in request.statuses:
        return
    if status in (401, 403) and with_credentials:
        raise SourceError(f"{host} refuses the credentials (HTTP {status})", remedy="check them and what they allow")
    if status in (401, 403):
        raise SourceError(f"{host} asks for credentials (HTTP {status})", remedy=_credentials(host))
    if status == 404:
        hint = "" if with_credentials else f"; if it is private, {_credentials(host)}"
        raise SourceError(f"{host} has no such thing (HTTP 404)", remedy=f"check the URL{hint}")
    if status in (204, 205, 206):
        raise SourceError(f"{host} answers HTTP {status}, which is not a whole answer", remedy="check the URL")
    if 300 <= status < 400:
        raise SourceError(f"{host} answers HTTP {status} without a usable place to go", remedy="check the URL")
    raise SourceError(
        f"{host} answers HTTP {status}", remedy="try again later" if status >= 500 else "check the request"
    )


def check_content(response: Response, request: Request) -> None:
    """Refuse a body that is not what was asked for. What is said beside an expected failure may be anything."""
    if not 200 <= response.status < 300 or request.method == "HEAD":
        return
    if request.accept == "json":
        _check_json(response)
    elif "content-length" not in response.headers and "transfer-encoding" not in response.headers:
        raise CutShortError("does not say where its answer ends, so that a part would look like the whole")


def _check_json(response: Response) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status in (204, 205, 206) or not response.body.strip():
        raise CutShortError(f"answers nothing (HTTP {response.status}) where JSON was asked for")
    if kind not in _JSON and not kind.endswith("+json"):
        raise SourceError(f"answers {kind[:60]!r} where JSON was asked for", remedy="check the URL")
    try:
        response.json()
    except SourceError as error:
        raise CutShortError(problems=error.problems) from None


def _credentials(host: str) -> str:
    return f"give credentials for {host} under gitopssets:credentials or in GITOPSSETS_CREDENTIALS"
