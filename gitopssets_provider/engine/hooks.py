"""Resource hooks: functions of the program that the engine calls before and after it touches a resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from gitopssets_provider.engine.provider import Warn
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.urn import resource_name, resource_type
from gitopssets_provider.engine.wire import write_struct
from gitopssets_provider.errors import StackError

__all__ = ["Hooks"]

# As large as the messages of the resource monitor may be: hooks are handed whole objects.
_MESSAGE_SIZE: Final = 400 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Hook:
    callback: callback_pb2.Callback
    on_dry_run: bool
    ignore_errors: bool


class Hooks:
    """The hooks that the program has registered, by name."""

    def __init__(self, warn: Warn, *, dry_run: bool) -> None:
        self._warn = warn
        self._dry_run = dry_run
        self._hooks: dict[str, _Hook] = {}
        self._channels: dict[str, grpc.Channel] = {}

    def register(self, request: resource_pb2.RegisterResourceHookRequest) -> None:
        """Take a hook from the program."""
        if not request.name:
            raise StackError("resource hook name cannot be empty")
        if request.name in self._hooks:
            raise StackError(f'resource hook already registered for name "{request.name}"')
        self._hooks[request.name] = _Hook(request.callback, request.on_dry_run, request.ignore_errors)

    def run(self, kind: str, *, old: Resource | None = None, new: Resource | None = None) -> None:
        """Call the hooks of one kind that a resource names; raise what the first one that fails says."""
        subject = _subject(old, new)
        for name in subject.resource_hooks.get(kind, ()):
            hook = self._hooks.get(name)
            if hook is None:
                raise StackError(f'hook "{name}" was not registered')
            if self._dry_run and not hook.on_dry_run:
                continue
            error = self._call(hook, _request(kind, old, new))
            if error and hook.ignore_errors:
                self._warn("warning", f'{kind} hook "{name}" failed: {error}', subject.urn)
            elif error:
                moment = "before" if kind.startswith("Before") else "after"
                raise StackError(f'{moment} hook "{name}" failed: {error}')

    def _call(self, hook: _Hook, request: resource_pb2.ResourceHookRequest) -> str:
        call = callback_pb2.CallbackInvokeRequest(token=hook.callback.token, request=request.SerializeToString())
        try:
            answer = self._stub(hook.callback.target).Invoke(call)
        except grpc.RpcError as error:
            return str(getattr(error, "details", lambda: "")() or error)
        return resource_pb2.ResourceHookResponse.FromString(answer.response).error

    def _stub(self, target: str) -> Any:
        if target not in self._channels:
            sizes = [
                ("grpc.max_receive_message_length", _MESSAGE_SIZE),
                ("grpc.max_send_message_length", _MESSAGE_SIZE),
            ]
            self._channels[target] = grpc.insecure_channel(target, options=sizes)
        return callback_pb2_grpc.CallbacksStub(self._channels[target])

    def close(self) -> None:
        """Let go of the program."""
        for channel in self._channels.values():
            channel.close()


def _subject(old: Resource | None, new: Resource | None) -> Resource:
    subject = new if new is not None else old
    assert subject is not None  # noqa: S101  a hook is always about something
    return subject


def _request(kind: str, old: Resource | None, new: Resource | None) -> resource_pb2.ResourceHookRequest:
    subject = _subject(old, new)
    request = resource_pb2.ResourceHookRequest(
        urn=subject.urn, id=subject.id, name=resource_name(subject.urn), type=resource_type(subject.urn)
    )
    if new is not None:
        request.new_inputs.CopyFrom(write_struct(new.inputs))
        if kind.startswith("After"):
            request.new_outputs.CopyFrom(write_struct(new.outputs))
    if old is not None:
        request.old_inputs.CopyFrom(write_struct(old.inputs))
        request.old_outputs.CopyFrom(write_struct(old.outputs))
    return request
