"""One run of the engine from its first to its last moment: the program, the deletions after it, and how it ended."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import grpc

from gitopssets_provider.engine.builtin import Builtin
from gitopssets_provider.engine.deletions import plan_deletions
from gitopssets_provider.engine.dependency_graph import DependencyGraph
from gitopssets_provider.engine.execution import Executor, StepFailedError
from gitopssets_provider.engine.hooks import Hooks
from gitopssets_provider.engine.journal import Journal
from gitopssets_provider.engine.monitor import EngineService, MonitorService, RunFacts, serve
from gitopssets_provider.engine.program import Program
from gitopssets_provider.engine.registration import Registrar, RunEndedError
from gitopssets_provider.engine.run_state import RunState, Work
from gitopssets_provider.engine.stack import Stack

__all__ = ["Session"]

_TOLD: Final = 32
_TICK: Final = 0.2


@dataclass(slots=True)
class _Served:
    server: grpc.Server
    monitor: MonitorService
    program: Program


class Session:
    """Runs the program of a stack, or none, and then deletes what is no longer wanted."""

    def __init__(self, stack: Stack, run: RunState, journal: Journal, *, parallel: int) -> None:
        self._stack = stack
        self._run = run
        self._parallel = parallel or 4 * (os.cpu_count() or 1)
        self._wake = threading.Event()
        self._hooks = Hooks(run.reporter.warn, dry_run=run.dry_run)
        self._builtin = Builtin(stack, run.prior, run.news)
        self._executor = Executor(run, journal, self._hooks, self._builtin)
        self._registrar = Registrar(run, self._executor, stack.configuration.values, self._wake.set)
        self._program_failed = False

    def run(self, configuration: Mapping[str, str] | None) -> dict[str, Any]:
        """Run the program with a configuration (or, without one, no program) and return the stack's outputs."""
        served = self._start(configuration) if configuration is not None else None
        try:
            if served is not None:
                self._listen(served)
                self._registrar.drain()
            if not self._registrar.stopped and not self._program_failed:
                self._finish()
            outputs = self._settle()
        except BaseException:
            self._run.failed = True
            raise
        finally:
            if served is not None:
                self._stop(served)
        return outputs

    def _start(self, configuration: Mapping[str, str]) -> _Served:
        stack, run = self._stack, self._run
        root = str(stack.project.root.resolve())
        facts = RunFacts(run.project, run.stack, "organization", root, run.dry_run, self._parallel)
        monitor = MonitorService(facts, self._registrar, self._builtin, self._hooks, self._wake.set)
        server, address = serve(monitor, EngineService(run.reporter))
        try:
            program = Program(stack.project, facts, address, configuration, run.reporter, self._wake.set)
        except BaseException:
            server.stop(0)
            raise
        return _Served(server, monitor, program)

    def _listen(self, served: _Served) -> None:
        """Wait until the program is through, has failed, or the run has been stopped."""
        while not (self._registrar.stopped or served.monitor.program_done or served.program.ended):
            self._wake.wait(_TICK)
            self._wake.clear()
        if served.monitor.program_done or self._registrar.stopped:
            return
        status = served.program.status
        self._program_failed = status != 0
        if status not in (0, _TOLD):
            self._run.error(f"an unhandled error occurred: program exited with non-zero exit code: {status}")

    def _finish(self) -> None:
        """Delete what the program has not declared, layer by layer; what a failed deletion needs stays."""
        run = self._run
        try:
            with self._registrar.turn():
                unknown = self._unknown_targets()
                deletions = plan_deletions(run)
                for work in deletions.kept:
                    self._executor.take(work)
                for layer in deletions.layers:
                    self._delete(layer)
        except RunEndedError:
            self._registrar.step_failed = True
            return
        if unknown:
            self._program_failed = True

    def _delete(self, layer: list[Work]) -> None:
        run = self._run
        needed: set[int] = set()
        for resource in self._executor.failed:
            for graph in (run.graph, DependencyGraph(run.to_delete)):
                if resource in graph:
                    needed |= graph.transitive_dependencies(resource)
        failure: StepFailedError | None = None
        for work in (work for work in layer if id(work.step.old) not in needed):
            try:
                self._executor.take(work)
            except StepFailedError as error:
                failure = error  # the CLI has begun with the others by now, for nothing in a layer waits for another
        if failure is not None:
            raise failure

    def _unknown_targets(self) -> list[str]:
        run = self._run
        known = {resource.urn for resource in run.prior.resources} | run.seen.urns
        unknown = [target for target in run.targets.literals if target not in known]
        for target in unknown:
            forgotten = "" if "$" in target else " Did you forget to escape $ in your shell?"
            run.error(f"Target '{target}' could not be found in the stack.{forgotten}")
        return unknown

    def _settle(self) -> dict[str, Any]:
        """Set the stack's outputs, and tell once more that it went wrong where a step or a decision did."""
        run, registrar = self._run, self._registrar
        bailed = self._program_failed or (registrar.stopped and not registrar.step_failed)
        failed = bailed or registrar.stopped or run.failed or bool(self._executor.failed)
        with registrar.lock:
            outputs = self._executor.finish_stack_outputs(failed=failed)
        if failed and not bailed:
            run.error(f"{'preview' if run.dry_run else 'update'} failed")
        run.failed = failed
        if not failed:
            run.reporter.close()
        return outputs

    def _stop(self, served: _Served) -> None:
        with self._registrar.lock:
            self._registrar.stopped = True
        if self._run.failed and not served.monitor.program_done:
            self._run.reporter.fall_silent()
            served.program.stop()
        self._hooks.close()
        served.monitor.release()
        served.program.wait()
        served.server.stop(0)
