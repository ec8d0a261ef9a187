import sys

import pytest

from gitopssets_provider.cli.terminal import activity, style_for


@pytest.fixture
def on_a_terminal(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_a_terminal_shows_colours(on_a_terminal):
    assert style_for("auto").enabled


def test_a_pipe_shows_none():
    assert not style_for("auto").enabled


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_the_environment_can_say_that_no_colour_is_wanted(on_a_terminal, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert not style_for("auto").enabled
    assert style_for("always").enabled


def test_a_flag_has_the_last_word(on_a_terminal):
    assert not style_for("never").enabled


def test_where_nobody_watches_nothing_is_shown(capsys):
    with activity("reading") as tell:
        tell("more")
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_it_is_shown_what_is_going_on(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with activity("reading") as tell:
        tell("fetching [x]")
    assert "fetching [x]" in capsys.readouterr().err
