"""What can be done to a stack: preview it, bring it up, destroy it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from gitopssets_provider.engine.journal import Journal
from gitopssets_provider.engine.reporter import Reporter
from gitopssets_provider.engine.resource import Snapshot
from gitopssets_provider.engine.run_state import Mode, RunState
from gitopssets_provider.engine.session import Session
from gitopssets_provider.engine.stack import Stack, UpdateKind
from gitopssets_provider.engine.step import Listener, Outcome
from gitopssets_provider.engine.targets import Targets

__all__ = ["RunOptions", "destroy", "preview", "preview_destroy", "up"]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run.

    ``targets`` confines the run to resources (URNs, ``*`` and ``**`` as patterns), with ``target_dependents`` also to
    what depends on them. With ``expect_no_changes`` a run that changes anything is not ok.
    ``parallel`` is how many registrations the program may have under way; 0 is the CLI's default. ``run_program`` runs
    the program for a ``destroy`` too, so that its hooks are there.
    """

    targets: tuple[str, ...] = ()
    target_dependents: bool = False
    expect_no_changes: bool = False
    parallel: int = 0
    run_program: bool = False


def preview(stack: Stack, options: RunOptions, listener: Listener, *, against: Snapshot | None = None) -> Outcome:
    """Say what ``up`` would do, and do nothing. ``against`` compares with another state than the stack's own."""
    prior = stack.load() if against is None else against
    return _run(stack, options, listener, prior, dry_run=True)


def preview_destroy(stack: Stack, options: RunOptions, listener: Listener) -> Outcome:
    """Say what ``destroy`` would do, and do nothing."""
    return _run(stack, options, listener, stack.load(), dry_run=True, mode=Mode.DESTROY)


def up(stack: Stack, options: RunOptions, listener: Listener) -> Outcome:
    """Make the stack what its program declares, and keep its state."""
    return _change(stack, options, listener, "update", Mode.UPDATE)


def destroy(stack: Stack, options: RunOptions, listener: Listener) -> Outcome:
    """Delete everything in the stack."""
    return _change(stack, options, listener, "destroy", Mode.DESTROY)


def _change(stack: Stack, options: RunOptions, listener: Listener, kind: UpdateKind, mode: Mode) -> Outcome:
    started = time.time()
    with stack.lock() as notes:
        outcome = _run(stack, options, listener, stack.load(), dry_run=False, mode=mode, notes=notes)
        stack.record(kind, ok=outcome.ok, started=started, changes=outcome.changes)
    return outcome


def _run(
    stack: Stack,
    options: RunOptions,
    listener: Listener,
    prior: Snapshot,
    *,
    dry_run: bool,
    mode: Mode = Mode.UPDATE,
    notes: tuple[str, ...] = (),
) -> Outcome:
    begun = time.monotonic()
    reporter = Reporter(listener)
    for note in notes:
        reporter.tell("warning", note)
    run = RunState(
        project=stack.project.name,
        stack=stack.name,
        prior=prior,
        reporter=reporter,
        dry_run=dry_run,
        mode=mode,
        targets=Targets(options.targets),
        target_dependents=options.target_dependents,
        folder=Path(os.path.relpath(stack.project.folder)),
    )
    if mode is Mode.DESTROY and not options.run_program and _has_delete_hooks(run):
        return _refused(run, begun)
    _warn_of_pending(run)
    save = None if dry_run else stack.save
    journal = Journal(run.prior, save, checkpoints=not _skips_checkpoints())
    session = Session(stack, run, journal, parallel=options.parallel)
    with_program = mode is Mode.UPDATE or options.run_program
    try:
        outputs = session.run(stack.configuration.payload() if with_program else None)
    finally:
        snapshot = journal.close()
    return Outcome(
        ok=not run.failed and _is_as_expected(run, options),
        steps=reporter.steps,
        changes=dict(reporter.changes),
        diagnostics=reporter.diagnostics,
        seconds=time.monotonic() - begun,
        snapshot=prior if dry_run else snapshot,
        outputs=outputs,
    )


def _skips_checkpoints() -> bool:
    """Tell whether the user prefers one save at the end, by the variables the CLI has for it."""
    return all(os.environ.get(name) in ("1", "true") for name in ("PULUMI_EXPERIMENTAL", "PULUMI_SKIP_CHECKPOINTS"))


def _refused(run: RunState, begun: float) -> Outcome:
    """Return the outcome of a run that was not begun."""
    return Outcome(
        ok=False,
        steps=[],
        changes={},
        diagnostics=run.reporter.diagnostics,
        seconds=time.monotonic() - begun,
        snapshot=run.prior,
    )


def _has_delete_hooks(run: RunState) -> bool:
    """Tell whether the program is needed to delete what there is, and say so."""
    found = False
    for resource in run.prior.resources:
        hooks = [*resource.resource_hooks.get("BeforeDelete", ()), *resource.resource_hooks.get("AfterDelete", ())]
        if hooks:
            found = True
            text = f"Resource has delete hooks registered, but the program is not running. Hooks: {', '.join(hooks)}"
            run.error(text, resource.urn)
    if found:
        run.reporter.tell("info", "You must run with the `--run-program` flag to use delete hooks during destroy.")
    return found


def _warn_of_pending(run: RunState) -> None:
    pending = run.prior.pending
    if not pending or run.dry_run:
        return
    lines = "".join(f"  * {operation.resource.urn}, interrupted while {operation.type}\n" for operation in pending)
    run.reporter.tell(
        "warning",
        f"Attempting to deploy or update resources with {len(pending)} pending operations from previous deployment.\n"
        f"{lines}"
        "These resources are in an unknown state because the Pulumi CLI was interrupted while waiting for changes to "
        "these resources to complete. You should confirm whether or not the operations listed completed successfully "
        "by checking the state of the appropriate provider. For example, if you are using AWS, you can confirm using "
        "the AWS Console.\n\nOnce you have confirmed the status of the interrupted operations, you can repair your "
        "stack using `pulumi refresh` which will refresh the state from the provider you are using and clear the "
        "pending operations if there are any.\n\nNote that `pulumi refresh` will need to be run interactively to clear "
        "pending CREATE operations.",
    )


def _is_as_expected(run: RunState, options: RunOptions) -> bool:
    changed = any(count for op, count in run.reporter.changes.items() if op != "same")
    return not (options.expect_no_changes and changed)
