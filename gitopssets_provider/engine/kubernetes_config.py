"""The configuration of a kubernetes provider: what it must not be, what a change of it means, and what it says."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gitopssets_provider.documents.yaml_reader import read_yaml
from gitopssets_provider.engine.values import UNKNOWN, same_value, strip_secrets
from gitopssets_provider.errors import GitOpsSetsError

__all__ = ["KubernetesSettings", "check_config", "diff_config"]

_CLUSTER_KEYS: Final = ("kubeconfig", "context", "cluster")
_IDENTIFIER: Final = "clusterIdentifier"


@dataclass(frozen=True, slots=True)
class KubernetesSettings:
    """What a provider does, from its inputs and, where they are silent, from the environment."""

    render_directory: str = ""
    default_namespace: str = ""
    always_render: bool = False
    config_maps_mutable: bool = False
    secrets_mutable: bool = False
    quiet_helm_hooks: bool = False
    server_side_apply: bool = True
    skip_unreachable: bool = False

    @classmethod
    def read(cls, inputs: Mapping[str, Any]) -> KubernetesSettings:
        """Read the inputs of a provider resource."""
        values = strip_secrets(dict(inputs))
        directory = values.get("renderYamlToDirectory")
        rendering = isinstance(directory, str) and bool(directory)
        namespace = values.get("namespace")
        return cls(
            render_directory=str(directory) if rendering else "",
            default_namespace=namespace if isinstance(namespace, str) else "" if rendering else _context(values),
            always_render=_flag(values, "alwaysRender", ""),
            config_maps_mutable=_flag(values, "enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
            secrets_mutable=_flag(values, "enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
            quiet_helm_hooks=_flag(values, "suppressHelmHookWarnings", "PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS"),
            server_side_apply=_flag(values, "enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", unset=True),
            skip_unreachable=_flag(values, "skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
        )


def _flag(values: Mapping[str, Any], key: str, variable: str, *, unset: bool = False) -> bool:
    given = values.get(key)
    if given is not None:
        return given is True or given == "true"
    return os.environ[variable] == "true" if variable in os.environ else unset


def _context(values: Mapping[str, Any]) -> str:
    """Return the namespace of the current context of a live cluster, as far as the kubeconfig can be read."""
    config = _kubeconfig(values.get("kubeconfig") or os.environ.get("KUBECONFIG", ""))
    context = _named(config, "contexts", values.get("context") or config.get("current-context"), "context")
    return str(context.get("namespace") or "default") if context else ""


def _kubeconfig(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if not isinstance(value, str) or not value:
        return {}
    try:
        path = Path(value).expanduser()
        documents = read_yaml(path.read_text(encoding="utf-8") if len(value) < 4096 and path.exists() else value)
    except (OSError, ValueError, GitOpsSetsError):
        return {}
    content = documents[0].value if documents else {}
    return content if isinstance(content, dict) else {}


def _named(config: Mapping[str, Any], group: str, name: Any, key: str) -> dict[str, Any]:
    entries = config.get(group)
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("name") == name:
            inner = entry.get(key)
            return inner if isinstance(inner, dict) else {}
    return {}


def _active_cluster(values: Mapping[str, Any]) -> dict[str, Any]:
    config = _kubeconfig(values.get("kubeconfig"))
    context = _named(config, "contexts", values.get("context") or config.get("current-context"), "context")
    return _named(config, "clusters", values.get("cluster") or context.get("cluster"), "cluster") if context else {}


def check_config(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a provider's inputs: the key and the reason."""
    values = strip_secrets(dict(inputs))
    rendering = bool(values.get("renderYamlToDirectory"))
    if rendering:
        ambient = os.environ.get("KUBECONFIG", "")
        for key in ("cluster", "context", "kubeconfig"):
            value = values.get(key)
            if isinstance(value, str) and value and not (key == "kubeconfig" and value == ambient):
                yield key, f'"{key}" arg is not compatible with "renderYamlToDirectory" arg'
    elif _flag(values, "alwaysRender", ""):
        yield "alwaysRender", '"alwaysRender" requires "renderYamlToDirectory" to be set'


def diff_config(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[str], list[str]] | None:
    """Compare two configurations: the keys that changed and those that mean another cluster, or nothing.

    With an identifier that stays the same nothing means another cluster; without one the rendered directory and the
    cluster of the kubeconfig do.
    """
    olds, news = strip_secrets(dict(old)), strip_secrets(dict(new))
    changed = [key for key in sorted(olds.keys() | news.keys()) if not same_value(olds.get(key), news.get(key))]
    if not changed:
        return None
    identifier, former = news.get(_IDENTIFIER), olds.get(_IDENTIFIER)
    replaces = [_IDENTIFIER] if identifier is not None and former is not None and identifier != former else []
    unknown = next((key for key in _CLUSTER_KEYS if news.get(key) is UNKNOWN), "")
    if unknown:
        changed, replaces = [unknown], [*replaces, unknown]
    else:
        replaces += [key for key in changed if key == "renderYamlToDirectory"]
        before, after = _active_cluster(olds), _active_cluster(news)
        if before and after and before != after:
            replaces += [key for key in _CLUSTER_KEYS if key in changed]
    if identifier is not None and identifier == former:
        replaces = []
    return changed, replaces
