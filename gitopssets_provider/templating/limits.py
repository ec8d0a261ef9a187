"""How much one expression may make: what is more is no manifest but a mistake, or an attack."""

from __future__ import annotations

from typing import Final

from gitopssets_provider.templating.fault import Fault

__all__ = [
    "MAX_DEPTH",
    "MAX_INTEGER",
    "MAX_ITEMS",
    "MAX_LOOP_STEPS",
    "MAX_SOURCE",
    "MAX_TEXT",
    "check_integer",
    "check_items",
    "check_text",
]

MAX_SOURCE: Final = 256 * 1024
MAX_TEXT: Final = 1024 * 1024
MAX_ITEMS: Final = 100_000
MAX_LOOP_STEPS: Final = 100_000
MAX_DEPTH: Final = 64
MAX_INTEGER: Final = 2**53
"""Pulumi's wire has floats only: beyond this an integer would silently become another one."""


def check_text(length: int) -> None:
    """Raise ``Fault`` where a text would become longer than a Kubernetes object may be."""
    if length > MAX_TEXT:
        raise Fault(f"would make a text of more than {MAX_TEXT:,} characters")


def check_integer(value: int) -> None:
    """Raise ``Fault`` for an integer that would not arrive as it is."""
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise Fault("is an integer beyond 2**53", "make it text with | string, or write it in quotes")


def check_items(count: int) -> None:
    """Raise ``Fault`` where a list would become longer than any manifest needs."""
    if count > MAX_ITEMS:
        raise Fault(f"would make a list of more than {MAX_ITEMS:,} items")
