"""Pulumi's own protocol, served to the program: the resource monitor and the engine of ``pulumi.runtime.proto``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, resource_pb2, resource_pb2_grpc

from gitopssets_provider.engine.builtin import STACK_REFERENCE, Builtin
from gitopssets_provider.engine.goal import needs_cli, read_goal
from gitopssets_provider.engine.hooks import Hooks
from gitopssets_provider.engine.registration import Registrar, RunEndedError
from gitopssets_provider.engine.reporter import Reporter
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.source_position import project_position, project_trace
from gitopssets_provider.engine.urn import make_urn
from gitopssets_provider.engine.values import has_unknown, strip_secrets
from gitopssets_provider.engine.wire import UnsupportedValueError, read_struct, write_struct
from gitopssets_provider.errors import GitOpsSetsError, StackError

__all__ = ["EngineService", "MonitorService", "RunFacts", "serve"]

_WORKERS: Final = 64
_MESSAGE_SIZE: Final = 400 * 1024 * 1024
_FEATURES: Final = {
    "secrets": resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    "resourceReferences": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    "outputValues": resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    "aliasSpecs": resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    "replacementTrigger": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    "deletedWith": resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    "replaceWith": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    # These the program may ask for, and is told then that they need the CLI; denied, it would blame an old CLI.
    "transforms": resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    "invokeTransforms": resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    "parameterization": resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    "resourceHooks": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    "errorHooks": resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
}


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a program may ask about the run. ``root`` is the project's folder."""

    project: str
    stack: str
    organization: str
    root: str
    dry_run: bool
    parallel: int


class MonitorService(resource_pb2_grpc.ResourceMonitorServicer):
    """Answers what the program asks of the engine about its resources."""

    def __init__(
        self, facts: RunFacts, registrar: Registrar, builtin: Builtin, hooks: Hooks, done: Callable[[], None]
    ) -> None:
        self._facts = facts
        self._registrar = registrar
        self._builtin = builtin
        self._hooks = hooks
        self._done = done
        self._released = threading.Event()
        self.program_done = False

    def release(self) -> None:
        """Let the program end."""
        self._released.set()

    def GetDeploymentInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> resource_pb2.DeploymentInfo:
        """Tell the program what it runs for and what the engine can do."""
        facts = self._facts
        return resource_pb2.DeploymentInfo(
            project=facts.project,
            stack=facts.stack,
            organization=facts.organization,
            dryRun=facts.dry_run,
            parallel=facts.parallel,
            supportedFeatures=list(_FEATURES.values()),
        )

    def SupportsFeature(
        self, request: resource_pb2.SupportsFeatureRequest, context: grpc.ServicerContext
    ) -> resource_pb2.SupportsFeatureResponse:
        """Tell a program of an older SDK whether the engine has a feature."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURES)

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        """Take a resource, and answer what it came to."""
        try:
            state = self._register(request)
        except RunEndedError:
            _abort(context)
        outputs = state.outputs if request.custom else {}
        if not request.supportsPartialValues:
            outputs = {key: value for key, value in outputs.items() if not has_unknown(value)}
        answer = write_struct(outputs if request.acceptSecrets else strip_secrets(outputs))
        return resource_pb2.RegisterResourceResponse(urn=state.urn, id=state.id, object=answer)

    def _register(self, request: resource_pb2.RegisterResourceRequest) -> Resource:
        try:
            goal = read_goal(request, self._facts.root)
        except ValueError as error:
            self._refuse(_told(error, request.name))
        except GitOpsSetsError as error:
            self._refuse(error)
        try:
            return self._registrar.register(goal, dict(request.providers))
        except GitOpsSetsError as error:
            self._refuse(error)

    def _refuse(self, error: GitOpsSetsError) -> NoReturn:
        self._registrar.refuse(error)
        raise RunEndedError

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take the outputs of a component or of the stack."""
        try:
            self._registrar.register_outputs(request.urn, read_struct(request.outputs))
        except ValueError as error:
            self._end(context, _told(error, request.urn))
        except RunEndedError:
            _abort(context)
        return empty_pb2.Empty()

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.ReadResourceResponse:
        """Read a stack reference; nothing else is read without the CLI."""
        try:
            state = self._registrar.read(self._reference(request))
        except GitOpsSetsError as error:
            self._end(context, error)
        except RunEndedError:
            _abort(context)
        outputs = state.outputs if request.acceptSecrets else strip_secrets(state.outputs)
        return resource_pb2.ReadResourceResponse(urn=state.urn, id=state.id, properties=write_struct(outputs))

    def _reference(self, request: resource_pb2.ReadResourceRequest) -> Resource:
        if request.type != STACK_REFERENCE:
            raise needs_cli(f"reading a {request.type}").at(request.name)
        provider = self._registrar.default_provider("pulumi", request.version)
        return Resource(
            urn=make_urn(self._facts.stack, self._facts.project, request.parent, request.type, request.name),
            type=request.type,
            custom=True,
            id=request.id,
            external=True,
            inputs=read_struct(request.properties),
            parent=request.parent,
            provider=provider,
            dependencies=sorted(request.dependencies),
            additional_secret_outputs=list(request.additionalSecretOutputs),
            source_position=project_position(request.sourcePosition, self._facts.root),
            stack_trace=project_trace(request.stackTrace, self._facts.root),
        )

    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Call one of the engine's own functions; those of providers need the CLI."""
        try:
            self._registrar.default_provider(request.tok.partition(":")[0], request.version)
            result = self._builtin.invoke(request.tok, strip_secrets(read_struct(request.args)))
        except StackError as error:
            if not request.tok.startswith("pulumi:"):
                self._end(context, needs_cli(f"the function {request.tok}"))
            context.abort(grpc.StatusCode.UNKNOWN, f"invocation of {request.tok} returned an error: {error}")
        except RunEndedError:
            _abort(context)
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(write_struct(result))
        return answer

    def Call(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse methods of remote components."""
        self._end(context, needs_cli(f"the method {request.tok}"))

    def RegisterStackTransform(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse transforms."""
        self._end(context, needs_cli("a stack transform"))

    def RegisterStackInvokeTransform(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse transforms of invokes."""
        self._end(context, needs_cli("an invoke transform"))

    def RegisterErrorHook(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse error hooks."""
        self._end(context, needs_cli("an error hook"))

    def RegisterPackage(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse parameterized packages."""
        self._end(context, needs_cli(f"the parameterized package {request.name}"))

    def RegisterResourceHook(
        self, request: resource_pb2.RegisterResourceHookRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take a hook."""
        try:
            self._hooks.register(request)
        except StackError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Hear that the program is through, and keep it running: its hooks may still be called."""
        self.program_done = True
        self._done()
        self._released.wait()
        return empty_pb2.Empty()

    def _end(self, context: grpc.ServicerContext, error: GitOpsSetsError) -> NoReturn:
        try:
            self._refuse(error)
        except RunEndedError:
            _abort(context)


def _told(error: ValueError, place: str) -> StackError:
    if isinstance(error, UnsupportedValueError):
        return needs_cli(str(error)).at(place)
    return StackError(str(error), path=place)


def _abort(context: grpc.ServicerContext) -> NoReturn:
    context.abort(grpc.StatusCode.UNAVAILABLE, "resource monitor shut down")
    raise AssertionError("abort raises")


class EngineService(engine_pb2_grpc.EngineServicer):
    """Takes the program's messages."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._root = ""

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Pass on a message; what is meant for debugging or for a moment is not kept."""
        if request.severity != engine_pb2.DEBUG and not request.ephemeral:
            severities: dict[int, Any] = {engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}
            self._reporter.hear(severities.get(request.severity, "info"), request.message, request.urn)
        return empty_pb2.Empty()

    def GetRootResource(
        self, request: engine_pb2.GetRootResourceRequest, context: grpc.ServicerContext
    ) -> engine_pb2.GetRootResourceResponse:
        """Return the URN of the stack."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(
        self, request: engine_pb2.SetRootResourceRequest, context: grpc.ServicerContext
    ) -> engine_pb2.SetRootResourceResponse:
        """Take the URN of the stack."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Accept: this engine is no version of the CLI."""
        return engine_pb2.RequirePulumiVersionResponse()


def serve(monitor: MonitorService, engine: EngineService) -> tuple[grpc.Server, str]:
    """Serve both on a free port of this machine; return the server and its address."""
    options = [("grpc.max_receive_message_length", _MESSAGE_SIZE), ("grpc.max_send_message_length", _MESSAGE_SIZE)]
    server = grpc.server(ThreadPoolExecutor(_WORKERS), options=options)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"
