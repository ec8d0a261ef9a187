"""Colours: what they mean, in one place, and nothing at all where the reader cannot see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["PLAIN", "Style"]

_RESET: Final = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Style:
    """Paints text by its meaning; a style that is not ``enabled`` gives every text back as it is."""

    enabled: bool = True

    def heading(self, text: str) -> str:
        """Paint what a group of lines is about."""
        return self._paint("1", text)

    def created(self, text: str) -> str:
        """Paint what comes into being."""
        return self._paint("32", text)

    def changed(self, text: str) -> str:
        """Paint what becomes something else."""
        return self._paint("33", text)

    def continued(self, text: str) -> str:
        """Paint what lives on under another name."""
        return self._paint("36", text)

    def replaced(self, text: str) -> str:
        """Paint what is deleted and made anew."""
        return self._paint("35", text)

    def deleted(self, text: str) -> str:
        """Paint what ends, and what is wrong."""
        return self._paint("31", text)

    def quiet(self, text: str) -> str:
        """Paint what is only read on a second look."""
        return self._paint("2", text)

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}{_RESET}" if self.enabled and text else text


PLAIN: Final = Style(enabled=False)
