"""The passphrase secrets provider: AES-256-GCM under a key that PBKDF2 derives from a passphrase and a salt."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gitopssets_provider.errors import StackError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["Passphrase", "read_passphrase"]

_ITERATIONS: Final = 1_000_000
_VERSION: Final = "v1"
_PROOF: Final = "pulumi"
_REMEDY: Final = "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it"


def read_passphrase(environment: Mapping[str, str] | None = None) -> str:
    """Return the passphrase that the environment gives. One that is set and empty counts; a file is stripped."""
    environment = os.environ if environment is None else environment
    phrase = environment.get("PULUMI_CONFIG_PASSPHRASE")
    if phrase is not None:
        return phrase
    file = environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if not file:
        raise StackError("the stack's secrets need a passphrase and none is given", remedy=_REMEDY)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise StackError(
            f"the passphrase cannot be read: {reason}", remedy="correct PULUMI_CONFIG_PASSPHRASE_FILE", file=file
        ) from error


@dataclass(slots=True)
class Passphrase:
    """A secrets manager. ``state`` is what the stack file keeps as ``encryptionsalt``: version, salt and a proof.

    The key is derived when the first secret is met: it takes a good part of a second, and many stacks have no secret.
    """

    state: str
    _cipher: AESGCM | None = field(default=None, repr=False)

    @classmethod
    def create(cls) -> Passphrase:
        """Return a manager with a new salt for the passphrase of the environment."""
        salt = secrets.token_bytes(8)
        cipher = _derive(read_passphrase(), salt)
        return cls(f"{_VERSION}:{_encode(salt)}:{_seal(cipher, _PROOF)}", cipher)

    def encrypt(self, text: str) -> str:
        """Return the ciphertext of a text; another one at each call."""
        return _seal(self._unlocked(), text)

    def decrypt(self, ciphertext: str) -> str:
        """Return the text of a ciphertext."""
        return _open(self._unlocked(), ciphertext)

    def check(self) -> None:
        """Raise an error when the environment's passphrase is not the one of this stack."""
        self._unlocked()

    def _unlocked(self) -> AESGCM:
        if self._cipher is None:
            self._cipher = self._unlock()
        return self._cipher

    def _unlock(self) -> AESGCM:
        version, _, rest = self.state.partition(":")
        salt, _, proof = rest.partition(":")
        if version != _VERSION or not proof:
            raise StackError(
                "the encryption salt is damaged or of an unknown version",
                remedy='it reads "v1:SALT:v1:NONCE:PROOF"; restore it',
            )
        cipher = _derive(read_passphrase(), _decode(salt))
        try:
            right = _open(cipher, proof) == _PROOF
        except StackError:
            right = False
        if not right:
            raise StackError("incorrect passphrase", remedy=_REMEDY)
        return cipher


@lru_cache(maxsize=8)
def _derive(phrase: str, salt: bytes) -> AESGCM:
    # Imported here, for most runs meet no secret and save its 50 ms.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(hashlib.pbkdf2_hmac("sha256", phrase.encode(), salt, _ITERATIONS))


def _seal(cipher: AESGCM, text: str) -> str:
    nonce = secrets.token_bytes(12)
    return f"{_VERSION}:{_encode(nonce)}:{_encode(cipher.encrypt(nonce, text.encode(), None))}"


def _open(cipher: AESGCM, ciphertext: str) -> str:
    from cryptography.exceptions import InvalidTag

    version, _, rest = ciphertext.partition(":")
    nonce, _, sealed = rest.partition(":")
    if version != _VERSION or not sealed:
        raise StackError("a secret is damaged or of an unknown version", remedy="restore it, or set it anew")
    try:
        return cipher.decrypt(_decode(nonce), _decode(sealed), None).decode()
    except (InvalidTag, ValueError) as error:
        raise StackError(
            "a secret cannot be decrypted: it is damaged, or was encrypted with another salt",
            remedy="restore it, or set it anew",
        ) from error


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise StackError("a secret is damaged: it is no base64", remedy="restore it, or set it anew") from error
