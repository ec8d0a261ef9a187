"""Digests."""

from __future__ import annotations

import pytest

from gitopssets_provider.documents.canonical import canonical_json, digest


def test_equal_values_have_equal_text_whatever_the_order_of_their_keys() -> None:
    assert canonical_json({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


def test_a_digest_is_the_sha256_of_that_text() -> None:
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_json_does_not_know_has_no_canonical_text() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))
