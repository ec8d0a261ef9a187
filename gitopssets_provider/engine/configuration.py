"""A stack's configuration: its file, the project's defaults, and what the program is handed of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitopssets_provider.engine.declaration import Declaration
from gitopssets_provider.engine.durable import write_whole
from gitopssets_provider.engine.go_json import write_go_json
from gitopssets_provider.engine.go_yaml import read_go_yaml
from gitopssets_provider.engine.passphrase import Passphrase
from gitopssets_provider.engine.project import Project
from gitopssets_provider.engine.values import Secret
from gitopssets_provider.errors import Problems, StackError

__all__ = ["StackConfiguration"]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A value of the stack file that reads ``{secure: CIPHERTEXT}``."""

    ciphertext: str


@dataclass(slots=True)
class StackConfiguration:
    """The configuration of one stack. ``entries`` are the stack's values by full key, secrets sealed.

    ``secrets`` is the secrets manager of the file's ``encryptionsalt``, where it has one.
    """

    project: Project
    stack: str
    entries: dict[str, Any]
    secrets: Passphrase | None = None

    @property
    def file(self) -> Path:
        """Return where the stack's file is, whether it exists or not."""
        return self.project.stack_file(self.stack)

    @classmethod
    def load(cls, project: Project, stack: str) -> StackConfiguration:
        """Read a stack's file; a stack without one has the project's defaults alone."""
        file = project.stack_file(stack)
        try:
            content = _parse(_bytes(file), file)
            _check_reach(content)
            salt = content.get("encryptionsalt")
            return cls(
                project, stack, _entries(project, content.get("config")), Passphrase(str(salt)) if salt else None
            )
        except StackError as error:
            raise error.at(file=str(file)) from error

    def values(self, namespace: str) -> dict[str, Any]:
        """Return a namespace's values by key without the namespace, defaults included, secrets as ``Secret``."""
        prefix = f"{namespace}:"
        found = {key: value for key, value in self._merged().items() if key.startswith(prefix)}
        return {key.removeprefix(prefix): self._reveal(key, value, Secret) for key, value in found.items()}

    def payload(self) -> dict[str, str]:
        """Return the environment variables in which the language host hands a program its configuration."""
        merged = self._merged()
        texts = {key: _text(self._reveal(key, merged[key], _plain)) for key in sorted(merged)}
        return {
            "PULUMI_CONFIG": write_go_json(texts, html=True),
            "PULUMI_CONFIG_SECRET_KEYS": write_go_json([key for key in sorted(merged) if _is_secret(merged[key])]),
        }

    def recorded(self) -> dict[str, Any]:
        """Return the configuration as the history keeps it, secrets encrypted."""
        merged = self._merged()
        return {key: _stored(value if _is_nested(value) else _text(value)) for key, value in sorted(merged.items())}

    def keep_salt(self, secrets: Passphrase) -> Passphrase:
        """Write the salt of a secrets manager into the stack's file, whose other text stays as it is."""
        text = _bytes(self.file)
        gap = b"" if not text or text.endswith(b"\n") else b"\n"
        edited = text + gap + f"encryptionsalt: {secrets.state}\n".encode()
        wanted = {**_parse(text, self.file), "encryptionsalt": secrets.state}
        try:
            added = _parse(edited, self.file) == wanted
        except StackError:
            added = False
        if not added:
            raise StackError(
                "the salt of the stack's secrets cannot be added to the file",
                remedy=f'write the line "encryptionsalt: {secrets.state}" into it',
                file=str(self.file),
            )
        write_whole(self.file, edited)
        self.secrets = secrets
        return secrets

    def _merged(self) -> dict[str, Any]:
        """Return the stack's values and the project's for keys that it does not set; check both against the types."""
        problems = Problems()
        merged = dict(self.entries)
        missing = []
        for name, declared in sorted(self.project.config.items()):
            key = _full_key(self.project, name)
            if key not in merged and declared.fallback is not None:
                merged[key] = declared.fallback
            elif key not in merged and key.startswith(f"{self.project.name}:"):
                missing.append(name)
            if key in merged:
                with problems.catch(f"config.{key}", file=str(self.file)):
                    self._check(key, merged[key], declared)
        if missing:
            problems.add(
                StackError(
                    f"the stack has no value for {', '.join(missing)}, which the project requires",
                    remedy="write it under config:, or run `pulumi config set`",
                    file=str(self.file),
                )
            )
        problems.raise_if_any()
        return merged

    def _check(self, key: str, value: Any, declared: Declaration) -> None:
        if not declared.type:
            return  # Pulumi checks nothing without a type, not even "secret"
        if declared.secret and not _is_secret(value):
            raise StackError(
                "must be encrypted: the project says it is a secret", remedy=f"run `pulumi config set --secret {key}`"
            )
        plain = self._reveal(key, value, _plain)
        if not declared.accepts(plain if isinstance(plain, dict | list) else _text(plain)):
            raise StackError(f"must be of type {declared.type_name}, as the project declares")

    def _reveal(self, key: str, value: Any, wrap: Callable[[str], Any]) -> Any:
        if isinstance(value, _Sealed):
            if self.secrets is None:
                raise StackError(
                    "is a secret, and the file has no encryptionsalt to decrypt it with",
                    remedy="restore that line; a secret of another provider than a passphrase needs the Pulumi CLI",
                    path=f"config.{key}",
                    file=str(self.file),
                )
            try:
                return wrap(self.secrets.decrypt(value.ciphertext))
            except StackError as error:
                raise error.at(f"config.{key}", file=str(self.file)) from error
        if isinstance(value, dict):
            return {name: self._reveal(key, item, wrap) for name, item in value.items()}
        if isinstance(value, list):
            return [self._reveal(key, item, wrap) for item in value]
        return value


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise StackError(f"cannot be read: {error.strerror}", file=str(file)) from error


def _parse(text: bytes, file: Path) -> dict[str, Any]:
    content = read_go_yaml(text, file=str(file))
    if content is not None and not isinstance(content, dict):
        raise StackError("is no mapping", remedy="write the configuration under config:", file=str(file))
    return content or {}


def _check_reach(content: Mapping[str, Any]) -> None:
    """Refuse what only the CLI can do."""
    if content.get("environment"):
        raise StackError("imports an environment (Pulumi ESC)", remedy="this needs the Pulumi CLI", path="environment")
    provider = content.get("secretsprovider") or "passphrase"
    if provider != "passphrase":
        raise StackError(
            f'the secrets provider is "{provider}"', remedy="this needs the Pulumi CLI", path="secretsprovider"
        )


def _entries(project: Project, config: Any) -> dict[str, Any]:
    if config is not None and not isinstance(config, dict):
        raise StackError("must be a mapping", path="config")
    problems = Problems()
    entries = {}
    for key, value in (config or {}).items():
        with problems.catch(f"config.{key}"):
            entries[_full_key(project, key)] = "" if value is None else _seal(value)
    problems.raise_if_any()
    return entries


def _full_key(project: Project, key: str) -> str:
    """Return a key with its namespace; ``ns:config:key`` is an old spelling of ``ns:key``."""
    parts = key.split(":")
    if len(parts) == 3 and parts[1] == "config":
        del parts[1]
    if len(parts) > 2:
        raise StackError("is no configuration key", remedy="write NAMESPACE:NAME")
    return ":".join(parts) if len(parts) == 2 else f"{project.name}:{key}"


def _seal(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(value.get("secure"), str):
            return _Sealed(value["secure"])
        return {name: _seal(item) for name, item in value.items()}
    return [_seal(item) for item in value] if isinstance(value, list) else value


def _is_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_is_secret, value.values()))
    return any(map(_is_secret, value)) if isinstance(value, list) else isinstance(value, _Sealed)


def _plain(text: str) -> str:
    return text


def _text(value: Any) -> str:
    """Return the text in which a program is given a value: a string itself, all else as JSON."""
    return value if isinstance(value, str) else write_go_json(_sorted(value), html=True)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict | list | _Sealed)


def _stored(value: Any) -> Any:
    if isinstance(value, _Sealed):
        return {"secure": value.ciphertext}
    if isinstance(value, dict):
        return {key: _stored(value[key]) for key in sorted(value)}
    return [_stored(item) for item in value] if isinstance(value, list) else value
