from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitopssets_provider.engine.backend import FileBackend
from gitopssets_provider.engine.project import Project
from gitopssets_provider.engine.stack_name import StackName
from gitopssets_provider.errors import StackError

DEV = StackName("shop", "dev")
FULL_DISK = """
import resource, sys
from pathlib import Path
from gitopssets_provider.engine.backend import FileBackend
from gitopssets_provider.engine.stack_name import StackName
from gitopssets_provider.errors import StackError
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    FileBackend(Path(sys.argv[1])).write(StackName("shop", "dev"), "x" * 5000)
except StackError as error:
    print(error)
"""


def project(root: Path, backend_url: str = "") -> Project:
    return Project("shop", root / "Pulumi.yaml", backend_url=backend_url)


def tree(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def backend(root: Path, **switches: str) -> FileBackend:
    environment = {f"PULUMI_DIY_BACKEND_{name}": value for name, value in switches.items()}
    return FileBackend.of(project(root), {"PULUMI_BACKEND_URL": f"file://{root}", **environment})


def test_the_environment_decides_before_the_project_and_the_project_before_the_default(tmp_path: Path) -> None:
    own = project(tmp_path, f"file://{tmp_path}/own")
    assert FileBackend.of(own, {"PULUMI_BACKEND_URL": f"file://{tmp_path}/env"}).root == tmp_path / "env"
    assert FileBackend.of(own, {}).root == tmp_path / "own"
    assert FileBackend.of(project(tmp_path), {}).root == tmp_path / ".state"


def test_a_url_is_read_as_the_cli_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/somebody")
    places = {
        "file://./state": tmp_path / "state",
        "file:///a%20b?no_tmp_dir=true": Path("/a b"),
        "file://~": Path("/home/somebody"),
        "file://~/state": Path("/home/somebody/state"),
    }
    for url, place in places.items():
        assert FileBackend.of(project(tmp_path), {"PULUMI_BACKEND_URL": url}).root == place


@pytest.mark.parametrize("url", ["s3://bucket", "https://api.pulumi.com", "gs://x?y"])
def test_a_backend_that_is_no_folder_needs_the_cli(tmp_path: Path, url: str) -> None:
    with pytest.raises(StackError, match="is no folder; this needs the Pulumi CLI"):
        FileBackend.of(project(tmp_path), {"PULUMI_BACKEND_URL": url})


def test_a_state_lies_where_the_cli_looks_for_it(tmp_path: Path) -> None:
    backend(tmp_path).write(DEV, "{}")
    assert tree(tmp_path) == [
        ".pulumi/meta.yaml",
        ".pulumi/meta.yaml.attrs",
        ".pulumi/stacks/shop/dev.json",
        ".pulumi/stacks/shop/dev.json.attrs",
    ]
    assert (tmp_path / ".pulumi/meta.yaml").read_text() == "version: 1\n"
    assert (tmp_path / ".pulumi/stacks/shop/dev.json").stat().st_mode & 0o777 == 0o644


def test_each_file_has_its_type_and_checksum_beside_it(tmp_path: Path) -> None:
    backend(tmp_path).write(DEV, "{}")
    text = (tmp_path / ".pulumi/stacks/shop/dev.json.attrs").read_text()
    assert text.startswith('{"user.cache_control":"","user.content_disposition":""')
    assert text.endswith("}\n")
    assert json.loads(text)["md5"] == base64.b64encode(hashlib.md5(b"{}").digest()).decode()


def test_sidecars_are_left_out_where_the_url_says_so(tmp_path: Path) -> None:
    FileBackend.of(project(tmp_path), {"PULUMI_BACKEND_URL": f"file://{tmp_path}?metadata=skip"}).write(DEV, "{}")
    assert not [name for name in tree(tmp_path) if name.endswith(".attrs")]


def test_the_state_before_stays_beside_the_new_one(tmp_path: Path) -> None:
    states = backend(tmp_path)
    states.write(DEV, "first")
    states.write(DEV, "second")
    assert (tmp_path / ".pulumi/stacks/shop/dev.json").read_text() == "second"
    assert (tmp_path / ".pulumi/stacks/shop/dev.json.bak").read_text() == "first"


def test_a_compressed_state_is_read_and_one_is_written_where_asked(tmp_path: Path) -> None:
    backend(tmp_path).write(DEV, "plain")
    packed = backend(tmp_path, GZIP="true")
    packed.write(DEV, "packed")
    file = packed.state_file(DEV)
    assert file == tmp_path / ".pulumi/stacks/shop/dev.json.gz"
    assert gzip.decompress(file.read_bytes()) == packed.read(file) == b"packed"
    assert not (tmp_path / ".pulumi/stacks/shop/dev.json").exists()
    assert (tmp_path / ".pulumi/stacks/shop/dev.json.bak").read_text() == "plain"


def test_of_two_forms_of_a_state_the_newer_counts(tmp_path: Path) -> None:
    folder = tmp_path / ".pulumi/stacks/shop"
    folder.mkdir(parents=True)
    (tmp_path / ".pulumi/meta.yaml").write_text("version: 1\n")
    (folder / "dev.json").write_text("new")
    (folder / "dev.json.gz").write_bytes(gzip.compress(b"old"))
    os.utime(folder / "dev.json.gz", (1, 1))
    assert backend(tmp_path).state_file(DEV) == folder / "dev.json"


def test_zstd_needs_the_cli(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="need the Pulumi CLI"):
        backend(tmp_path, ZSTD="1")
    file = tmp_path / "dev.json.zst"
    file.touch()
    with pytest.raises(StackError, match="this needs the Pulumi CLI"):
        backend(tmp_path).read(file)


def test_broken_compression_is_damage(tmp_path: Path) -> None:
    states = backend(tmp_path, GZIP="1")
    states.write(DEV, "x" * 1000)
    file = states.state_file(DEV)
    assert file
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(StackError, match=r"dev\.json\.gz: is damaged"):
        states.read(file)


def test_stacks_are_listed_by_their_states_alone(tmp_path: Path) -> None:
    states = backend(tmp_path)
    for name in ("prod", "dev", "dev"):
        states.write(StackName("shop", name), "{}")
    backend(tmp_path, GZIP="1").write(StackName("shop", "packed"), "{}")
    states.write(StackName("other", "else"), "{}")
    states.remove(StackName("shop", "prod"))
    assert states.stacks("shop") == ["dev", "packed"]
    assert states.stacks("none") == []


def test_an_update_is_kept_in_history_and_backups(tmp_path: Path) -> None:
    states = backend(tmp_path)
    states.write(DEV, "state")
    states.record(DEV, "update")
    (history,) = (tmp_path / ".pulumi/history/shop/dev").glob("dev-*.history.json")
    (checkpoint,) = (tmp_path / ".pulumi/history/shop/dev").glob("dev-*.checkpoint.json")
    (copy,) = (tmp_path / ".pulumi/backups/shop/dev").glob("dev.*.json")
    assert [file.read_text() for file in (history, checkpoint, copy)] == ["update", "state", "state"]


def test_backups_can_be_switched_off(tmp_path: Path) -> None:
    states = backend(tmp_path, DISABLE_CHECKPOINT_BACKUPS="true")
    states.write(DEV, "state")
    states.record(DEV, "update")
    assert not (tmp_path / ".pulumi/backups").exists()


def test_a_removed_stack_leaves_its_last_state_as_bak(tmp_path: Path) -> None:
    states = backend(tmp_path)
    states.write(DEV, "state")
    states.record(DEV, "update")
    states.remove(DEV)
    assert states.state_file(DEV) is None
    assert (tmp_path / ".pulumi/stacks/shop/dev.json.bak").read_text() == "state"
    assert not list((tmp_path / ".pulumi/history/shop/dev").iterdir())


@pytest.mark.parametrize("meta", ["version: 2\n", "version: 0\n", "{}\n", "- x\n"])
def test_a_layout_of_another_version_is_refused(tmp_path: Path, meta: str) -> None:
    (tmp_path / ".pulumi").mkdir()
    (tmp_path / ".pulumi/meta.yaml").write_text(meta)
    with pytest.raises(StackError, match=r"meta\.yaml: the layout of the states has version"):
        backend(tmp_path)


def test_the_layout_of_an_old_cli_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / ".pulumi/stacks").mkdir(parents=True)
    (tmp_path / ".pulumi/stacks/dev.json").touch()
    with pytest.raises(StackError, match="pulumi state upgrade"):
        backend(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    states = FileBackend.of(project(tmp_path), {"PULUMI_BACKEND_URL": f"file://{tmp_path}/file"})
    with pytest.raises(StackError, match=f"{tmp_path}/file/.pulumi/meta.yaml: cannot be written"):
        states.write(DEV, "{}")


def test_a_full_disk_leaves_the_state_and_its_sidecar_as_they_were(tmp_path: Path) -> None:
    backend(tmp_path).write(DEV, "before")
    folder = tmp_path / ".pulumi/stacks/shop"
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{folder / 'dev.json'}: cannot be written: ")
    after = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert after == {**before, "dev.json.bak": b"before", "dev.json.bak.attrs": before["dev.json.attrs"]}
