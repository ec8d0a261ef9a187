from __future__ import annotations

from pathlib import Path

import pytest
from engine_project import DEFAULTS, EngineProject, Log, texts

from gitopssets_provider.engine import operations
from gitopssets_provider.engine.program import interpreter
from gitopssets_provider.engine.project import load_project
from gitopssets_provider.engine.step import Outcome
from gitopssets_provider.errors import StackError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineProject:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    return EngineProject(tmp_path)


def previewed(project: EngineProject, program: str) -> Outcome:
    return operations.preview(project.write(program).stack(), DEFAULTS, Log())


def test_what_a_program_prints_is_passed_on(project: EngineProject) -> None:
    outcome = previewed(project, 'print("out")\nprint("err", file=sys.stderr)\npulumi.log.warn("careful")')
    assert texts(outcome, "info") == ["out"]
    assert texts(outcome, "info#err") == ["err"]
    assert texts(outcome, "warning") == ["careful"]


def test_a_program_that_raises_tells_its_own_lines_alone(project: EngineProject) -> None:
    outcome = previewed(project, 'def fail():\n    raise ValueError("no good")\nfail()')
    (error,) = [text for text in texts(outcome) if "Traceback" in text]
    assert error.startswith("Program failed with an unhandled exception:")
    assert error.endswith("ValueError: no good")
    assert error.count("File ") == 2
    assert "program_entry.py" not in error


def test_an_error_meant_for_the_user_comes_without_a_traceback(project: EngineProject) -> None:
    outcome = previewed(project, 'raise pulumi.RunError("set the colour first")')
    assert not outcome.ok
    assert texts(outcome)[0] == "set the colour first"
    assert not any("Traceback" in text for text in texts(outcome))


def test_a_program_that_just_exits_has_failed(project: EngineProject) -> None:
    outcome = previewed(project, "os._exit(3)")
    assert not outcome.ok
    assert texts(outcome) == ["an unhandled error occurred: program exited with non-zero exit code: 3"]


def test_a_failed_program_deletes_nothing(project: EngineProject) -> None:
    stack = project.write('config_map("a")\nconfig_map("b")').stack()
    operations.up(stack, DEFAULTS, Log())
    project.write('config_map("a")\nraise RuntimeError("half way")')
    assert not operations.up(stack, DEFAULTS, Log()).ok
    assert project.files() == ["v1-configmap-team-a.yaml", "v1-configmap-team-b.yaml"]


def test_a_program_runs_in_its_folder_and_imports_from_there(project: EngineProject) -> None:
    (project.folder / "neighbour.py").write_text("colour = 'red'\n")
    outcome = previewed(
        project,
        """
        import neighbour
        for key, value in {"colour": neighbour.colour, "folder": os.getcwd(), "name": __name__}.items():
            pulumi.export(key, value)
        """,
    )
    assert outcome.outputs == {"colour": "red", "folder": str(project.folder), "name": "__main__"}


def test_a_program_knows_what_it_runs_for(project: EngineProject) -> None:
    outcome = previewed(
        project,
        """
        pulumi.export("facts", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
        pulumi.export("preview", pulumi.runtime.is_dry_run())
        """,
    )
    assert outcome.outputs == {"facts": ["shop", "dev", "organization"], "preview": True}


def test_a_program_in_a_folder_of_its_own_is_found(project: EngineProject) -> None:
    project.write("")
    (project.folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\nmain: program\n")
    (project.folder / "program").mkdir()
    (project.folder / "program/__main__.py").write_text("import pulumi\npulumi.export('here', True)\n")
    assert operations.preview(project.stack(), DEFAULTS, Log()).outputs == {"here": True}


def test_a_folder_without_a_program_is_told(project: EngineProject) -> None:
    stack = project.write("").stack()
    (project.folder / "__main__.py").unlink()
    outcome = operations.preview(stack, DEFAULTS, Log())
    assert "unable to find main python program `__main__.py`" in texts(outcome)[0]


def test_a_virtual_environment_that_is_not_there_is_told(project: EngineProject) -> None:
    project.write("", runtime="{name: python, options: {virtualenv: venv}}")
    with pytest.raises(StackError, match="the virtual environment venv has no python"):
        interpreter(load_project(project.folder / "Pulumi.yaml"))


def test_the_python_of_the_project_runs_its_program(project: EngineProject) -> None:
    project.write("", runtime="{name: python, options: {virtualenv: venv}}")
    python = project.folder / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert interpreter(load_project(project.folder / "Pulumi.yaml")) == python


def test_programs_in_other_languages_need_the_cli(project: EngineProject) -> None:
    project.write("", runtime="nodejs")
    with pytest.raises(StackError, match="this needs the Pulumi CLI"):
        interpreter(load_project(project.folder / "Pulumi.yaml"))
