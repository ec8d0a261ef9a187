"""Deciding what to do for each resource that the program declares: the rules are those of Pulumi's step generator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gitopssets_provider.engine.aliases import find_old
from gitopssets_provider.engine.goal import Goal, needs_cli
from gitopssets_provider.engine.ignored_changes import keep_ignored
from gitopssets_provider.engine.provider import Checked, Difference, Provider
from gitopssets_provider.engine.replacement import apply_replace_on_changes, delete_dependents
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.run_state import Mode, RunState, StoppedError, Work
from gitopssets_provider.engine.step import Op, Step
from gitopssets_provider.engine.targeting import (
    check_skipped,
    depends_on_skipped,
    is_targeted,
    note_reached,
    untargeted_sames,
)
from gitopssets_provider.engine.urn import is_provider_type, make_urn, provider_package, split_reference
from gitopssets_provider.engine.values import has_unknown, same_value, strip_secrets
from gitopssets_provider.errors import StackError

__all__ = ["StepGenerator"]


class StepGenerator:
    """Turns goals into steps, one goal at a time, in the order in which they come."""

    def __init__(self, run: RunState) -> None:
        self._run = run
        self._providers: dict[str, Resource] = {}

    def urn_of(self, goal: Goal) -> str:
        """Return the URN a goal has."""
        return make_urn(self._run.stack, self._run.project, goal.parent, goal.type, goal.name)

    def generate(self, goal: Goal) -> list[Work]:
        """Return the steps that a goal needs; raise StoppedError or StackError where the run cannot go on."""
        run = self._run
        urn = self._claim(goal)
        old, alias, contradiction = find_old(run, urn, goal)
        new = _wanted(goal, urn, old, alias)
        if is_provider_type(goal.type):
            self._providers[urn] = new
            self._providers[alias or urn] = new
        if run.mode is Mode.DESTROY:
            settled = self._settle_for_destruction(goal, old, new)
            if settled is not None:
                return settled
        work = self._decide(goal, old, new, contradiction=contradiction)
        check_skipped(run, work)
        return work

    def generate_read(self, new: Resource) -> list[Work]:
        """Return the steps for a resource that the program reads instead of declaring it."""
        run, urn = self._run, new.urn
        if urn in run.seen.urns:
            raise run.stop(f"Duplicate resource URN '{urn}'; try giving it a unique name", urn)
        run.seen.urns.add(urn)
        old = run.olds.get(urn)
        if old is not None and not old.external and old.id != new.id:
            run.seen.replaces.add(urn)
            return [
                Work(Step(Op.READ_REPLACEMENT, urn, old, new), pending=True),
                Work(Step(Op.REPLACE, urn, old, new)),
            ]
        if run.mode is Mode.DESTROY:
            run.to_delete.append(new)
        run.seen.reads.add(urn)
        return [Work(Step(Op.READ, urn, old, new))]

    def _claim(self, goal: Goal) -> str:
        seen = self._run.seen
        if goal.parent and goal.parent not in seen.urns:
            raise StackError(f"could not find parent resource {goal.parent}")
        urn = self.urn_of(goal)
        if urn in seen.urns:
            raise self._run.stop(f"Duplicate resource URN '{urn}'; try giving it a unique name", urn)
        seen.urns.add(urn)
        return urn

    def _settle_for_destruction(self, goal: Goal, old: Resource | None, new: Resource) -> list[Work] | None:
        """Where all is to be destroyed, leave objects as they are until they are deleted; components go on as usual."""
        run = self._run
        is_object = goal.custom and not is_provider_type(goal.type)
        if depends_on_skipped(run, new) or (is_object and old is None):
            run.seen.skipped_creates.add(new.urn)
            if old is None:
                run.seen.sames.add(new.urn)
            else:
                new.outputs = old.outputs
            return [Work(Step(Op.SAME, new.urn, old=replace(new), new=new), skipped=True)]
        run.to_delete.append(new)
        if not is_object or old is None:
            return None
        run.seen.sames.add(new.urn)
        new.inputs = old.inputs
        return [Work(Step(Op.SAME, new.urn, old=old, new=new))]

    def _decide(self, goal: Goal, old: Resource | None, new: Resource, *, contradiction: bool) -> list[Work]:
        run, seen, urn = self._run, self._run.seen, new.urn
        recreating = urn in seen.deletes
        external = old is not None and old.external
        provider = self._provider_of(goal, urn)
        targeted = is_targeted(run, new)
        if provider is not None:
            former = None if old is None or recreating or external or old.taint else old.inputs
            kept = keep_ignored(run, urn, goal.properties, old, goal.ignore_changes)
            wanted = kept if former is not None else goal.properties
            checked = provider.check(urn, former, wanted) if targeted else Checked(old.inputs if old else {})
            contradiction |= self._tell_failures(goal, new, checked)
            new.inputs = checked.inputs
        if contradiction:
            raise StoppedError(f"resource {urn} is invalid")
        if old is not None and recreating:
            seen.deletes.discard(urn)
            seen.replaces.add(urn)
            keys = seen.dependent_keys.get(urn, ())
            return [
                Work(Step(Op.REPLACE, urn, old, new)),
                Work(Step(Op.CREATE_REPLACEMENT, urn, old, new, replace_reasons=keys)),
            ]
        if old is not None and external:
            seen.creates.add(urn)
            return [
                Work(Step(Op.CREATE_REPLACEMENT, urn, old, new), pending=True),
                Work(Step(Op.REPLACE, urn, old, new)),
            ]
        if targeted:
            note_reached(run, new)
        if old is not None:
            return self._continue(goal, old, new, provider) if targeted else untargeted_sames(run, urn, old)
        if targeted:
            seen.creates.add(urn)
            return [Work(Step(Op.CREATE, urn, new=new))]
        seen.sames.add(urn)
        seen.skipped_creates.add(urn)
        return [Work(Step(Op.SAME, urn, old=replace(new), new=new), skipped=True)]

    def _provider_of(self, goal: Goal, urn: str) -> Provider | None:
        if not goal.custom:
            return None
        registry = self._run.registry
        if is_provider_type(goal.type):
            return registry
        if goal.provider not in registry:
            raise self._run.stop(f"unknown provider '{goal.provider}' for resource '{urn}'", urn)
        return registry.get(goal.provider)

    def _tell_failures(self, goal: Goal, new: Resource, checked: Checked) -> bool:
        for key, reason in checked.failures:
            subject = f"{goal.type} resource '{goal.name}'"
            value = _go_text(new.inputs.get(key))
            told = f"{subject}: property {key} value {value} has a problem: {reason}" if key else ""
            self._run.error(told or f"{subject} has a problem: {reason}", new.urn)
        return bool(checked.failures)

    def _continue(self, goal: Goal, old: Resource, new: Resource, provider: Provider | None) -> list[Work]:
        """Decide between leaving a resource as it is, updating it, and replacing it."""
        run, urn = self._run, new.urn
        init_errors = bool(old.init_errors)
        triggered = self._is_triggered(old, new)
        difference = Difference(changed=True) if triggered else self._difference(goal, old, new, provider)
        difference = apply_replace_on_changes(difference, goal.replace_on_changes, init_errors=init_errors)
        if triggered or (difference.changed and difference.replaces) or old.pending_replacement:
            return self._replace(goal, old, new, provider, difference)
        if difference.changed or init_errors:
            run.seen.updates.add(urn)
            return [Work(_step(Op.UPDATE, old, new, difference, with_keys=False))]
        run.seen.sames.add(urn)
        return [Work(Step(Op.SAME, urn, old, new))]

    def _is_triggered(self, old: Resource, new: Resource) -> bool:
        """Tell whether the value that stands for the resource's age, where it has one, is another one now."""
        former, present = strip_secrets(old.replacement_trigger), strip_secrets(new.replacement_trigger)
        if has_unknown(present) and not self._run.dry_run:
            raise self._run.stop(f"replacement trigger contains unknowns for {new.urn}", new.urn)
        if has_unknown(present) or has_unknown(former):
            return True
        return former is not None and present is not None and not same_value(former, present)

    def _difference(self, goal: Goal, old: Resource, new: Resource, provider: Provider | None) -> Difference:
        if old.taint:
            return Difference(changed=True, replace_keys=("id",))
        if any(urn in self._run.seen.replaces for urn in new.replace_with):
            return Difference(changed=True, replace_keys=("replaceWith",))
        if self._provider_changed(old, new):
            return Difference(changed=True, replace_keys=("provider",))
        if provider is None:
            # What is ignored of a component's inputs still goes into the state.
            kept = keep_ignored(self._run, new.urn, new.inputs, old, goal.ignore_changes)
            return Difference(changed=not same_value(old.inputs, kept))
        return provider.diff(new.urn, old, new.inputs, goal.ignore_changes)

    def _provider_changed(self, old: Resource, new: Resource) -> bool:
        """Tell whether a resource moves to a provider of another cluster."""
        if old.provider == new.provider:
            return False
        if not old.provider or not new.provider:
            return True
        former, present = split_reference(old.provider)[0], split_reference(new.provider)[0]
        if self._run.seen.aliased.get(former) == present:
            return False
        before, after = self._run.olds.get(former), self._providers[present]
        if before is None or provider_package(before.type) != provider_package(after.type):
            raise needs_cli("a change of a resource's package").at(new.urn)
        return self._run.registry.compare(present, before.inputs, after.inputs).replaces

    def _replace(
        self, goal: Goal, old: Resource, new: Resource, provider: Provider | None, difference: Difference
    ) -> list[Work]:
        run, urn = self._run, new.urn
        if new.protect and old.protect:
            error = run.stop(
                f'unable to replace resource "{urn}"\nas it is currently marked for protection. To unprotect the '
                "resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`",
                urn,
            )
            if not run.dry_run:
                raise error
        run.seen.replaces.add(urn)
        if provider is not None and not old.taint:
            checked = provider.check(urn, None, goal.properties)
            if self._tell_failures(goal, new, checked):
                raise StoppedError(f"resource {urn} has check errors")
            new.inputs = checked.inputs
        create = _step(Op.CREATE_REPLACEMENT, old, new, difference)
        whole = _step(Op.REPLACE, old, new, difference)
        chosen = goal.delete_before_replace
        if not (difference.delete_before_replace if chosen is None else chosen):
            return [Work(create, pending=True), Work(whole)]
        work = delete_dependents(run, urn, old)
        run.registry.ensure(old.provider)
        if not old.pending_replacement:
            work.append(Work(Step(Op.DELETE_REPLACED, old.urn, old=old), pending=True))
        return [*work, Work(whole), Work(create)]


def _wanted(goal: Goal, urn: str, old: Resource | None, alias: str) -> Resource:
    """Return the state that a goal asks for."""
    return Resource(
        urn=urn,
        type=goal.type,
        custom=goal.custom,
        inputs=goal.properties,
        parent=goal.parent,
        protect=bool(goal.protect),
        dependencies=goal.dependencies,
        provider=goal.provider,
        property_dependencies=goal.property_dependencies,
        additional_secret_outputs=goal.additional_secret_outputs,
        aliases=[alias] if alias else [],
        custom_timeouts=goal.custom_timeouts,
        retain_on_delete=bool(goal.retain_on_delete),
        deleted_with=goal.deleted_with,
        replace_with=goal.replace_with,
        ignore_changes=goal.ignore_changes,
        replace_on_changes=goal.replace_on_changes,
        hide_diff=goal.hide_diff,
        replacement_trigger=goal.replacement_trigger,
        resource_hooks=goal.hooks,
        source_position=goal.source_position,
        stack_trace=goal.stack_trace,
        created=old.created if old else None,
        modified=old.modified if old else None,
    )


def _step(op: Op, old: Resource, new: Resource, difference: Difference, *, with_keys: bool = True) -> Step:
    return Step(
        op,
        new.urn,
        old,
        new,
        diff_reasons=difference.changed_keys,
        replace_reasons=difference.replace_keys if with_keys else (),
        detailed_diff=difference.detailed or {},
        input_diffs=difference.input_diffs,
    )


def _go_text(value: Any) -> str:
    """Write a value into a message as the CLI does."""
    return "{" + str(value) + "}" if isinstance(value, str) else str(value)
