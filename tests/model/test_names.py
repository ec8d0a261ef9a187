"""Names have the shapes that Kubernetes knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gitopssets_provider.model.names import dns_label, dns_label_1035, dns_subdomain, path_segment


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (dns_label, ["a", "0", "a-b", "a" * 63], ["", "-a", "a-", "a.b", "A", "a_b", "a" * 64, "ä", "a\n", "٣"]),
        (dns_label_1035, ["a", "a0", "a" * 63], ["0a", "", "a" * 64, "a.b"]),
        (dns_subdomain, ["a", "a.b-c.0", "a" * 253], ["", ".", "a..b", "a.", ".a", "A.b", "a" * 254, "a.-b", "a\n"]),
        (
            path_segment,
            ["a", "system:node", "Admin", "a b", "a.b", "ä"],
            [".", "..", "a/b", "a%b", "a\n", "\0", "a" * 254],
        ),
    ],
)
def test_a_name_fits_its_shape_or_is_told_what_does_not(
    check: Callable[[str], str], good: list[str], bad: list[str]
) -> None:
    assert [name for name in good if check(name)] == []
    assert [name for name in bad if not check(name)] == []


def test_a_name_that_is_too_long_is_told_its_length() -> None:
    assert dns_label("a" * 70) == "has 70 characters, 63 are allowed"
