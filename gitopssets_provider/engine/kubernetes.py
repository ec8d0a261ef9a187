"""The kubernetes provider as it is without a cluster: objects are checked, compared and rendered to files.

Every rule is that of pulumi-kubernetes 4.32 to 4.34 with server-side apply: what it makes of inputs, which differences
it sees, what forces a replacement, and the outputs it leaves in the state.
"""

from __future__ import annotations

import re
import secrets as random
from pathlib import Path
from typing import Any, Final

from gitopssets_provider.engine.goal import needs_cli
from gitopssets_provider.engine.kubernetes_config import KubernetesSettings
from gitopssets_provider.engine.kubernetes_diff import compare
from gitopssets_provider.engine.kubernetes_inputs import is_named, normalize_inputs
from gitopssets_provider.engine.kubernetes_object import (
    annotations_of,
    group_and_version,
    is_crd,
    is_list_token,
    name_of,
    namespace_of,
    object_id,
    set_metadata,
)
from gitopssets_provider.engine.kubernetes_replacement import IDENTITY, fields_that_force_new
from gitopssets_provider.engine.kubernetes_state import annotate_secrets, open_inputs, open_state, state_of
from gitopssets_provider.engine.kubernetes_types import known_scope
from gitopssets_provider.engine.property_path import contains, format_path, parse_path
from gitopssets_provider.engine.provider import Checked, Difference, Made, Warn
from gitopssets_provider.engine.rendered import manifest_path, remove_manifest, write_manifest
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.urn import resource_name, resource_type
from gitopssets_provider.engine.values import has_secret, has_unknown
from gitopssets_provider.errors import StackError

__all__ = ["KubernetesProvider"]

_AUTONAMED: Final = "pulumi.com/autonamed"
_FIELD_MANAGER: Final = "pulumi.com/patchFieldManager"
_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
_REPLACE_UNREADY: Final = "pulumi.com/replaceUnready"
_TEST_HOOK: Final = re.compile("test|test-success|test-failure")


class KubernetesProvider:
    """One configured provider; it remembers the CRDs it has seen, for they tell the scope of custom resources.

    A relative folder for rendered manifests is one below ``folder``, as for the CLI, which runs providers there.
    """

    def __init__(self, settings: KubernetesSettings, warn: Warn, folder: Path) -> None:
        self._settings = settings
        self._directory = str(folder / settings.render_directory) if settings.render_directory else ""
        self._warn = warn
        self._crd_scopes: dict[tuple[str, str], bool] = {}

    def check(self, urn: str, olds: dict[str, Any] | None, news: dict[str, Any]) -> Checked:
        """Normalise new inputs, name what has no name, and set the provider's namespace."""
        if self._settings.skip_unreachable:
            text = "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping..."
            self._warn("warning", text, urn)
            return Checked(olds or {})
        if is_list_token(resource_type(urn)):
            raise StackError(
                "list resources exist for compatibility with YAML manifests and Helm charts, and cannot be created "
                "directly. Use the underlying resource type instead"
            )
        obj = normalize_inputs(open_inputs(news))
        self._check_patch(urn, obj)
        self._check_annotations(urn, obj)
        self._name(urn, open_inputs(olds) if olds else {}, obj, news)
        self._set_namespace(urn, obj)
        if is_crd(obj):
            self._remember(obj)
        checked = annotate_secrets(obj, news)
        if self._settings.render_directory and has_secret(checked):
            self._warn("warning", "rendered YAML will contain a secret value in plaintext", urn)
        return Checked(checked)

    def _check_patch(self, urn: str, obj: dict[str, Any]) -> None:
        if not _is_patch(urn, obj):
            return
        if not self._settings.server_side_apply:
            raise StackError(
                "patch resources require Server-Side Apply mode, which is enabled using the `enableServerSideApply` "
                "Provider config"
            )
        if not name_of(obj):
            raise StackError("patch resources require the `.metadata.name` field to be set")

    def _check_annotations(self, urn: str, obj: dict[str, Any]) -> None:
        helm_hook = False
        for key, value in annotations_of(obj).items():
            if key.startswith(_AUTONAMED):
                self._warn("warning", f'ignoring user-specified value for internal annotation "{key}"', urn)
            helm_hook |= key.startswith("helm.sh/hook") and bool(_TEST_HOOK.search(str(value)))
        if helm_hook and not self._settings.quiet_helm_hooks:
            self._warn(
                "warning",
                "This resource contains Helm hooks that are not currently supported by Pulumi. The resource will be "
                "created, but any hooks will not be executed. Hooks support is tracked at "
                "https://github.com/pulumi/pulumi-kubernetes/issues/555 -- This warning can be disabled by setting the "
                "PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS environment variable",
                urn,
            )

    def _name(self, urn: str, old: dict[str, Any], obj: dict[str, Any], news: dict[str, Any]) -> None:
        if old and not is_named(obj, news) and annotations_of(old).get(_AUTONAMED) == "true":
            self._autoname(obj, name_of(old))
        labels = (old.get("metadata") or {}).get("labels") or {}
        if labels.get(_MANAGED_BY) == "pulumi" if old else not self._settings.server_side_apply:
            obj.setdefault("metadata", {}).setdefault("labels", {})[_MANAGED_BY] = "pulumi"
        if not is_named(obj, news):
            metadata = obj.get("metadata")
            if isinstance(metadata, dict) and metadata.get("generateName"):
                mode = "Server-Side Apply" if self._settings.server_side_apply else "YAML rendering"
                raise StackError(f"the `.metadata.generateName` field is not supported in {mode} mode")
            if not old:
                self._autoname(obj, f"{resource_name(urn)}-{random.token_hex(4)}")

    def _autoname(self, obj: dict[str, Any], name: str) -> None:
        set_metadata(obj, "name", name)
        obj["metadata"].setdefault("annotations", {})[_AUTONAMED] = "true"

    def _set_namespace(self, urn: str, obj: dict[str, Any]) -> None:
        _, _, module = resource_type(urn).partition(":")
        group_version, _, kind = module.partition(":")
        group, slash, version = group_version.partition("/")
        if not slash:
            raise StackError(f'apiVersion does not have both a group and a version: "{group_version}"')
        default = self._settings.default_namespace
        if default and not namespace_of(obj) and self._is_namespaced(group, version, kind):
            set_metadata(obj, "namespace", default)

    def _is_namespaced(self, group: str, version: str, kind: str) -> bool:
        """Tell the scope of a kind; one that nobody knows is taken for namespaced."""
        known = known_scope(group, version, kind)
        return self._crd_scopes.get((group, kind), True) if known is None else known

    def _remember(self, crd: dict[str, Any]) -> None:
        spec = crd.get("spec")
        spec = spec if isinstance(spec, dict) else {}
        names = spec.get("names")
        group, kind = spec.get("group"), names.get("kind") if isinstance(names, dict) else None
        for field, value in ((".spec.group", group), (".spec.names.kind", kind)):
            if not value and not has_unknown(crd):
                raise StackError(f"expected {field}")
        self._crd_scopes[str(group), str(kind)] = spec.get("scope") == "Namespaced"

    def diff(self, urn: str, old: Resource, news: dict[str, Any], ignored: list[str]) -> Difference:
        """Compare the state's object, cut down to what its inputs named, with new inputs."""
        former, live = open_state(old.outputs)
        present = _cut_down(live, normalize_inputs(former))
        new = normalize_inputs(open_inputs(news))
        self._align(present, new, live)
        fixed = IDENTITY if _is_patch(urn, new) else fields_that_force_new(new, self._settings)
        found = compare(present, new, fixed)
        for path in [path for path in found.kinds if any(contains(parse_path(text), path) for text in ignored)]:
            del found.kinds[path]
        if annotations_of(new).get(_REPLACE_UNREADY) == "true":
            self._warn("warning", "Cluster is unreachable, skipping replaceUnready check", urn)
        replaces = sorted(found.replacing())
        kept = bool(replaces) and is_named(new, news) and annotations_of(new).get(_AUTONAMED) != "true"
        same_place = name_of(new) == name_of(live) and namespace_of(new) == namespace_of(live)
        rendered_always = self._settings.always_render and bool(self._settings.render_directory)
        return Difference(
            changed=bool(found.kinds) or rendered_always,
            replace_keys=tuple(replaces),
            detailed={format_path(path): kind for path, kind in found.kinds.items()},
            input_diffs=frozenset(format_path(path) for path in found.inputs & found.kinds.keys()),
            delete_before_replace=kept and same_place,
        )

    def _align(self, old: dict[str, Any], new: dict[str, Any], live: dict[str, Any]) -> None:
        """Make alike what must not count as a difference: the default namespace, and a name that was made up."""
        group, version = group_and_version(new)
        namespaced = self._is_namespaced(group, version, str(new.get("kind")))
        for obj in (old, new):
            set_metadata(obj, "namespace", (namespace_of(obj) or "default") if namespaced else "")
        if not old.get("apiVersion") and not old.get("kind"):
            old.update({key: new[key] for key in ("apiVersion", "kind") if key in new})
        set_metadata(old, "resourceVersion", "")
        if name_of(new):
            set_metadata(old, "name", name_of(live))

    def create(self, urn: str, inputs: dict[str, Any], *, preview: bool) -> Made:
        """Render an object; its outputs are the object, its inputs and what the provider must remember of it."""
        if preview:
            return Made(inputs)
        obj = open_inputs(inputs)
        if has_secret(inputs):
            path = manifest_path(obj, self._settings.render_directory)
            self._warn("warning", f"rendered file {path} contains a secret value in plaintext", urn)
        return self._render(obj, inputs, initial_version=str(obj.get("apiVersion", "")), manager="")

    def update(self, urn: str, outputs: dict[str, Any], inputs: dict[str, Any], *, preview: bool) -> Made:
        """Render an object anew."""
        del urn
        if preview:
            return Made(inputs)
        obj = normalize_inputs(open_inputs(inputs))
        former, _ = open_state(outputs)
        initial_version = outputs.get("__initialApiVersion", former.get("apiVersion", ""))
        return self._render(obj, inputs, initial_version=initial_version, manager=outputs.get("__fieldManager", ""))

    def _render(self, obj: dict[str, Any], inputs: dict[str, Any], *, initial_version: str, manager: str) -> Made:
        directory = self._directory
        if not directory:
            raise needs_cli("a change on a live cluster")
        if has_unknown(obj):
            raise StackError("the object has values that are not known yet")
        write_manifest(obj, directory)
        manager = str(annotations_of(obj).get(_FIELD_MANAGER) or manager or f"pulumi-kubernetes-{random.token_hex(4)}")
        if not self._settings.server_side_apply:
            manager = "pulumi-kubernetes"
        return Made(state_of(obj, inputs, initial_version=initial_version, field_manager=manager), object_id(obj))

    def delete(self, urn: str, outputs: dict[str, Any]) -> None:
        """Remove an object's file."""
        directory = self._directory
        if not directory:
            raise needs_cli("a deletion on a live cluster").at(urn)
        _, live = open_state(outputs)
        remove_manifest(live, directory)


def _is_patch(urn: str, obj: dict[str, Any]) -> bool:
    return resource_type(urn).endswith(f":{obj.get('kind')}Patch")


def _cut_down(live: Any, inputs: Any) -> Any:
    """Return what of a live object the inputs named."""
    if isinstance(live, dict) and isinstance(inputs, dict):
        return {key: _cut_down(value, inputs[key]) for key, value in live.items() if key in inputs}
    if isinstance(live, list) and isinstance(inputs, list):
        return _cut_list(live, inputs)
    return live


def _cut_list(live: list[Any], inputs: list[Any]) -> list[Any]:
    if live and inputs and type(live[0]) is not type(inputs[0]):
        return live
    return [_cut_down(value, wanted) for value, wanted in zip(live, inputs, strict=False)]
