"""The documents that hold a deployment: the state file of a stack, and what ``pulumi stack export`` prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from gitopssets_provider.engine.deployment import check_version, read_snapshot, write_deployment
from gitopssets_provider.engine.go_json import write_go_json
from gitopssets_provider.engine.integrity import check_integrity
from gitopssets_provider.engine.passphrase import Passphrase
from gitopssets_provider.engine.resource import Snapshot
from gitopssets_provider.engine.stack_name import StackName
from gitopssets_provider.errors import StackError

__all__ = ["load_export", "read_checkpoint", "write_checkpoint", "write_export"]

_RESTORE: Final = "restore it, for instance from .pulumi/backups; it was left as it is"
_OURS: Final = "passphrase"
_SEALED: Final = ("resources", "pending_operations")
_EXPORT_AGAIN: Final = "write it again with `pulumi stack export`"


def read_checkpoint(content: bytes, *, file: Path) -> Snapshot:
    """Return the snapshot in a state file."""
    with _damage(file, _RESTORE):
        document = _document(content)
        latest = _part(_part(document, "checkpoint"), "latest", optional=True)
        if not latest:
            return Snapshot()
        secrets = _secrets(latest)
        # The passphrase is asked for only where there is something to decrypt: deriving its key takes its time.
        snapshot = read_snapshot(latest, _unlock(secrets) if b'"ciphertext"' in content else None)
        check_integrity(latest.get("manifest"), snapshot)
        return snapshot


def load_export(path: Path) -> Snapshot:
    """Return the state in a file that ``pulumi stack export`` wrote, of any backend.

    Secrets that the environment's passphrase does not open are values nobody can read: ``Secret(UNKNOWN)``.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StackError(f"cannot be read: {error.strerror}", file=str(path)) from error
    with _damage(path, _EXPORT_AGAIN):
        document = _document(content)
        if "deployment" not in document:
            raise StackError('has no "deployment", so it is no export')
        latest = _part(document, "deployment", optional=True)
        if not latest:
            return Snapshot()
        try:
            decrypt = _unlock(_secrets(latest))
        except StackError:
            decrypt = None
        snapshot = read_snapshot(latest, decrypt)
        check_integrity(latest.get("manifest"), snapshot)
        return snapshot


def write_checkpoint(snapshot: Snapshot, stack: StackName, secrets: Passphrase) -> str:
    """Return the text of a state file."""
    provider = {"type": _OURS, "state": {"salt": secrets.state}}
    deployment = write_deployment(snapshot, provider, secrets.encrypt)
    checkpoint = {"stack": str(stack), "latest": deployment.content}
    return write_go_json({**deployment.head, "checkpoint": checkpoint})


def write_export(content: bytes, *, file: Path, show_secrets: bool = False) -> str:
    """Return what ``pulumi stack export`` prints for a state file; only to show secrets needs the passphrase."""
    with _damage(file, _RESTORE):
        document = _document(content)
        latest = _part(_part(document, "checkpoint"), "latest", optional=True)
        head = {key: document[key] for key in ("version", "features") if key in document}
    if show_secrets:
        written = write_deployment(read_checkpoint(content, file=file), latest.get("secrets_providers"), None)
        latest = {**latest, **{key: written.content[key] for key in _SEALED if key in latest}}
    return write_go_json({**head, "deployment": latest or None}, indent=4) + "\n"


@contextmanager
def _damage(file: Path, remedy: str) -> Iterator[None]:
    """Name the file in each problem, and a remedy where the problem has none."""
    try:
        yield
    except StackError as error:
        named = (replace(problem, remedy=problem.remedy or remedy) for problem in error.problems)
        raise StackError(problems=named).at(file=str(file)) from error
    except RecursionError:
        raise StackError("is damaged: it is nested too deep", remedy=remedy, file=str(file)) from None


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        raise StackError(f"is damaged: it is no JSON from line {error.lineno}, column {error.colno} on") from error
    except ValueError as error:
        raise StackError("is damaged: it is no JSON") from error
    if not isinstance(document, dict):
        raise StackError("is damaged: it is no object")
    check_version(document.get("version"), document.get("features"))
    return document


def _part(content: Mapping[str, Any], key: str, *, optional: bool = False) -> dict[str, Any]:
    part = content.get(key)
    if part is None and optional:
        return {}
    if not isinstance(part, dict):
        raise StackError(f'is damaged: its "{key}" is no object')
    return part


def _secrets(latest: Mapping[str, Any]) -> Passphrase | None:
    """Return the secrets manager that a deployment names."""
    provider = _part(latest, "secrets_providers", optional=True)
    kind = provider.get("type")
    if kind and kind != _OURS:
        raise StackError(f'the secrets provider of the state is "{kind}"', remedy="this needs the Pulumi CLI")
    return Passphrase(str(_part(provider, "state").get("salt", ""))) if kind else None


def _unlock(secrets: Passphrase | None) -> Callable[[str], str]:
    if secrets is None:
        raise StackError("has secrets and names no provider for them")
    secrets.check()
    return secrets.decrypt
