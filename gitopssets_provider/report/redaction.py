"""The one gate: whatever is printed, written or logged for a reader passes here, and no secret comes out.

Three things are secret: a leaf the engine marks (``Secret``), a template leaf computed from secrets (``Deferred``), and
whatever a Kubernetes Secret holds, marked or not. Free text (a program's messages) is searched for the values of the
first kind.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from gitopssets_provider.engine.values import Secret, Unknown, strip_secrets
from gitopssets_provider.model.deferred import Deferred

__all__ = ["MASK", "MASK_CHANGED", "UNKNOWN_TEXT", "Scrubber", "redact", "redact_pair"]

MASK: Final = "[secret]"
MASK_CHANGED: Final = "[secret] (changed)"
UNKNOWN_TEXT: Final = "(known after it is applied)"

# Shorter values would blot out ordinary words of a message, and are no secrets worth the name.
_SHORTEST_SECRET: Final = 4
_SECRET_FIELDS: Final = ("data", "stringData")
# kubectl's own copy of an applied object, secrets included.
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


def redact(value: Any, *, unknown: Any = UNKNOWN_TEXT) -> Any:
    """Return a copy of the value with :data:`MASK` for each secret and ``unknown`` for what is not known yet."""
    if isinstance(value, Mapping):
        hidden = _hidden_fields(value)
        return {
            key: _mask_leaves(item) if key in hidden else redact(item, unknown=unknown) for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redact(item, unknown=unknown) for item in value]
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, Unknown):
        return unknown
    if isinstance(value, Deferred):
        return MASK if value.secret else value.text
    return value


def redact_pair(old: Any, new: Any) -> tuple[Any, Any]:
    """Return both values redacted, such that a secret that differs still reads differently: :data:`MASK_CHANGED`."""
    masked_old, masked_new = redact(old), redact(new)
    return masked_old, _mark_changed(old, new, masked_old, masked_new)


def _mark_changed(old: Any, new: Any, masked_old: Any, masked_new: Any) -> Any:
    if isinstance(masked_new, dict) and isinstance(masked_old, dict):
        bare_old, bare_new = _unwrap(old), _unwrap(new)
        return {
            key: _mark_changed(bare_old[key], bare_new[key], masked_old[key], item) if key in masked_old else item
            for key, item in masked_new.items()
        }
    if isinstance(masked_new, list) and isinstance(masked_old, list):
        bare_old, bare_new = _unwrap(old), _unwrap(new)
        both = min(len(masked_old), len(masked_new))
        marked = [_mark_changed(bare_old[i], bare_new[i], masked_old[i], masked_new[i]) for i in range(both)]
        return marked + masked_new[both:]
    if masked_new == masked_old == MASK and strip_secrets(old) != strip_secrets(new):
        return MASK_CHANGED
    return masked_new


def _unwrap(value: Any) -> Any:
    return _unwrap(value.value) if isinstance(value, Secret) else value


def _hidden_fields(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of an object below which everything is secret."""
    if value.get("kind") == "Secret" and value.get("apiVersion") == "v1":
        return _SECRET_FIELDS
    return (_LAST_APPLIED,) if _LAST_APPLIED in value else ()


def _mask_leaves(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _mask_leaves(item) for key, item in value.items()}
    return MASK


class Scrubber:
    """Removes known secret values, plain and in base64, from free text."""

    def __init__(self, secrets: Iterable[Any] = ()) -> None:
        forms = {form for secret in secrets for text in _texts(secret) for form in _forms(text)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    @classmethod
    def of(cls, values: Iterable[Any]) -> Scrubber:
        """Return a scrubber that knows each secret found inside the values."""
        return cls(secret.value for value in values for secret in _secrets(value))

    def __call__(self, text: str) -> str:
        """Return the text with each known secret masked."""
        return self._pattern.sub(MASK, text) if self._pattern else text


def _secrets(value: Any) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _secrets(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _secrets(item)


def _texts(value: Any) -> Iterator[str]:
    """Yield the strings a secret consists of; a number or a boolean is no text that could be searched for."""
    if isinstance(value, str):
        yield value
        if value[:1] in ("{", "["):
            yield from _texts(_parsed(value))
    elif isinstance(value, Secret):
        yield from _texts(value.value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _parsed(text: str) -> Any:
    """Return what JSON in a text holds: a whole mapping of secrets is often one configuration value."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _forms(text: str) -> Iterator[str]:
    if len(text) < _SHORTEST_SECRET:
        return
    yield text
    yield base64.b64encode(text.encode()).decode()
    # A message often quotes one line of a secret of several (a private key).
    yield from (line for line in text.splitlines() if len(line) >= _SHORTEST_SECRET)
