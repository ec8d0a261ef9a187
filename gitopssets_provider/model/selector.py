"""Label selectors, as Kubernetes has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from gitopssets_provider.model.base import Items, Model

__all__ = ["LabelSelector", "LabelSelectorRequirement"]


class LabelSelectorRequirement(Model):
    """One row of ``matchExpressions``; ``In`` and ``NotIn`` take values, ``Exists`` and ``DoesNotExist`` take none."""

    key: str = Field(min_length=1, description="A label.")
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"] = Field(description="How it is compared.")
    values: Items[str] = Field(default=(), description="What it is compared with, for In and NotIn.")

    @model_validator(mode="after")
    def _values_fit_operator(self) -> LabelSelectorRequirement:
        if self.operator in ("In", "NotIn") and not self.values:
            raise ValueError(f"operator {self.operator} needs values")
        if self.operator in ("Exists", "DoesNotExist") and self.values:
            raise ValueError(f"operator {self.operator} takes no values")
        return self

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Say whether the labels fulfil this row; ``NotIn`` holds for an absent label, as in Kubernetes."""
        match self.operator:
            case "In":
                return labels.get(self.key) in self.values
            case "NotIn":
                return labels.get(self.key) not in self.values
            case "Exists":
                return self.key in labels
            case "DoesNotExist":
                return self.key not in labels


class LabelSelector(Model):
    """Kubernetes' label selector: all of its rows must hold; an empty one matches everything."""

    match_labels: dict[str, str] = Field(default_factory=dict, description="Labels and their values.")
    match_expressions: Items[LabelSelectorRequirement] = Field(default=(), description="Rows that must hold as well.")

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Say whether the labels fulfil every row."""
        return all(labels.get(key) == value for key, value in self.match_labels.items()) and all(
            row.matches(labels) for row in self.match_expressions
        )

    def __str__(self) -> str:
        rows = [f"{key}={value}" for key, value in self.match_labels.items()]
        for row in self.match_expressions:
            values = f" ({', '.join(row.values)})" if row.values else ""
            rows.append(f"{row.key} {row.operator}{values}")
        return ", ".join(rows) or "everything"
