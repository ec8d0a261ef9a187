"""The pages of the reference say what the code says, and links between pages lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), DOCS.parent / "README.md"])


@pytest.fixture(name="generate", scope="module")
def _generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_code_says(generate: ModuleType) -> None:
    pages: dict[str, str] = generate.pages()
    written = {file.name: file.read_text(encoding="utf-8") for file in (DOCS / "reference").iterdir()}
    assert written == pages, "run make docs"


def test_every_field_of_the_reference_says_what_it_means(generate: ModuleType) -> None:
    empty = [
        f"{name}: {line}"
        for name, text in generate.pages().items()
        for line in text.splitlines()
        if line.startswith("| `") and line.endswith("|  |")
    ]
    assert empty == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
