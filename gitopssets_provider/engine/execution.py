"""Taking the steps that were decided: hooks, providers, state, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gitopssets_provider.engine.builtin import Builtin
from gitopssets_provider.engine.hooks import Hooks
from gitopssets_provider.engine.journal import Journal
from gitopssets_provider.engine.provider import Made, Provider
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.run_state import RunState, Work
from gitopssets_provider.engine.step import Op, Step
from gitopssets_provider.engine.urn import ROOT_STACK_TYPE, is_provider_type, qualified_type
from gitopssets_provider.engine.values import Secret, same_value, strip_secrets
from gitopssets_provider.errors import GitOpsSetsError, StackError

__all__ = ["Executor", "StepFailedError"]


class StepFailedError(Exception):
    """Signals that a step failed, which has been told."""


class _ProtectedError(StackError):
    """Signals that a protected resource was to be deleted: others may still be, for nothing has happened to it."""


class Executor:
    """Takes steps one after the other."""

    def __init__(self, run: RunState, journal: Journal, hooks: Hooks, builtin: Builtin) -> None:
        self._run = run
        self._builtin = builtin
        self._journal = journal
        self._hooks = hooks
        self._registered: dict[str, Work] = {}
        self._stack_outputs: tuple[str, dict[str, Any]] | None = None
        self.failed: list[Resource] = []
        self.after_hook_failed = False

    def take(self, work: Work) -> None:
        """Take one step; raise StepFailedError if it fails and the run must end."""
        step = work.step
        self._run.reporter.begin(step)
        try:
            count = self._apply(work)
        except GitOpsSetsError as error:
            self._tell_failure(step, str(error))
            self.failed.append(step.new or step.old or Resource("", ""))
            if not isinstance(error, _ProtectedError):
                raise StepFailedError from error
            return
        new = step.new
        if new is not None and step.op not in (Op.CREATE_REPLACEMENT, Op.DELETE_REPLACED):
            self._registered[step.urn] = work
        if new is not None and step.op is not Op.REPLACE:
            _mark_secrets(new)
            self._run.news[new.urn] = new
        self._run.reporter.done(step, count=count)

    def _tell_failure(self, step: Step, text: str) -> None:
        self._run.reporter.tell("error", f"Preview failed: {text}" if self._run.dry_run else text, step.urn)
        self._run.reporter.fail(step, text)

    def _apply(self, work: Work) -> bool:
        """Take the step and return whether it counts as a change of its kind."""
        op, old, new = work.step.op, work.step.old, work.step.new
        if op is Op.SAME:
            self._same(work, _present(old), _present(new))
        elif op in (Op.CREATE, Op.CREATE_REPLACEMENT):
            self._create(work, old, _present(new))
        elif op is Op.UPDATE:
            self._update(_present(old), _present(new))
        elif op in (Op.READ, Op.READ_REPLACEMENT):
            return self._read(work, old, _present(new))
        elif op is Op.REMOVE_PENDING_REPLACE:
            self._journal.drop(_present(old))
        elif op is not Op.REPLACE:
            self._delete(work, _present(old))
        return True

    def _provider(self, resource: Resource) -> Provider:
        return self._run.registry if is_provider_type(resource.type) else self._run.registry.get(resource.provider)

    def _same(self, work: Work, old: Resource, new: Resource) -> None:
        new.id, new.outputs = old.id, old.outputs
        if is_provider_type(new.type) and not work.skipped:
            self._run.registry.use(new.urn, new.id, old.inputs)
        self._journal.drop(old)
        if not work.skipped:
            self._journal.add(new)

    def _create(self, work: Work, old: Resource | None, new: Resource) -> None:
        self._hooks.run("BeforeCreate", new=new)
        self._journal.begin(new, "creating")
        try:
            if new.custom:
                made = self._provider(new).create(new.urn, new.inputs, preview=self._run.dry_run)
                new.id, new.outputs = made.id, made.outputs
        except GitOpsSetsError:
            self._journal.end(new)
            raise
        new.created = new.modified = _now()
        if old is not None and work.pending:
            old.delete = True
        self._journal.add(new)
        if old is not None and old.pending_replacement:
            self._journal.drop(old)
        if new.custom:
            self._after("AfterCreate", new=new)
        self._journal.end(new)

    def _update(self, old: Resource, new: Resource) -> None:
        new.id, new.created, new.modified = old.id, old.created, old.modified
        self._hooks.run("BeforeUpdate", old=old, new=new)
        self._journal.begin(new, "updating")
        try:
            if new.custom:
                made = self._updated(old, new)
                new.outputs, new.modified = made.outputs, _now()
        except GitOpsSetsError:
            self._journal.end(new)
            raise
        if old.custom:
            self._after("AfterUpdate", old=old, new=new)
        self._journal.drop(old)
        self._journal.add(new)
        self._journal.end(new)

    def _updated(self, old: Resource, new: Resource) -> Made:
        made = self._provider(new).update(new.urn, old.outputs, new.inputs, preview=self._run.dry_run)
        if is_provider_type(new.type):
            self._run.registry.use(new.urn, new.id, new.inputs)
        return made

    def _read(self, work: Work, old: Resource | None, new: Resource) -> bool:
        """Read a stack reference into the state; it counts only if it is not what it was."""
        new.outputs = self._builtin.stack_outputs(str(strip_secrets(new.inputs.get("name"))))
        if work.step.op is Op.READ_REPLACEMENT and old is not None:
            old.delete = True
        elif old is not None:
            self._journal.drop(old)
        if old is not None:
            changed = not (same_value(old.inputs, new.inputs) and same_value(old.outputs, new.outputs))
            new.created, new.modified = old.created, _now() if changed else old.modified
        self._journal.add(new)
        return old is not None and not same_value(old.outputs, new.outputs)

    def _delete(self, work: Work, old: Resource) -> None:
        self._hooks.run("BeforeDelete", old=old)
        replacing = work.step.op in (Op.DELETE_REPLACED, Op.DISCARD_REPLACED)
        if old.protect and not replacing:
            raise _ProtectedError(
                f'resource "{old.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either '
                "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the "
                f"command:\n`pulumi state unprotect '{old.urn}'`"
            )
        self._journal.begin(old, "deleting")
        try:
            if self._is_really_deleted(old):
                self._provider(old).delete(old.urn, old.outputs)
        except GitOpsSetsError:
            self._journal.end(old)
            raise
        if work.pending:
            old.pending_replacement = True
        self._after("AfterDelete", old=old)
        if not old.pending_replacement:
            self._journal.drop(old)
        self._journal.end(old)

    def _is_really_deleted(self, old: Resource) -> bool:
        kept = old.external or old.retain_on_delete or old.deleted_with in self._run.seen.deletes
        return old.custom and not kept and not self._run.dry_run

    def _after(self, kind: str, *, old: Resource | None = None, new: Resource | None = None) -> None:
        """Call hooks whose failure comes too late to undo anything, but ends the run."""
        try:
            self._hooks.run(kind, old=old, new=new)
        except StackError as error:
            subject = new or old
            self._run.reporter.tell("error", str(error), subject.urn if subject else "")
            self.after_hook_failed = True

    def register_outputs(self, urn: str, outputs: dict[str, Any]) -> None:
        """Take the outputs of a component; those of the stack wait until it is known how the run ends."""
        if qualified_type(urn) == ROOT_STACK_TYPE:
            self._stack_outputs = (urn, outputs)
            return
        self._complete(urn, outputs)

    def finish_stack_outputs(self, *, failed: bool) -> dict[str, Any]:
        """Set the stack's outputs and return them: after a failure new ones are added, but none is taken away."""
        if self._stack_outputs is None:
            return {}
        urn, outputs = self._stack_outputs
        old = self._run.olds.get(urn)
        if failed and old is not None:
            outputs = {**old.outputs, **outputs}
        if urn in self._registered:
            self._complete(urn, outputs)
        return outputs

    def _complete(self, urn: str, outputs: dict[str, Any]) -> None:
        work = self._registered.pop(urn, None)
        if work is None:
            raise StackError(f"cannot complete a resource '{urn}' whose registration isn't pending")
        new = _present(work.step.new)
        if work.skipped:
            return
        new.outputs = outputs
        if not new.custom and work.step.op is Op.CREATE:
            self._after("AfterCreate", new=new)
        elif not new.custom and work.step.op is Op.UPDATE:
            self._after("AfterUpdate", old=work.step.old, new=new)
        self._run.reporter.outputs_known(urn)


def _present(resource: Resource | None) -> Resource:
    assert resource is not None  # noqa: S101  each kind of step has its sides
    return resource


def _now() -> datetime:
    return datetime.now(UTC)


def _mark_secrets(resource: Resource) -> None:
    """Make outputs secret that were asked to be, or whose input is."""
    secret = {
        *resource.additional_secret_outputs,
        *(key for key, value in resource.inputs.items() if isinstance(value, Secret)),
    }
    marked = {
        key: Secret(value) for key, value in resource.outputs.items() if key in secret and not isinstance(value, Secret)
    }
    if marked:
        resource.outputs = {**resource.outputs, **marked}
