"""The filters of expressions: an allow-list. Nothing in it reads a clock, chance, the environment or a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from gitopssets_provider.templating.data_filters import DATA_FILTERS
from gitopssets_provider.templating.regex_filters import REGEX_FILTERS
from gitopssets_provider.templating.text_filters import TEXT_FILTERS

__all__ = ["FILTERS"]

FILTERS: Final[Mapping[str, Callable[..., Any]]] = {**DATA_FILTERS, **REGEX_FILTERS, **TEXT_FILTERS}
