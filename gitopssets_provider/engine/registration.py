"""Taking registrations from the program: completing them with what the engine adds, deciding, and carrying out."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

from gitopssets_provider.engine.execution import Executor, StepFailedError
from gitopssets_provider.engine.goal import Goal, needs_cli
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.run_state import RunState, StoppedError, Work
from gitopssets_provider.engine.step import Op
from gitopssets_provider.engine.steps import StepGenerator
from gitopssets_provider.engine.urn import is_provider_type
from gitopssets_provider.engine.values import Secret, strip_secrets
from gitopssets_provider.errors import GitOpsSetsError

__all__ = ["Registrar", "RunEndedError"]

# Registrations that a program sends together are judged together: a contradiction among them (two of one URN) stops
# the run before any of them takes effect, as it does in the CLI, where doing takes longer than deciding this.
_GATHER: Final = 0.01
# A step that fails ends the run after a moment, as in the CLI, where failing takes this long: what the program sends
# meanwhile is still done.
_FAILING: Final = 0.03


class RunEndedError(Exception):
    """Signals that the run has ended, so that nothing is taken from the program any more."""


class Registrar:
    """Takes what the program registers; several threads may call it at once, one after the other is served."""

    def __init__(
        self,
        run: RunState,
        executor: Executor,
        package_config: Callable[[str], dict[str, Any]],
        ended: Callable[[], None],
    ) -> None:
        self._run = run
        self._executor = executor
        self._package_config = package_config
        self._ended = ended
        self._generator = StepGenerator(run)
        self._goals: dict[str, Goal] = {}
        self._component_providers: dict[str, dict[str, str]] = {}
        self._defaults: dict[tuple[str, str], str] = {}
        self._defaults_lock = threading.Lock()
        self.lock = threading.RLock()
        self._idle = threading.Condition(self.lock)
        self._begun = 0
        self.stopped = False
        # Whether what stopped the run was a step, so that its end is told once more.
        self.step_failed = False

    @contextmanager
    def turn(self, *, begun: bool = False) -> Iterator[None]:
        """Be the only one who changes anything; what goes wrong inside ends the run.

        What had begun before a step of another resource failed is still done, as the CLI does it at the same time.
        """
        with self.lock:
            if self.stopped and not (begun and self.step_failed):
                raise RunEndedError
            try:
                yield
            except StepFailedError:
                self.step_failed = True
                if begun:
                    raise  # it ends the run a moment later
                self._end()
            except StoppedError:
                self._end()
            except GitOpsSetsError as error:
                self._run.error(str(error))
                self._end()
            if self._executor.after_hook_failed:
                self.step_failed = True
                self._end()

    def _end(self) -> NoReturn:
        self.stopped = True
        self._run.reporter.fall_silent()
        self._ended()
        raise RunEndedError

    def register(self, goal: Goal, providers: dict[str, str]) -> Resource:
        """Take a registration and return the state it came to."""
        self._complete(goal, providers)
        with self.turn():
            work = self._decide(goal)
            if all(item.step.op is Op.SAME for item in work):
                return self._settle(goal, work, providers)
            self._begun += 1
        try:
            time.sleep(_GATHER)
            with self.turn(begun=True):
                return self._settle(goal, work, providers)
        except StepFailedError:
            time.sleep(_FAILING)
            with self.lock:
                self._end()
        finally:
            with self._idle:
                self._begun -= 1
                self._idle.notify_all()

    def drain(self) -> None:
        """Wait until nothing that was decided is left to be done, or given up."""
        with self._idle:
            self._idle.wait_for(lambda: not self._begun)

    def _settle(self, goal: Goal, work: list[Work], providers: dict[str, str]) -> Resource:
        state = self._carry_out(work)
        self._goals[state.urn] = goal
        if not goal.custom:
            self._component_providers[state.urn] = {**self._component_providers.get(goal.parent, {}), **providers}
        return state

    def _decide(self, goal: Goal) -> list[Work]:
        try:
            return self._generator.generate(goal)
        except GitOpsSetsError as error:
            raise self._run.stop(str(error), self._generator.urn_of(goal)) from error

    def _carry_out(self, work: list[Work]) -> Resource:
        state: Resource | None = None
        for item in work:
            self._executor.take(item)
            state = item.step.new or state
        assert state is not None  # noqa: S101  a goal comes to some state, or the run ends
        return state

    def _complete(self, goal: Goal, providers: dict[str, str]) -> None:
        """Fill in what comes from the parent and which provider manages the resource."""
        parent = self._goals.get(goal.parent)
        if parent is not None:
            goal.inherit(parent)
        package = goal.type.partition(":")[0]
        if is_provider_type(goal.type):
            if goal.version:
                goal.properties["__internal"] = goal.properties.get("__internal", {})
                goal.properties["version"] = goal.version
            goal.provider = ""
        elif goal.custom:
            inherited = self._component_providers.get(goal.parent, {})
            goal.provider = goal.provider or providers.get(package) or inherited.get(package, "")
            goal.provider = goal.provider or self.default_provider(package, goal.version)
        else:
            goal.provider = ""

    def default_provider(self, package: str, version: str = "") -> str:
        """Return the reference of the provider for resources that name none; it is made when first needed."""
        if package not in ("kubernetes", "pulumi"):
            raise needs_cli(f"a resource of the package {package}")
        with self._defaults_lock:
            key = (package, version)
            if key not in self._defaults:
                self._defaults[key] = self._register_default(package, version)
            return self._defaults[key]

    def _register_default(self, package: str, version: str) -> str:
        self._check_default(package)
        inputs = {key: _config_text(value) for key, value in self._package_config(package).items()}
        if version:
            inputs |= {"__internal": {}, "version": version}
        name = "_".join(["default", *version.replace("-", ".").replace("+", ".").split(".")]) if version else "default"
        goal = Goal(f"pulumi:providers:{package}", name, custom=True, properties=inputs, version=version)
        with self.turn():
            state = self._carry_out(self._decide(goal))
        return f"{state.urn}::{state.id}"

    def _check_default(self, package: str) -> None:
        denied = strip_secrets(self._package_config("pulumi").get("disable-default-providers")) or []
        names = json.loads(denied) if isinstance(denied, str) else denied
        if package != "pulumi" and any(str(name).strip() in ("*", package) for name in names):
            message = f"Default provider for '{package}' disabled. '{package}' must use an explicit provider."
            with self.turn():
                raise self._run.stop(message)

    def register_outputs(self, urn: str, outputs: dict[str, Any]) -> None:
        """Take the outputs of a component."""
        with self.turn():
            self._executor.register_outputs(urn, outputs)

    def read(self, state: Resource) -> Resource:
        """Take a resource that was read, not made."""
        with self.turn():
            return self._carry_out(self._generator.generate_read(state))

    def refuse(self, error: GitOpsSetsError, urn: str = "") -> None:
        """End the run because of something that cannot be done."""
        with self.turn():
            raise self._run.stop(str(error), urn)


def _config_text(value: Any) -> Any:
    """Return a configuration value as providers get it: a text, JSON where it is none."""
    if isinstance(value, Secret):
        return Secret(_config_text(value.value))
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
