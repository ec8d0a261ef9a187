"""A server that answers as a forge does, from a table of questions and answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from toxic_server import Asked, Server, answer

from gitopssets_provider.model.forge import Discovery, ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.forges import Forges, live_forges
from gitopssets_provider.sources.network import HostGrant, Network, NetworkSettings

Reply = Any
"""JSON, a whole answer as bytes, or what makes one of the request."""


@dataclass
class Replay:
    """Asks a forge that knows only the given answers; ``{root}`` in their keys and values is the server's URL."""

    answers: dict[str, Reply] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=lambda: {"attempts": 1, "readTimeout": 1, "totalTimeout": 3})
    options: dict[str, Any] = field(default_factory=dict)
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server(self._answer)
        self.networks: list[Network] = []

    @property
    def forges(self) -> Forges:
        grant = HostGrant(host=self.server.authority, allow_http=True, private_addresses=True)
        network = Network(NetworkSettings.model_validate({"hosts": [grant], **self.settings}), **self.options)
        self.networks.append(network)
        return live_forges(network, network.concurrently)

    def pull_requests(
        self, kind: str, repository: str, wanted: Callable[[PullRequest], bool] = lambda _: True, **server: Any
    ) -> list[PullRequest]:
        return list(self.forges.pull_requests(self._at(kind, server), repository, wanted))

    def repositories(self, kind: str, owner: str, server: Mapping[str, Any] = {}, **discovery: Any) -> list[Repository]:
        return list(self.forges.repositories(self._at(kind, server), owner, Discovery(**discovery)))

    def _at(self, kind: str, server: Mapping[str, Any]) -> ForgeServer:
        return ForgeServer(kind, **{"url": self.server.url, **server})

    def _answer(self, asked: Asked) -> bytes | None:
        if asked.path not in self.answers:
            return answer({"error": f"nobody has recorded {asked.path}"}, 418)
        reply = self.answers[asked.path]
        reply = reply(asked) if callable(reply) else reply
        if isinstance(reply, bytes):
            return reply.replace(b"{root}", self.server.url.encode())
        text = json.dumps(reply).replace("{root}", self.server.url)
        return None if reply is None else answer(text.encode())


@pytest.fixture
def replay() -> Iterator[Replay]:
    """Return a forge to be given answers."""
    made = Replay()
    with made.server:
        yield made
        for network in made.networks:
            network.close()
