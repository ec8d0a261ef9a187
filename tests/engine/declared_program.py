"""The Pulumi program of a scenario: it declares what the ``want.json`` beside it says.

It is copied into a project as its ``__main__.py`` (see ``program_generator``), so it imports nothing of ours.
What the words mean stands in the header of ``recorded_scenarios.yaml``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes

FOLDER = Path(__file__).resolve().parent
VERSION = "4.34.2"
HOOKS = ("before_create", "after_create", "before_update", "after_update", "before_delete", "after_delete")
# Options whose value is handed on as it is.
PLAIN = (
    "protect",
    "delete_before_replace",
    "ignore_changes",
    "replace_on_changes",
    "retain_on_delete",
    "additional_secret_outputs",
    "hide_diffs",
    "import_",
)


def snake(word: str) -> str:
    return re.sub("([A-Z])", lambda found: "_" + found[1].lower(), word)


def hook(name: str, want: dict[str, Any]) -> pulumi.ResourceHook:
    def call(args: pulumi.ResourceHookArgs) -> None:
        sides = [side for side in ("new_inputs", "old_inputs", "new_outputs", "old_outputs") if getattr(args, side)]
        with (FOLDER / "hooks.log").open("a") as log:
            log.write(f"{name} {args.urn} {args.name} {args.type} {args.id or '-'} {' '.join(sides)}\n")
        if want.get("raises"):
            raise RuntimeError(want["raises"])

    options = pulumi.ResourceHookOptions(
        on_dry_run=want.get("onDryRun", False), ignore_errors=want.get("ignoreErrors", False)
    )
    return pulumi.ResourceHook(name, call, options)


class Program:
    def __init__(self, want: dict[str, Any], out: str) -> None:
        self.want = want
        self.out = out
        self.made: dict[str, pulumi.Resource] = {}
        self.providers: dict[str, pulumi.ProviderResource] = {}
        self.hooks: dict[str, pulumi.ResourceHook] = {}
        self.stacks: dict[str, pulumi.StackReference] = {}

    def declare(self) -> None:
        if "failFirst" in self.want:
            raise RuntimeError(self.want["failFirst"])
        self.hooks = {name: hook(name, options or {}) for name, options in (self.want.get("hooks") or {}).items()}
        if self.want.get("provider", {}) is not None:
            self.provider({"name": "render", **(self.want.get("provider") or {})})
        for provider in self.want.get("providers") or []:
            self.provider(provider)
        self.sets(self.want.get("sets") or [], None)
        for resource in self.want.get("resources") or []:
            self.resource(resource, None)
        for name, value in (self.want.get("exports") or {}).items():
            pulumi.export(name, self.value(value))
        if "fail" in self.want:
            raise RuntimeError(self.want["fail"])

    def provider(self, want: dict[str, Any], parent: pulumi.Resource | None = None) -> None:
        arguments = {key: self.value(value) for key, value in want.items() if key not in ("name", "dir", "options")}
        arguments.setdefault("render_yaml_to_directory", self.out + str(want.get("dir", "")))
        arguments.setdefault("cluster_identifier", "render")
        options = self.options(want.get("options") or {}, parent)
        self.providers[want["name"]] = pulumi_kubernetes.Provider(want["name"], options, **arguments)
        self.made[want["name"]] = self.providers[want["name"]]

    def sets(self, wanted: list[dict[str, Any]], parent: pulumi.Resource | None) -> None:
        for want in wanted:
            if "fail" in want:
                raise RuntimeError(want["fail"])
            options = self.options({"provider": "render", **(want.get("options") or {})}, parent)
            kind = want.get("type", "gitopssets:index:GitOpsSet")
            inputs = {key: self.value(value) for key, value in (want.get("inputs") or {}).items()}
            component = pulumi.ComponentResource(kind, want["name"], inputs, options)
            self.made[want["name"]] = component
            for provider in want.get("providers") or []:
                self.provider(provider, component)
            self.sets(want.get("sets") or [], component)
            for resource in want.get("resources") or []:
                self.resource(resource, component)
            if want.get("outputs") is not None:
                component.register_outputs({key: self.value(value) for key, value in want["outputs"].items()})

    def resource(self, want: dict[str, Any], parent: pulumi.Resource | None) -> None:
        if "fail" in want:
            raise RuntimeError(want["fail"])
        content = want["object"]
        group, _, version = content["apiVersion"].rpartition("/")
        token = want.get("type", f"kubernetes:{group or 'core'}/{version}:{content['kind']}")
        options = self.options({"provider": "render", "version": VERSION, **(want.get("options") or {})}, parent)
        inputs = {key: self.value(value) for key, value in content.items()}
        self.made[want["name"]] = pulumi.CustomResource(token, want["name"], inputs, options)

    def options(self, want: dict[str, Any], parent: pulumi.Resource | None) -> pulumi.ResourceOptions:
        known: dict[str, Callable[[Any], Any]] = {
            **dict.fromkeys(PLAIN, lambda value: value),
            "version": lambda value: value,
            "aliases": lambda value: [self.alias(alias) for alias in value],
            "custom_timeouts": lambda value: pulumi.CustomTimeouts(**value),
            "deleted_with": self.made.__getitem__,
            "depends_on": lambda value: [self.made[name] for name in value],
            "hooks": self.binding,
            "parent": self.made.get,
            "provider": self.providers.get,
            "replace_with": lambda value: [self.made[name] for name in value],
            "replacement_trigger": self.value,
        }
        found = {snake(key): value for key, value in want.items()}
        return pulumi.ResourceOptions(**{"parent": parent, **{key: known[key](value) for key, value in found.items()}})

    def alias(self, want: Any) -> Any:
        if isinstance(want, str):
            return want if want.startswith("urn:") else pulumi.Alias(name=want)
        words = dict(want)
        if "parent" in words:
            parent = words["parent"]
            words["parent"] = self.made.get(parent, parent) if parent else None
        return pulumi.Alias(**words)

    def binding(self, want: dict[str, list[str]]) -> pulumi.ResourceHookBinding:
        names = {snake(kind): [self.hooks[name] for name in hooks] for kind, hooks in want.items()}
        return pulumi.ResourceHookBinding(**{kind: names[kind] for kind in HOOKS if kind in names})

    def value(self, want: Any) -> Any:
        if isinstance(want, list):
            return [self.value(item) for item in want]
        if not isinstance(want, dict):
            return want
        if len(want) == 1:
            ((word, argument),) = want.items()
            if word in SPECIAL:
                return SPECIAL[word](self, argument)
        return {key: self.value(item) for key, item in want.items()}

    def property(self, want: dict[str, Any]) -> pulumi.Output[Any]:
        top, *rest = want["path"]
        found: pulumi.Output[Any] = getattr(self.made[want["of"]], top)
        for part in rest:
            found = found[part]
        return found

    def stack_output(self, want: dict[str, Any]) -> pulumi.Output[Any]:
        name = want["stack"]
        if name not in self.stacks:
            self.stacks[name] = pulumi.StackReference(name)
        return self.stacks[name].get_output(want["output"])


SPECIAL: dict[str, Callable[[Program, Any], Any]] = {
    "$secret": lambda program, value: pulumi.Output.secret(program.value(value)),
    "$output": lambda program, value: pulumi.Output.from_input(program.value(value)),
    "$id": lambda program, name: program.made[name].id,  # type: ignore[attr-defined]
    "$urn": lambda program, name: program.made[name].urn,
    "$property": lambda program, want: program.property(want),
    "$join": lambda program, parts: pulumi.Output.concat(*(program.value(part) for part in parts)),
    "$config": lambda program, key: pulumi.Config().require(key),
    "$secretConfig": lambda program, key: pulumi.Config().require_secret(key),
    "$stackOutput": lambda program, want: program.stack_output(want),
}

if __name__ == "__main__":
    settings = json.loads((FOLDER / "want.json").read_text())
    Program(settings["want"], settings["out"]).declare()
