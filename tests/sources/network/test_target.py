"""Where a URL leads."""

from __future__ import annotations

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network.target import Target


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://example.com", "example.com", "/"),
        ("HTTPS://EXAMPLE.com:443/A?b=c#d", "example.com", "/A?b=c"),
        ("http://example.com:443/", "example.com:443", "/"),
        ("https://example.com.:8443?x", "example.com:8443", "/?x"),
        ("https://[2606:4700::1]/a", "[2606:4700::1]", "/a"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"),
        ("https://10.0.0.1:0/", "10.0.0.1:0", "/"),
    ],
)
def test_a_url_is_taken_apart(url: str, authority: str, path: str) -> None:
    target = Target.of(url)
    assert (target.authority, target.path) == (authority, path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https:///path",
        "https://user@example.com/",
        "https://user:hidden@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com\\@127.0.0.1/",
        "https://exa mple.com/",
        "https://example.com/\r\nX: y",
        "https://exam\tple.com/",
        "https://bücher.example/",
        "https://①②⑦.0.0.1/",
        "https://example.com:port/",
        "https://example.com:99999/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://1.2.3.4.5/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://[nonsense]/",
        "https://exam%70le.com/",
        "https://a..b/",
        "https://-a.example/",
        f"https://{'a' * 254}/",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(SourceError) as caught:
        Target.of(url)
    assert "hidden" not in str(caught.value)


def test_what_is_shown_has_no_query() -> None:
    assert Target.of("https://example.com/a?token=hidden").shown == "https://example.com/a"
