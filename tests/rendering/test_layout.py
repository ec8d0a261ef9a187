import pytest

from gitopssets_provider.rendering.layout import cluster_folder, manifest_file


@pytest.mark.parametrize(
    ("identity", "file"),
    [
        (("v1", "ConfigMap", "default", "a"), "1-manifest/v1-configmap-default-a.yaml"),
        (("v1", "Namespace", "", "team"), "1-manifest/v1-namespace-default-team.yaml"),
        (
            ("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "flux-system", "apps"),
            "1-manifest/kustomize.toolkit.fluxcd.io_v1-kustomization-flux-system-apps.yaml",
        ),
        (
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "widgets.example.com"),
            "0-crd/apiextensions.k8s.io_v1-customresourcedefinition-default-widgets.example.com.yaml",
        ),
        (
            ("example.com/v1", "CustomResourceDefinition", "a", "b"),
            "1-manifest/example.com_v1-customresourcedefinition-a-b.yaml",
        ),
    ],
)
def test_a_manifest_lies_where_the_provider_writes_it(identity, file):
    assert manifest_file(*identity) == file


def test_only_the_default_cluster_has_a_folder_that_is_not_its_name():
    assert [cluster_folder(name, "hub") for name in ("hub", "eu-1")] == ["default", "eu-1"]
