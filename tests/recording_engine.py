"""An engine that notes what a program asks of it: Pulumi's own protocol over gRPC, with no provider behind it."""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any

import grpc
import pulumi
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, resource_pb2, resource_pb2_grpc

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def secret(value):
    """What a secret looks like on the wire."""
    return {**SECRET, "value": value}


@dataclass
class Run:
    """What one run of a program came to. ``requests`` are the registrations by name, in their order."""

    requests: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    logs: list[tuple[str, str]] = field(default_factory=list)
    invokes: list[tuple[str, Any]] = field(default_factory=list)
    error: Exception | None = None

    @property
    def names(self):
        return list(self.requests)

    @property
    def warnings(self):
        return [text for severity, text in self.logs if severity == "WARNING"]

    def object(self, name):
        return json_format.MessageToDict(self.requests[name].object)

    def aliases(self, name):
        return [alias.urn for alias in self.requests[name].aliases]


class Monitor(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    def __init__(self, prefix: str, prior: dict[str, Any] | str, unknown: tuple[str, ...], preview: bool) -> None:
        self.prefix = prefix
        self.prior = prior
        self.unknown = unknown
        self.preview = preview
        self.run = Run()
        self.urns: set[str] = set()
        self.root = ""

    def GetDeploymentInfo(self, request, context):  # noqa: N802
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "ask for each feature")

    def SupportsFeature(self, request, context):  # noqa: N802
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    def Invoke(self, request, context):  # noqa: N802
        arguments = json_format.MessageToDict(request.args)
        self.run.invokes.append((request.tok, arguments))
        if isinstance(self.prior, str):
            context.abort(grpc.StatusCode.UNKNOWN, self.prior)
        answer = struct_pb2.Struct()
        resources = {urn: {"type": urn.split("::")[2], "outputs": outputs} for urn, outputs in self.prior.items()}
        answer.update({"name": arguments.get("stackName", arguments.get("name")), "outputs": resources})
        return provider_pb2.InvokeResponse(**{"return": answer})

    def RegisterResource(self, request, context):  # noqa: N802
        chain = request.parent.split("::")[2] if request.parent else ""
        types = request.type if chain in ("", "pulumi:pulumi:Stack") else f"{chain}${request.type}"
        urn = f"{self.prefix}{types}::{request.name}"
        if urn in self.urns:
            context.abort(grpc.StatusCode.UNKNOWN, f"Duplicate resource URN '{urn}'")
        self.urns.add(urn)
        self.run.requests[request.name] = request
        outputs = struct_pb2.Struct()
        outputs.CopyFrom(request.object)
        if request.name in self.unknown:
            for key in list(outputs.fields):
                outputs[key] = UNKNOWN
        identity = "" if self.preview or not request.custom else f"id-{request.name}"
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identity, object=outputs)

    def RegisterResourceOutputs(self, request, context):  # noqa: N802
        self.run.outputs[request.urn.split("::", 3)[3]] = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request, context):  # noqa: N802
        return empty_pb2.Empty()

    def Log(self, request, context):  # noqa: N802
        severity = ("DEBUG", "INFO", "WARNING", "ERROR")[request.severity]
        if severity != "DEBUG" and not request.ephemeral:
            self.run.logs.append((severity, request.message))
        return empty_pb2.Empty()


def run(
    program,
    *,
    config=None,
    secret_keys=(),
    prior=None,
    unknown=(),
    preview=False,
    root="",
    project="fleet",
    stack="dev",
) -> Run:
    """Run a program as the language host does; what it raises ends up in ``error``.

    ``config`` are stack settings (structured ones are handed over as JSON), ``prior`` the state as outputs by URN (or
    why it cannot be read), ``unknown`` names of resources whose outputs are not known yet.
    """
    monitor = Monitor(f"urn:pulumi:{stack}::{project}::", prior or {}, unknown, preview)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(monitor, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    settings = {key: value if isinstance(value, str) else json.dumps(value) for key, value in (config or {}).items()}

    def in_its_own_context():
        pulumi.runtime.set_all_config(settings, list(secret_keys))
        pulumi.runtime.configure(
            pulumi.runtime.Settings(
                project=project,
                stack=stack,
                monitor=address,
                engine=address,
                parallel=4,
                dry_run=preview,
                organization="organization",
                root_directory=str(root),
            )
        )
        loop = asyncio.new_event_loop()
        executor = futures.ThreadPoolExecutor(max_workers=16)
        loop.set_default_executor(executor)
        try:
            loop.run_until_complete(pulumi.runtime.run_in_stack(program))
        finally:
            executor.shutdown(wait=True)
            loop.close()

    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        contextvars.copy_context().run(in_its_own_context)
    except Exception as error:
        monitor.run.error = error
    finally:
        server.stop(1).wait()
    return monitor.run
