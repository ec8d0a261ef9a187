import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent


def test_a_stack_without_a_configuration_is_not_made_but_named_beside_the_known_ones(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "scripts", tmp_path / "scripts")
    (tmp_path / "stacks").mkdir()
    for name in ("dev", "staging"):
        (tmp_path / "stacks" / f"Pulumi.{name}.yaml").touch()
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "pulumi").write_text("#!/bin/sh\necho called >called\n")
    (tools / "pulumi").chmod(0o755)

    run = subprocess.run(
        [tmp_path / "scripts" / "stack", "preview", "stagin"],
        env={"PATH": f"{tools}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert run.stderr == 'the project has no stack "stagin"; known are: dev, staging\n'
    assert not (tmp_path / "called").exists()
