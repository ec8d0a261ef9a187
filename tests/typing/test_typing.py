"""The public names are typed: programs and the examples in the documentation pass mypy --strict."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from mypy import api

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_programs_and_documented_examples_type_check(tmp_path: Path) -> None:
    files = sorted(path for path in Path(__file__).parent.glob("*.py") if not path.name.startswith("test_"))
    for page in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]:
        for number, block in enumerate(BLOCK.findall(page.read_text())):
            file = tmp_path / f"{re.sub('[^a-z0-9]', '_', page.stem.lower())}_{number}.py"
            file.write_text(block)
            files.append(file)
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache"), "--strict"]
    found, trouble, status = api.run([*config, "--python-executable", sys.executable, *map(str, files)])
    assert (status, trouble) == (0, ""), found
