"""git over SSH, by the system's ``ssh``: its configuration, its agent and its known hosts apply; it never asks."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from dulwich.client import SSHGitClient, SubprocessSSHVendor, SubprocessWrapper
from dulwich.errors import GitProtocolError
from dulwich.protocol import Protocol

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.deadline import Timeouts
from gitopssets_provider.sources.location import Remote

__all__ = ["SshClient"]


class SshClient(SSHGitClient):
    """Speaks with one host; ``close`` ends whatever is still running."""

    def __init__(self, remote: Remote, credential: Credential | None, timeouts: Timeouts, root: Path) -> None:
        self.authority = remote.authority
        self._vendor = _Vendor()
        self._open: list[Protocol] = []
        command = os.environ.get("GIT_SSH_COMMAND") or "ssh"
        options = f"-oBatchMode=yes -oConnectTimeout={max(1, round(timeouts.connect))}"
        key = credential.ssh_key if credential else ""
        if credential and credential.password:
            raise SourceError(
                f"a password does not open {remote.authority} over ssh", remedy="give an sshKey, or use https"
            )
        super().__init__(
            remote.host,
            port=remote.port,
            username=remote.user or (credential.username if credential else "") or None,
            vendor=self._vendor,
            key_filename=str(root / Path(key).expanduser()) if key else None,
            ssh_command=f"{command} {options}{' -oIdentitiesOnly=yes' if key else ''}",
            thin_packs=False,
        )

    @staticmethod
    def _warn_filter_objects() -> None:
        """Say nothing: a server that does not filter sends everything, which is as good."""

    def _connect(
        self, cmd: bytes, path: str | bytes, protocol_version: int | None = None
    ) -> tuple[Protocol, Callable[[], bool], IO[bytes] | None]:
        connected = super()._connect(cmd, path, protocol_version)
        self._open.append(connected[0])
        return connected

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        self._vendor.end()
        for protocol in self._open:
            with suppress(OSError, GitProtocolError):
                protocol.close()


class _Vendor(SubprocessSSHVendor):
    """Remembers the processes it starts."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []

    def run_command(self, *args: object, **kwargs: object) -> SubprocessWrapper:
        try:
            wrapper = super().run_command(*args, **kwargs)  # type: ignore[arg-type]
        except FileNotFoundError:
            raise SourceError("the program ssh is not installed", remedy="install it, or use https") from None
        self._running.append(wrapper.proc)
        return wrapper

    def end(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()
        self._running.clear()
