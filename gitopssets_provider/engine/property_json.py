"""Property values as the state keeps them: secrets encrypted, the unknown as a magic text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gitopssets_provider.engine.go_json import write_go_json
from gitopssets_provider.engine.values import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN, Secret, Unknown, number
from gitopssets_provider.errors import StackError

__all__ = ["BYTE_STRING_SIGNATURE", "PropertyReader", "PropertyWriter"]

#: Marks a string that is no UTF-8; such a value, like assets and references, is kept as the object it is in the file.
BYTE_STRING_SIGNATURE: Final = "803fd3297a5875dc03ca845dda5d2a98"
_COMPUTED: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class PropertyReader:
    """Turns JSON into property values. Without ``decrypt`` a secret is one nobody can read: ``Secret(UNKNOWN)``."""

    decrypt: Callable[[str], str] | None

    def read(self, value: Any) -> Any:
        """Return the property value of a JSON value."""
        if isinstance(value, dict):
            if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
                return self._secret(value)
            return {key: self.read(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.read(item) for item in value]
        if isinstance(value, int) and not isinstance(value, bool):
            return number(value)
        return UNKNOWN if value == _COMPUTED else value

    def _secret(self, value: Mapping[str, Any]) -> Secret:
        plain, sealed = value.get("plaintext"), value.get("ciphertext")
        if isinstance(plain, str) == isinstance(sealed, str):
            raise StackError("a secret is damaged: it has either a ciphertext or a plaintext")
        if isinstance(sealed, str):
            if self.decrypt is None:
                return Secret(UNKNOWN)
            plain = self.decrypt(sealed)
        try:
            inner = json.loads(str(plain))
        except ValueError as error:
            raise StackError("a secret is damaged: its text is no JSON") from error
        # What a secret holds is encrypted as a whole; secrets within it are only marked.
        return Secret(PropertyReader(_same).read(inner))


@dataclass(slots=True)
class PropertyWriter:
    """Turns property values into JSON with sorted keys; notes whether one of them is a byte string.

    Without ``encrypt`` secrets are written in the clear, as ``pulumi stack export --show-secrets`` does.
    """

    encrypt: Callable[[str], str] | None
    byte_strings: bool = False

    def write(self, value: Any) -> Any:
        """Return the JSON value of a property value."""
        if isinstance(value, dict):
            self.byte_strings |= value.get(SIGNATURE_KEY) == BYTE_STRING_SIGNATURE
            return {key: self.write(value[key]) for key in sorted(value)}
        if isinstance(value, list | tuple):
            return [self.write(item) for item in value]
        if isinstance(value, Secret):
            return self._secret(value)
        return _COMPUTED if isinstance(value, Unknown) else value

    def _secret(self, secret: Secret) -> dict[str, str]:
        inner = PropertyWriter(_same if self.encrypt else None)
        text = write_go_json(inner.write(secret.value), html=True)
        self.byte_strings |= inner.byte_strings
        sealed = {"ciphertext": self.encrypt(text)} if self.encrypt else {"plaintext": text}
        return {SIGNATURE_KEY: SECRET_SIGNATURE, **sealed}
