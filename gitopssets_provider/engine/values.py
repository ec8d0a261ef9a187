"""Property values as the engine holds them: JSON, secrets, and what is not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

__all__ = [
    "SECRET_SIGNATURE",
    "SIGNATURE_KEY",
    "UNKNOWN",
    "Secret",
    "Unknown",
    "has_secret",
    "has_unknown",
    "number",
    "same_value",
    "strip_secrets",
]

# Pulumi's wire and state format (sdk/go/common/resource/sig): a one-of-a-kind key marks special objects.
SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  a marker of the format, no password


@dataclass(frozen=True, slots=True)
class Secret:
    """A property value that must never be printed and is encrypted in the state."""

    value: Any

    def __repr__(self) -> str:
        return "Secret([secret])"


class Unknown:
    """The one value that says: not known before it is applied."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

# Numbers are floats to the engine; up to here a float and its integer are the same, and integers are quicker to write.
_EXACT: Final = 2**53


def number(value: float) -> float:
    """Return a number as the engine holds it: an integer only where a float has no other neighbour."""
    if -_EXACT <= value <= _EXACT:
        return int(value) if value == int(value) else value
    return float(value)


def strip_secrets(value: Any) -> Any:
    """Return the value with each :class:`Secret` replaced by what it wraps."""
    if isinstance(value, Secret):
        return strip_secrets(value.value)
    if isinstance(value, dict):
        return {key: strip_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strip_secrets(item) for item in value]
    return value


def has_secret(value: Any) -> bool:
    """Tell whether there is a secret anywhere in the value."""
    if isinstance(value, dict):
        return any(has_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(has_secret(item) for item in value)
    return isinstance(value, Secret)


def has_unknown(value: Any) -> bool:
    """Tell whether anything in the value is not known yet."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    if isinstance(value, Secret):
        return has_unknown(value.value)
    return value is UNKNOWN


def same_value(a: Any, b: Any) -> bool:
    """Compare two property values as the engine does.

    A key with a null value equals an absent key, a boolean never equals a number, and a secret equals only a secret.
    """
    if isinstance(a, dict):
        return isinstance(b, dict) and all(same_value(a.get(key), b.get(key)) for key in a.keys() | b.keys())
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same_value, a, b))
    if isinstance(a, Secret):
        return isinstance(b, Secret) and same_value(a.value, b.value)
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)
