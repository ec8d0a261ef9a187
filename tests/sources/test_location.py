"""A repository is a folder or a URL, and nothing that could do anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.location import Local, Remote, locate

_ROOT = Path("/project")


@pytest.mark.parametrize(
    ("repository", "location"),
    [
        (".", Local(".", _ROOT)),
        ("../env", Local("../env", _ROOT / "../env")),
        ("/srv/env", Local("/srv/env", Path("/srv/env"))),
        ("a folder", Local("a folder", _ROOT / "a folder")),
        ("file:///srv/a%20b", Local("file:///srv/a%20b", Path("/srv/a b"), objects_only=True)),
        ("https://h.example/o/r.git", Remote("https://h.example/o/r.git", "https", "h.example", None, "/o/r.git")),
        ("HTTPS://h/r", Remote("HTTPS://h/r", "https", "h", None, "/r")),
        ("http://h:8080/r", Remote("http://h:8080/r", "http", "h", 8080, "/r")),
        ("ssh://git@h:2222/o/r", Remote("ssh://git@h:2222/o/r", "ssh", "h", 2222, "/o/r", "git")),
        ("git+ssh://h/r", Remote("git+ssh://h/r", "ssh", "h", None, "/r")),
        ("git@h:o/r.git", Remote("git@h:o/r.git", "ssh", "h", None, "o/r.git", "git")),
        ("h:/o/r.git", Remote("h:/o/r.git", "ssh", "h", None, "/o/r.git")),
    ],
)
def test_a_repository_is_found_where_it_says(repository: str, location: Local | Remote) -> None:
    assert locate(repository, _ROOT) == location


@pytest.mark.parametrize(
    ("repository", "fact"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("a\nb", "control character"),
        ("https://h/\tr", "control character"),
        ("-uxyz", "begins with a dash"),
        ("--upload-pack=touch x", "begins with a dash"),
        ("ext::sh -c id", "remote helper"),
        ("fd::17", "remote helper"),
        ("git://h/r", "not read over git"),
        ("ftp://h/r", "not read over ftp"),
        ("javascript://h/r", "not read over javascript"),
        ("https://h/r?token=x", "holds ?"),
        ("https://h/r#main", "holds ?"),
        ("https://h\\@evil/r", "backslash"),
        ("https://h:port/r", "no URL"),
        ("https://h:99999/r", "no URL"),
        ("https:///r", "no usable host"),
        ("https://h", "no usable host"),
        ("https://hö/r", "no usable host"),
        ("ssh://-oProxyCommand=x/r", "no usable host"),
        ("ssh://-l@h/r", "no usable host"),
        ("file://h/r", "names no host"),
    ],
)
def test_what_is_no_safe_repository_is_refused(repository: str, fact: str) -> None:
    with pytest.raises(SourceError, match=fact.replace("?", r"\?")):
        locate(repository, _ROOT)


def test_a_password_in_a_url_is_refused_and_never_printed() -> None:
    with pytest.raises(SourceError) as caught:
        locate("https://user:s3cret@h.example/r", _ROOT)
    assert "s3cret" not in str(caught.value)
    assert "credentials for h.example" in str(caught.value)


def test_an_existing_folder_wins_over_the_short_form_of_ssh(tmp_path: Path) -> None:
    (tmp_path / "a:b").mkdir()
    assert locate("a:b", tmp_path) == Local("a:b", tmp_path / "a:b")


@pytest.mark.parametrize(
    ("repository", "authority"),
    [
        ("https://h/r", "h"),
        ("https://h:443/r", "h"),
        ("https://h:8443/r", "h:8443"),
        ("http://[::1]:8080/r", "[::1]:8080"),
        ("ssh://h:22/r", "h"),
    ],
)
def test_credentials_are_bound_to_a_host_and_a_port_that_is_not_the_usual_one(repository: str, authority: str) -> None:
    location = locate(repository, _ROOT)
    assert isinstance(location, Remote)
    assert location.authority == authority
