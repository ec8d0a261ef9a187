"""When to ask again: what a server says of it, and what is done where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["TRANSIENT", "is_limited", "pause", "wait_asked_for"]

TRANSIENT = frozenset({429, 500, 502, 503, 504})
_RESETS = ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")
_REMAINING = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")
# Below it a reset is a number of seconds, above it a moment in Unix time: both are in use.
_MOMENT = 1_000_000_000


def is_limited(status: int, headers: Mapping[str, str]) -> bool:
    """Say whether a refusal is a limit of requests: 429 always, 403 where its headers say so."""
    if status == 429:
        return True
    return status == 403 and ("retry-after" in headers or any(headers.get(name) == "0" for name in _REMAINING))


def wait_asked_for(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds to wait that the server names; None where it names none, or nothing that can be read."""
    asked = _retry_after(headers.get("retry-after", "").strip(), now)
    if asked is not None:
        return asked
    if any(headers.get(name, "0") != "0" for name in _REMAINING):
        return None
    for name in _RESETS:
        text = headers.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) < 12:
            return max(0.0, int(text) - now.timestamp()) if int(text) > _MOMENT else float(text)
    return None


def pause(attempt: int) -> float:
    """Return the seconds before the next attempt where the server names none: 0.2, 0.4, 0.8 and so on."""
    return 0.1 * 2.0**attempt


def _retry_after(text: str, now: datetime) -> float | None:
    if text.isascii() and text.isdigit() and len(text) < 12:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
