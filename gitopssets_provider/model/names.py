"""The shapes of names that Kubernetes knows. Each check returns what is wrong, or nothing."""

from __future__ import annotations

import re

__all__ = ["dns_label", "dns_label_1035", "dns_subdomain", "path_segment"]

_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_LABEL_1035 = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_CHARACTERS = "lower-case letters, digits and '-', with a letter or a digit at both ends"


def dns_label(name: str) -> str:
    """Check a DNS-1123 label: at most 63 of ``a-z0-9-``."""
    if len(name) <= 63 and _LABEL.fullmatch(name):
        return ""
    return _too_long(name, 63) or f"is no DNS label: {_CHARACTERS}"


def dns_label_1035(name: str) -> str:
    """Check a DNS-1035 label: as DNS-1123, but it begins with a letter."""
    if len(name) <= 63 and _LABEL_1035.fullmatch(name):
        return ""
    return _too_long(name, 63) or f"is no DNS-1035 label: {_CHARACTERS}, and a letter first"


def dns_subdomain(name: str) -> str:
    """Check a DNS-1123 subdomain: labels with dots between them, at most 253 characters."""
    if len(name) <= 253 and _SUBDOMAIN.fullmatch(name):
        return ""
    return _too_long(name, 253) or f"is no DNS name: {_CHARACTERS}; dots between such labels"


def path_segment(name: str) -> str:
    """Check a name that need only fit into a URL: RBAC allows colons and capitals (``system:node``)."""
    if name in (".", "..") or "/" in name or "%" in name:
        return "must not be '.' or '..' and must hold neither '/' nor '%'"
    if len(name) > 253:
        return _too_long(name, 253)
    return "" if name.isprintable() else "must hold no control characters"


def _too_long(name: str, most: int) -> str:
    return f"has {len(name)} characters, {most} are allowed" if len(name) > most else ""
