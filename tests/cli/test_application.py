import importlib
import os
import subprocess
import sys

import click
import pytest

from gitopssets_provider.cli import application
from gitopssets_provider.cli.application import COMMANDS, run
from gitopssets_provider.errors import DefinitionError, Problem, RefusedError


def failing(monkeypatch, fault):
    command = click.Command("render", callback=lambda: (_ for _ in ()).throw(fault))
    monkeypatch.setattr(application._Commands, "get_command", lambda *_: command)
    return run(["render"])


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_lists_every_command(arguments, capsys):
    assert run(arguments) == (0 if arguments else 2)
    printed = "".join(capsys.readouterr())
    assert all(f"\n  {name} " in printed for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_named_and_described_as_the_list_says(name, capsys):
    command = importlib.import_module(f"gitopssets_provider.cli.{name}").command
    assert command.name == name
    assert command.help.splitlines()[0] == COMMANDS[name]
    assert run([name, "--help"]) == 0


def test_help_imports_no_command_and_nothing_heavy():
    code = (
        "import sys; from gitopssets_provider.cli.application import run; run(['--help']);"
        "sys.exit(any(name in sys.modules for name in ('pulumi', 'pydantic', 'jinja2', 'yaml', 'rich', 'dulwich')))"
    )
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_a_misspelt_command_names_the_near_one(capsys):
    assert run(["rendr"]) == 2
    assert capsys.readouterr().err == 'gitopssets: there is no command "rendr"; did you mean "render"?\n'


def test_a_misspelt_flag_names_the_near_one(capsys):
    assert run(["render", "--offlin"]) == 2
    assert "'--offlin'; did you mean '--offline'?\n" in capsys.readouterr().err


def test_problems_are_told_one_a_line_with_place_fact_and_remedy(monkeypatch, capsys):
    problems = [Problem("is no number", "write 3", "spec.replicas", "set.yaml"), Problem("two\n  lines")]
    assert failing(monkeypatch, DefinitionError(problems=problems)) == 1
    assert capsys.readouterr().err == "set.yaml: spec.replicas: is no number; write 3\ntwo lines\n"


def test_a_refusal_has_its_own_exit_code(monkeypatch):
    assert failing(monkeypatch, RefusedError("would delete too much")) == 3


def test_what_the_operating_system_refuses_is_no_bug(monkeypatch, capsys):
    assert failing(monkeypatch, OSError(28, "No space left on device", "out/a.yaml")) == 1
    assert capsys.readouterr().err == "out/a.yaml: No space left on device\n"


def test_a_full_disk_where_results_are_printed_is_named(monkeypatch, capsys):
    assert failing(monkeypatch, OSError(28, "No space left on device")) == 1
    expected = "the output: cannot be written: No space left on device; make room, or send it elsewhere\n"
    assert capsys.readouterr().err == expected


def test_a_bug_of_ours_reads_differently(monkeypatch, capsys):
    assert failing(monkeypatch, KeyError("x")) == 1
    printed = capsys.readouterr().err
    assert "Traceback" in printed
    assert "This is a bug in gitopssets, please report it" in printed


def test_an_interrupted_command_says_so(monkeypatch, capsys):
    assert failing(monkeypatch, KeyboardInterrupt()) == 130
    assert capsys.readouterr().err.strip() == "interrupted"


def test_a_reader_that_has_seen_enough_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "gitopssets_provider", "--help"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_standard_stream_is_no_error(closed):
    command = ["/bin/sh", "-c", f'exec "$0" -m gitopssets_provider schema {closed}', sys.executable]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_module_and_the_command_are_the_same_program():
    command = [sys.executable, "-m", "gitopssets_provider", "--version"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.startswith(b"gitopssets, version ")
