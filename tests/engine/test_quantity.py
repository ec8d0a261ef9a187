from __future__ import annotations

import pytest

from gitopssets_provider.engine.quantity import canonical_quantity


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("100m", "100m"),
        ("1000m", "1"),
        ("0.5", "500m"),
        ("1.5Gi", "1536Mi"),
        ("1024Mi", "1Gi"),
        ("1Gi", "1Gi"),
        ("1e3", "1e3"),
        ("1000", "1k"),
        ("0", "0"),
        ("-1.5", "-1500m"),
        ("0.1n", "1n"),
        ("100000000000000000000", "100E"),
        ("1500000", "1500k"),
    ],
)
def test_a_quantity_is_written_as_the_api_writes_it(text: str, canonical: str) -> None:
    assert canonical_quantity(text) == canonical


@pytest.mark.parametrize("text", ["", "m", "1 Gi", "one", "1gb", "1e"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no quantity"):
        canonical_quantity(text)
