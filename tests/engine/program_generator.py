"""Write the project of a scenario's step: a program that declares what its ``want`` says, in the project ``cases``."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

__all__ = ["PROJECT", "write_project"]

PROJECT = "cases"


def write_project(folder: Path, want: dict[str, Any], *, out: Path, stack: str = "s") -> None:
    """Write Pulumi.yaml, the program and the stack file into the folder; ``out`` is the render directory."""
    folder.mkdir(parents=True, exist_ok=True)
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    project = {"name": PROJECT, "runtime": runtime, **want.get("project", {})}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project, sort_keys=False))
    shutil.copyfile(Path(__file__).with_name("declared_program.py"), folder / "__main__.py")
    (folder / "want.json").write_text(json.dumps({"want": want, "out": str(out)}))
    if "stackFile" in want:
        text = yaml.safe_dump(want["stackFile"], sort_keys=False, allow_unicode=True).replace("${OUT}", str(out))
        (folder / f"Pulumi.{stack}.yaml").write_text(text)
