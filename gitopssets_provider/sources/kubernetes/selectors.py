"""Label selectors as an API server takes them."""

from __future__ import annotations

from gitopssets_provider.model.selector import LabelSelector, LabelSelectorRequirement

__all__ = ["selector_text"]


def selector_text(selector: LabelSelector | None) -> str:
    """Return the text of a query parameter; nothing for a selector that matches everything."""
    if selector is None:
        return ""
    rows = [f"{key}={value}" for key, value in selector.match_labels.items()]
    return ",".join([*rows, *map(_row, selector.match_expressions)])


def _row(row: LabelSelectorRequirement) -> str:
    match row.operator:
        case "In":
            return f"{row.key} in ({','.join(row.values)})"
        case "NotIn":
            return f"{row.key} notin ({','.join(row.values)})"
        case "Exists":
            return row.key
        case "DoesNotExist":
            return f"!{row.key}"
