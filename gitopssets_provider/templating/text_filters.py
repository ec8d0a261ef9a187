"""Filters that make text of text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from gitopssets_provider.templating.fault import Fault
from gitopssets_provider.templating.limits import check_text
from gitopssets_provider.templating.methods import join_text, replace_text
from gitopssets_provider.templating.operators import format_text
from gitopssets_provider.templating.results import Encoded, spell

__all__ = ["TEXT_FILTERS", "slug"]

_HASHES: Final = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
_NOT_LABEL: Final = re.compile(r"[^a-z0-9]+")
_NOT_SUBDOMAIN: Final = re.compile(r"[^a-z0-9.]+")
_NO_LABEL_END: Final = re.compile(r"-*\.[-.]*")
_MAX_LABEL: Final = 63
_MAX_SUBDOMAIN: Final = 253
_MARK: Final = 9  # a dash and 8 hexadecimal digits


def _string(value: Any) -> str:
    """Return the text of a number or boolean, as YAML spells it."""
    return spell(value)


def _lower(value: Any) -> str:
    """Return the text in small letters."""
    return spell(value).lower()


def _upper(value: Any) -> str:
    """Return the text in capital letters."""
    return spell(value).upper()


def _trim(value: Any, chars: str | None = None) -> str:
    """Return the text without the blanks (or other characters) around it."""
    return spell(value).strip(chars)


def _replace(value: Any, old: str, new: str, count: int = -1) -> str:
    """Return the text with each ``old`` replaced by ``new``."""
    return replace_text(spell(value), spell(old), spell(new), count)


def _join(value: Any, separator: str = "", attribute: str | None = None) -> str:
    """Return the items of a list as one text; of mappings, take one attribute of each."""
    items = value if attribute is None else [item[attribute] for item in value]
    return join_text(separator, items)


def _split(value: Any, separator: str | None = None, maximum: int = -1) -> list[str]:
    """Return the parts of a text; without a separator those between blanks."""
    return spell(value).split(separator, maximum)


def _format(value: str, *args: Any, **names: Any) -> str:
    """Return the text with ``%s``, ``%d``, ``%05.2f`` and the like filled in."""
    return format_text(value, names or args)


def _indent(value: Any, width: int | str = 4, first: bool = False, blank: bool = False) -> str:  # noqa: FBT001, FBT002
    """Return the text with its lines moved to the right, the first one and blank ones only if asked."""
    pad = width if isinstance(width, str) else " " * _small(width)
    head, *lines = spell(value).split("\n")
    check_text(len(pad) * (len(lines) + 1) + len(value))
    moved = [pad + line if line or blank else line for line in lines]
    return "\n".join([pad + head if first else head, *moved])


def _nindent(value: Any, width: int = 4) -> str:
    """Return the text on lines of their own, each moved to the right."""
    return "\n" + _indent(value, width, first=True)


def _small(width: int) -> int:
    if width > 1000:
        raise Fault("indents by more than 1,000 columns")
    return width


def _trunc(value: Any, length: int) -> str:
    """Return the first ``length`` characters of a text, or, below zero, the last ones."""
    text = spell(value)
    return text[:length] if length >= 0 else text[length:]


def _quote(value: Any) -> str:
    """Return the text in double quotes, as a string of JSON and YAML."""
    text = spell(value)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return Encoded(f'"{escaped}"', text)


def _squote(value: Any) -> str:
    """Return the text in single quotes, as a string of YAML."""
    text = spell(value)
    doubled = text.replace("'", "''")
    return Encoded(f"'{doubled}'", text)


def _hash(value: Any, algorithm: str = "sha256") -> str:
    """Return a digest of the text in hexadecimal digits."""
    if algorithm not in _HASHES:
        raise Fault(f'there is no hash "{algorithm}"', f"known are: {', '.join(_HASHES)}")
    return hashlib.new(algorithm, spell(value).encode(), usedforsecurity=False).hexdigest()


def _sha256(value: Any) -> str:
    """Return the SHA-256 of the text in hexadecimal digits."""
    return _hash(value)


def slug(value: Any, length: int = _MAX_LABEL) -> str:
    """Return a name for a label of DNS: lower-case letters, digits and dashes, at most 63.

    What had to be changed gets 8 digits of the text's SHA-256 behind it, so that different texts keep different names.
    """
    return _name(spell(value), _NOT_LABEL, min(length, _MAX_LABEL))


def _dns_name(value: Any, length: int = _MAX_SUBDOMAIN) -> str:
    """Return a name for most objects of Kubernetes: like ``slug``, but with dots and at most 253 characters."""
    return _name(spell(value), _NOT_SUBDOMAIN, min(length, _MAX_SUBDOMAIN))


def _name(text: str, refused: re.Pattern[str], length: int) -> str:
    if length <= _MARK:
        raise Fault(f"a name of {length} characters has no room for what keeps it apart", "allow 10 or more")
    if not text:
        raise Fault("an empty text makes no name")
    name = _NO_LABEL_END.sub(".", refused.sub("-", text.lower())).strip("-.")
    if name == text and len(name) <= length:
        return name
    mark = hashlib.sha256(text.encode()).hexdigest()[: _MARK - 1]
    kept = name[: length - _MARK].rstrip("-.")
    return f"{kept}-{mark}" if kept else mark


def _base_name(value: Any) -> str:
    """Return what stands behind the last slash of a path."""
    return spell(value).rstrip("/").rpartition("/")[2]


def _directory_name(value: Any) -> str:
    """Return what stands in front of the last slash of a path."""
    return spell(value).rstrip("/").rpartition("/")[0]


def _title(value: Any) -> str:
    """Return the text with each word's first letter a capital."""
    return spell(value).title()


def _capitalize(value: Any) -> str:
    """Return the text with its first letter a capital, the others small."""
    return spell(value).capitalize()


def _remove_prefix(value: Any, prefix: str) -> str:
    """Return the text without what it begins with."""
    return spell(value).removeprefix(prefix)


def _remove_suffix(value: Any, suffix: str) -> str:
    """Return the text without what it ends with."""
    return spell(value).removesuffix(suffix)


TEXT_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "basename": _base_name,
    "capitalize": _capitalize,
    "dirname": _directory_name,
    "dns_name": _dns_name,
    "format": _format,
    "hash": _hash,
    "indent": _indent,
    "join": _join,
    "lower": _lower,
    "nindent": _nindent,
    "quote": _quote,
    "removeprefix": _remove_prefix,
    "removesuffix": _remove_suffix,
    "replace": _replace,
    "sha256": _sha256,
    "slug": slug,
    "split": _split,
    "squote": _squote,
    "string": _string,
    "title": _title,
    "trim": _trim,
    "trunc": _trunc,
    "upper": _upper,
}
