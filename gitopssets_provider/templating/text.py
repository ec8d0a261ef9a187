"""Text templates: Jinja2 text that YAML is read from *before* data is bound to it (see ``text_sandbox``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from jinja2 import Template, nodes

from gitopssets_provider.documents.incoming import decode
from gitopssets_provider.documents.yaml_reader import YamlFault, parse_yaml, read_scalar
from gitopssets_provider.documents.yaml_types import ScalarError
from gitopssets_provider.errors import DefinitionError, TemplateError
from gitopssets_provider.templating.assembly import Build, Leaf
from gitopssets_provider.templating.deferral import defer, deferred_leaves, reached
from gitopssets_provider.templating.expressions import Path, compiled, parsed, paths
from gitopssets_provider.templating.fault import Fault, explain, kind_of
from gitopssets_provider.templating.limits import MAX_DEPTH, check_text
from gitopssets_provider.templating.results import Encoded, is_settled, plain
from gitopssets_provider.templating.sandbox import Delimiters
from gitopssets_provider.templating.strings import manifest
from gitopssets_provider.templating.text_sandbox import (
    PENDING,
    RESERVED,
    TOKEN,
    Recording,
    instrument,
    text_sandbox,
)

__all__ = ["TextTemplate"]

_MAX_SKELETONS: Final = 64
_ALLOWED: Final = (nodes.Output, nodes.If, nodes.For, nodes.Assign, nodes.Scope)
_WORDS: Final = {
    "AssignBlock": "block set",
    "CallBlock": "call",
    "FilterBlock": "filter",
    "FromImport": "import",
    "ScopedEvalContextModifier": "autoescape",
}
_STATEMENTS: Final = "a text template has output, if, for and set; data would not survive others"
_STRUCTURE: Final = "data fills values and parts of strings, it adds no keys and no lines: write `key: {{ value }}`"
_MARK: Final = re.compile("\ue003([0-9]+)\ue004")


@dataclass(frozen=True)
class _Output:
    """What is known of an output before it is rendered."""

    line: int
    source: str
    paths: frozenset[Path]


class TextTemplate:
    """A text that becomes one object for each of its documents."""

    def __init__(self, source: str, file: str, delimiters: Delimiters) -> None:
        self._file = file
        self._sandbox = text_sandbox(delimiters)
        self._source = source
        tree = self._parsed()
        self._outputs = _describe(tree, source)
        self._template = self._compiled(tree)
        self._skeletons: dict[str, list[Build]] = {}

    def render(self, names: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the objects that the text becomes with these names; raises ``TemplateError``."""
        text, recorded = self._run(self._template, names)
        builds = self._skeletons.get(text)
        if builds is None:
            builds = self._read(text, names)
            if len(self._skeletons) >= _MAX_SKELETONS:
                self._skeletons.clear()
            self._skeletons[text] = builds
        values = [
            value if is_settled(value) or type(value) is Encoded else self._settle(place, value, recorded, names)
            for place, value in enumerate(recorded.data)
        ]
        return [build(values) for build in builds]

    def _run(self, template: Template, names: Mapping[str, Any]) -> tuple[str, Recording]:
        """Return the text with tokens in place of data, and the data."""
        recording = Recording(self._sandbox, cast("dict[str, Any]", names))
        pieces: list[str] = []
        length = 0
        try:
            for piece in template.root_render_func(recording):
                pieces.append(piece)
                length += len(piece)
                check_text(length)
        except Exception as error:
            raise self._error(explain(error, names), _line_of(error, template)) from None
        return "".join(pieces), recording

    def _settle(self, place: int, value: Any, recorded: Recording, names: Mapping[str, Any]) -> Any:
        """Return a value as JSON, or as a leaf that waits for what is opaque in it."""
        output = self._outputs[recorded.numbers[place]]
        if value is not PENDING:
            try:
                return deferred_leaves(plain(value), output.source)
            except Exception as error:
                raise self._error(explain(error, names), output.line) from None
        inputs = reached(names, output.paths)
        deferred = defer(lambda known: self._again(place, known), names, inputs, output.source)
        if deferred.known:
            deferred.reveal()
        return deferred

    def _again(self, place: int, names: Mapping[str, Any]) -> Any:
        """Return the value of one output of another rendering; opaque values decide nothing, so it is the same one."""
        _, recorded = self._run(self._template, names)
        return self._settle(place, recorded.data[place], recorded, names)

    def _read(self, text: str, names: Mapping[str, Any]) -> list[Build]:
        """Return what builds the objects of a text with tokens."""
        try:
            documents = parse_yaml(text, max_depth=MAX_DEPTH, scalar=self._scalar)
        except YamlFault as fault:
            faulty = "".join(text.split("\n")[fault.line - 1 : fault.line])
            hint = _STRUCTURE if TOKEN.search(faulty) else ""
            line = self._source_line(fault.line, names)
            raise self._error(Fault(fault.fact, fault.remedy or hint), line) from None
        for document in documents:
            if isinstance(document.value, Leaf):
                raise document.value.error(Fault("a document is nothing but data", _STRUCTURE))
            if not isinstance(document.value, dict):
                what = kind_of(document.value)
                line = self._source_line(document.line, names)
                raise self._error(Fault(f"the document is {what}, not a mapping"), line)
        return [manifest(document.value) for document in documents]

    def _scalar(self, text: str, tag: str, *, plain: bool, key: bool) -> Any:
        """Return a scalar of YAML, as a leaf with holes where there are tokens in it."""
        if "\ue000" not in text:
            return read_scalar(text, tag, plain=plain, key=key)
        if key:
            raise ScalarError("a key is made of data, and keys are literal")
        if tag not in ("", "!", "tag:yaml.org,2002:str"):
            raise ScalarError(f"the tag {tag} cannot stand before data")
        pieces = TOKEN.split(text)
        parts = [part for at in range(0, len(pieces), 3) for part in (pieces[at], *map(int, pieces[at + 1 : at + 2]))]
        whole = plain and not tag and len(pieces) == 4 and not pieces[0] and not pieces[3]
        output = self._outputs[int(pieces[2])]
        path, file = self._place(output.line)
        return Leaf(tuple(part for part in parts if part != ""), "node" if whole else "text", output.source, path, file)

    def _source_line(self, line: int, names: Mapping[str, Any]) -> int:
        """Return the line of the template that made a line of its text."""
        tree = self._parsed()
        for literal in tree.find_all(nodes.TemplateData):
            first, *others = literal.data.split("\n")
            marked = [f"\ue003{literal.lineno + at}\ue004{other}" for at, other in enumerate(others, 1)]
            literal.data = "\n".join([f"\ue003{literal.lineno}\ue004{first}", *marked])
        instrument(tree)
        text, _ = self._run(self._compiled(tree), names)
        marks = _MARK.findall("\n".join(text.split("\n")[:line]))
        return int(marks[-1]) if marks else line

    def _parsed(self) -> nodes.Template:
        """Return the tree of the source; raises ``TemplateError`` for statements that data would not survive."""
        if found := RESERVED.search(self._source):
            line = self._source.count("\n", 0, found.start()) + 1
            raise self._error(Fault(f"holds the private character U+{ord(found.group()):04X}"), line)
        try:
            decode(self._source, file=self._file)
            tree = parsed(self._sandbox, self._source)
            _refuse_statements(tree)
        except DefinitionError as error:
            raise TemplateError(problems=error.problems) from None
        except Fault as fault:
            raise self._error(fault, fault.line) from None
        return tree

    def _compiled(self, tree: nodes.Template) -> Template:
        try:
            return compiled(self._sandbox, tree)
        except Fault as fault:
            raise self._error(fault, fault.line) from None

    def _error(self, fault: Fault, line: int) -> TemplateError:
        path, file = self._place(line)
        return fault.at(path, file=file)

    def _place(self, line: int) -> tuple[str, str]:
        """Return path and file of a line; of the whole text where the line is not known."""
        at = f":{line}" if line else ""
        return ("", f"{self._file}{at}") if self._file else (f"text{at}", "")


def _describe(tree: nodes.Template, source: str) -> list[_Output]:
    """Return what is known of each output of an instrumented tree."""
    lines = source.splitlines()
    stored = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    everything = frozenset(path for path in paths(tree) if path[0] not in stored)
    outputs = []
    for expression in instrument(tree):
        read = paths(expression)
        # What a loop or a set has bound comes from anywhere.
        read = everything if any(path[0] in stored for path in read) else read
        outputs.append(_Output(expression.lineno, lines[expression.lineno - 1].strip(), read))
    return outputs


def _refuse_statements(tree: nodes.Template) -> None:
    for node in tree.find_all(nodes.Stmt):
        if not isinstance(node, _ALLOWED):
            raise Fault(f'holds the statement "{_word(node)}"', _STATEMENTS, line=node.lineno)
        if isinstance(node, nodes.For) and node.recursive:
            raise Fault("holds a recursive loop", _STATEMENTS, line=node.lineno)


def _word(node: nodes.Stmt) -> str:
    name = type(node).__name__
    return _WORDS.get(name, name.lower())


def _line_of(error: BaseException, template: Template) -> int:
    """Return the line of the template that an exception comes from."""
    line = 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line
