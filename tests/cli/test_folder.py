import json
import resource
import stat

import pytest

from gitopssets_provider.cli.folder import INDEX, Written, write_folder
from gitopssets_provider.errors import GitOpsSetsError, UsageError


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != INDEX
    }


def test_a_new_folder_holds_exactly_the_result(tmp_path):
    assert write_folder(tmp_path / "out", {"a/x.yaml": "1", "y.yaml": "2"}) == Written(2, 0, 0, 0)
    assert contents(tmp_path / "out") == {"a/x.yaml": "1", "y.yaml": "2"}


def test_what_is_no_longer_in_the_result_is_removed_with_its_empty_folders(tmp_path):
    write_folder(tmp_path, {"a/b/x.yaml": "1", "y.yaml": "2", "z.yaml": "3"})
    assert write_folder(tmp_path, {"y.yaml": "2", "z.yaml": "4"}) == Written(0, 1, 1, 1)
    assert contents(tmp_path) == {"y.yaml": "2", "z.yaml": "4"}
    assert not (tmp_path / "a").exists()


def test_what_somebody_else_put_there_is_not_touched(tmp_path):
    write_folder(tmp_path, {"a/x.yaml": "1"})
    (tmp_path / "a" / "mine.txt").write_text("mine")
    write_folder(tmp_path, {})
    assert contents(tmp_path) == {"a/mine.txt": "mine"}


def test_a_folder_that_is_not_ours_is_refused(tmp_path):
    (tmp_path / "precious").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        write_folder(tmp_path, {"a.yaml": "1"})
    assert contents(tmp_path) == {"precious": "x"}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(UsageError, match="no folder"):
        write_folder(tmp_path / "out", {})


@pytest.mark.parametrize("files", [["../../etc/passwd"], ["/etc/passwd"], "x", [1], None])
def test_a_damaged_index_removes_nothing(tmp_path, files):
    write_folder(tmp_path, {"a.yaml": "1"})
    (tmp_path / INDEX).write_text(json.dumps({"files": files}))
    with pytest.raises(GitOpsSetsError, match="damaged"):
        write_folder(tmp_path, {})
    assert contents(tmp_path) == {"a.yaml": "1"}


def test_a_link_inside_is_never_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    write_folder(tmp_path / "out", {"a/x.yaml": "1"})
    (tmp_path / "out" / "b").symlink_to(outside)
    with pytest.raises(GitOpsSetsError, match="is a link"):
        write_folder(tmp_path / "out", {"b/x.yaml": "1"})
    assert contents(outside) == {}


def test_a_file_that_became_a_link_is_replaced_and_its_target_left_alone(tmp_path):
    (tmp_path / "target").write_text("x")
    write_folder(tmp_path / "out", {"a.yaml": "x"})
    (tmp_path / "out" / "a.yaml").unlink()
    (tmp_path / "out" / "a.yaml").symlink_to(tmp_path / "target")
    write_folder(tmp_path / "out", {"a.yaml": "x"})
    assert not (tmp_path / "out" / "a.yaml").is_symlink()
    assert (tmp_path / "target").read_text() == "x"


def test_a_second_write_of_the_same_touches_nothing(tmp_path):
    write_folder(tmp_path, {"a.yaml": "1"})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert write_folder(tmp_path, {"a.yaml": "1"}) == Written(0, 0, 1, 0)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_write_that_fails_leaves_the_old_result_whole(tmp_path):
    write_folder(tmp_path, {"a.yaml": "1", "b.yaml": "2"})
    with pytest.raises(OSError, match="name too long"):
        write_folder(tmp_path, {"a.yaml": "3", f"{'x' * 300}.yaml": "4"})
    assert contents(tmp_path) == {"a.yaml": "1", "b.yaml": "2"}
    assert write_folder(tmp_path, {}) == Written(0, 0, 0, 2)


def test_a_full_disk_names_the_folder_and_leaves_the_old_result_whole(tmp_path):
    write_folder(tmp_path, {"a.yaml": "1"})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        with pytest.raises(GitOpsSetsError) as error:
            write_folder(tmp_path, {"a.yaml": "3" * 2048})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(error.value) == f"{tmp_path}: cannot be written: File too large; make room or make it writable"
    assert contents(tmp_path) == {"a.yaml": "1"}


def test_a_write_that_was_cut_short_is_completed_by_the_next(tmp_path, monkeypatch):
    write_folder(tmp_path, {"old.yaml": "1"})
    monkeypatch.setattr("gitopssets_provider.cli.folder._remove", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_folder(tmp_path, {"new.yaml": "1"})
    monkeypatch.undo()
    write_folder(tmp_path, {})
    assert contents(tmp_path) == {}


def test_private_files_are_their_owners_alone(tmp_path):
    write_folder(tmp_path, {"a.yaml": "1"}, private=True)
    assert stat.S_IMODE((tmp_path / "a.yaml").stat().st_mode) == 0o600
