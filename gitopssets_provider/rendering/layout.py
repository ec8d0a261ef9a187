"""Where rendered manifests lie: as pulumi-kubernetes' ``renderYamlToDirectory`` puts them, one folder a cluster."""

from __future__ import annotations

__all__ = ["DEFAULT_FOLDER", "cluster_folder", "manifest_file"]

DEFAULT_FOLDER = "default"
_CRD_VERSIONS = ("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1")
_SANITISED = str.maketrans({"/": "_", ":": "_"})


def cluster_folder(cluster: str, default_cluster: str) -> str:
    """Return the folder of a cluster: its name, but ``default`` for the default cluster, whatever that is called."""
    return DEFAULT_FOLDER if cluster == default_cluster else cluster


def manifest_file(api_version: str, kind: str, namespace: str, name: str) -> str:
    """Return the file of one object below its cluster's folder; CRDs lie apart, to be applied first."""
    crd = kind == "CustomResourceDefinition" and api_version in _CRD_VERSIONS
    file = f"{api_version.translate(_SANITISED)}-{kind.lower()}-{namespace or 'default'}-{name}.yaml"
    return f"{'0-crd' if crd else '1-manifest'}/{file}"
