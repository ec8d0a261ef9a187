"""An SSH server for tests: lets the key in its folder in, and runs ``git-upload-pack`` for it.

Run with a folder; writes keys and the client's configuration into it and prints the port. A path that ends in ``stall``
waits without end. Each command is added to ``commands``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import asyncssh

_FOLDER = Path(sys.argv[1])


async def _session(process: asyncssh.SSHServerProcess[bytes]) -> None:
    command = process.command or ""
    with (_FOLDER / "commands").open("a") as log:
        log.write(f"{command}\n")
    path = command.removeprefix("git-upload-pack ").strip("'")
    if path.endswith("stall"):
        await asyncio.sleep(60)
    environment = {**os.environ, "GIT_PROTOCOL": process.env.get("GIT_PROTOCOL", "")}
    child = await asyncio.create_subprocess_exec(
        "git", "upload-pack", path, stdin=-1, stdout=-1, stderr=-1, env=environment
    )
    asked = asyncio.create_task(_ask(process.stdin, child.stdin))
    await asyncio.gather(_pump(child.stdout, process.stdout), _pump(child.stderr, process.stderr))
    asked.cancel()
    process.exit(await child.wait())


async def _ask(source: Any, target: Any) -> None:
    await _pump(source, target)
    target.close()


async def _pump(source: Any, target: Any) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await source.read(65536):
            target.write(chunk)
            await target.drain()


async def _main() -> None:
    user_key, host_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    (_FOLDER / "id").write_bytes(user_key.export_private_key())
    (_FOLDER / "id").chmod(0o600)
    (_FOLDER / "authorized").write_bytes(user_key.export_public_key())
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host_key],
        authorized_client_keys=str(_FOLDER / "authorized"),
        process_factory=_session,
        encoding=None,
    )
    port = server.sockets[0].getsockname()[1]
    (_FOLDER / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}")
    (_FOLDER / "config").write_text(f"UserKnownHostsFile {_FOLDER}/known_hosts\nIdentityAgent none\n")
    print(port, flush=True)  # noqa: T201  the port is what the parent waits for
    await server.wait_closed()


asyncio.run(_main())
