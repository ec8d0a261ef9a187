"""What plugins are asked and what their answers become: Python functions, servers, generators of other packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toxic_server import Server, answer

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError
from gitopssets_provider.generators import Context, parse
from gitopssets_provider.generators.base import KINDS
from gitopssets_provider.generators.third_party import load_generators
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.model.element import Element
from gitopssets_provider.sources.network import HostGrant, Network, NetworkSettings
from gitopssets_provider.sources.plugins import Plugins
from gitopssets_provider.templating import Templating

Expand = Callable[..., list[Element]]
MODULE = """
from gitopssets_provider.generators import Context, Generator
from gitopssets_provider.model.element import Element, Origin

def regions(parameters):
    return [{"region": name, "n": 1} for name in parameters["names"]]

def broken(parameters):
    raise RuntimeError("no way")

def odd(parameters):
    return parameters["value"]

def alien(parameters):
    return [{"x": object()}]

class Counting(Generator):
    '''Yields numbers.'''
    kind = "counting_%s"
    up_to: int

    def expand(self, context):
        return [Element({"number": n}, Origin(context.path)) for n in range(self.up_to)]
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Install a package with plugins and a generator; return the generator's kind."""
    module = f"plugins_{abs(hash(tmp_path))}"
    names = ("regions", "broken", "odd", "alien")
    points = "\n".join(f"{name} = {module}:{name}" for name in names)
    kind = f"counting_{module}"
    folder = tmp_path / "site" / f"{module}-1.dist-info"
    folder.mkdir(parents=True)
    (tmp_path / "site" / f"{module}.py").write_text(MODULE % module)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1\n")
    (folder / "entry_points.txt").write_text(
        f"[gitopssets_provider.plugins]\n{points}\n"
        f"[gitopssets_provider.generators]\n{kind} = {module}:Counting\nwrong = {module}:regions\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return kind


@pytest.fixture
def call(expand: Expand, context: Context, installed: str) -> Callable[..., list[Any]]:
    """Return a function that expands a Python plugin."""
    sources = replace(context.sources, plugins=Plugins(["regions", "broken", "odd", "alien", "missing"]))
    secrets = {"token": Opaque("hush", label="secrets.token", secret=True, known=True)}
    using = replace(context, sources=sources, templating=Templating({"secrets": secrets}))

    def call(name: str, empty: bool = False, **parameters: Any) -> list[Any]:
        generator = {"plugin": {"call": name, "parameters": parameters}, "allowEmpty": empty}
        return [element.parameters for element in expand(generator, using=using)]

    return call


def test_what_a_function_returns_are_the_elements(call: Any) -> None:
    assert call("regions", names=["eu", "us"]) == [{"region": "eu", "n": 1}, {"region": "us", "n": 1}]


def test_a_function_may_be_handed_a_secret(call: Any) -> None:
    assert call("regions", names=["{{ secrets.token }}"]) == [{"region": "hush", "n": 1}]


@pytest.mark.parametrize(
    ("name", "parameters", "told"),
    [
        ("region", {}, 'the stack does not allow the plugin region; did you mean "regions"'),
        ("missing", {}, "no plugin missing is installed"),
        ("broken", {}, "the plugin broken fails: RuntimeError: no way"),
        ("regions", {}, "the plugin regions fails: KeyError"),
        ("odd", {"value": {"a": 1}}, "must return a list of mappings"),
        ("odd", {"value": None}, "must return a list of mappings"),
        ("odd", {"value": ["a"]}, "must be an object, not a string"),
        ("alien", {}, "returns what is no JSON"),
        ("odd", {"value": []}, "yields no element"),
    ],
)
def test_anything_else_is_an_error_that_names_the_plugin(call: Any, name: str, parameters: Any, told: str) -> None:
    with pytest.raises(SourceError) as error:
        call(name, **parameters)
    assert told in str(error.value)
    assert str(error.value).startswith("generators[0].plugin: ")


def test_an_empty_list_is_none_where_that_is_allowed(call: Any) -> None:
    assert call("odd", empty=True, value=[]) == []


def test_a_generator_of_another_package_is_known_once_the_stack_names_it(expand: Expand, installed: str) -> None:
    with pytest.raises(DefinitionError, match="unknown generator"):
        parse({installed: {"upTo": 2}})
    try:
        load_generators([installed, "regions"])
        load_generators([installed])
        assert [element.parameters["number"] for element in expand({installed: {"upTo": 2}})] == [0, 1]
    finally:
        KINDS.pop(installed, None)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("regins", 'gitopssets:plugins: no plugin regins is installed; did you mean "regions"'),
        ("wrong", "gitopssets:plugins: the entry point wrong is no generator of the kind wrong"),
    ],
)
def test_a_name_without_a_plugin_is_an_error(installed: str, name: str, told: str) -> None:
    with pytest.raises(DefinitionError) as error:
        load_generators([name])
    assert told in str(error.value)


class Ask:
    """Expands plugin generators against a server that answers as a test says."""

    def __init__(self, expand: Expand, context: Context) -> None:
        self.expand, self.context = expand, context

    def __call__(self, answers: bytes, **fields: Any) -> list[Any]:
        self.server = Server(lambda _: answers)
        with self.server:
            grant = HostGrant(host=self.server.authority, allow_http=True, private_addresses=True)
            network = Network(NetworkSettings(hosts=[grant], attempts=1, read_timeout=1))
            secrets = {"token": Opaque("hush", label="secrets.token", secret=True, known=True)}
            using = replace(
                self.context,
                sources=replace(self.context.sources, http=network),
                templating=Templating({"set": {"name": "web"}, "secrets": secrets}),
            )
            try:
                elements = self.expand({"plugin": {"url": f"{self.server.url}/base/", **fields}}, using=using)
            finally:
                network.close()
        return [element.parameters for element in elements]


@pytest.fixture
def ask(expand: Expand, context: Context) -> Ask:
    return Ask(expand, context)


def test_a_server_is_asked_in_the_words_of_argo_cd(ask: Ask) -> None:
    body = answer({"output": {"parameters": [{"key": "a"}, {"key": "b"}]}})
    assert ask(body, token="{{ secrets.token }}", parameters={"n": 1}) == [{"key": "a"}, {"key": "b"}]
    (asked,) = ask.server.asked
    assert (asked.method, asked.path) == ("POST", "/base/api/v1/getparams.execute")
    assert asked.headers["authorization"] == "Bearer hush"
    assert json.loads(asked.body) == {"applicationSetName": "web", "input": {"parameters": {"n": 1}}}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (answer({"output": {}}), 'the answer has no key "parameters"'),
        (answer([]), 'has no item "output"'),
        (answer({"output": {"parameters": None}}), "no list of objects"),
        (answer({"output": {"parameters": {"a": 1}}}), "no list of objects"),
        (answer({"output": {"parameters": [1]}}), "must be an object, not a number"),
        (answer({"output": {"parameters": []}}), "yields no element"),
    ],
)
def test_another_answer_is_an_error(ask: Ask, body: bytes, told: str) -> None:
    with pytest.raises(SourceError) as error:
        ask(body)
    assert told in str(error.value)
    assert str(error.value).startswith("generators[0].plugin: ")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "name either a call or a url"),
        ({"call": "a", "url": "https://h.example"}, "name either a call or a url"),
        ({"call": "a", "token": "x"}, "token and ca are for a url"),
        ({"url": "https://h.example?x=1"}, "without a query"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_read(fields: Any, told: str) -> None:
    with pytest.raises(GitOpsSetsError, match=told):
        parse({"plugin": fields})
