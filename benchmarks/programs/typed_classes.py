"""A program that makes the same Deployments with pulumi-kubernetes' typed classes."""

import pulumi
import pulumi_kubernetes as k8s

provider = k8s.Provider("render", render_yaml_to_directory="rendered", cluster_identifier="render")
for i in range(pulumi.Config("bench").require_int("count")):
    labels = {"app": f"n{i}"}
    container = {"name": "app", "image": f"nginx:1.{i % 9}", "ports": [{"container_port": 80}]}
    k8s.apps.v1.Deployment(
        f"n{i}",
        metadata={"name": f"n{i}", "namespace": "apps", "labels": labels},
        spec={
            "replicas": 2,
            "selector": {"match_labels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
        opts=pulumi.ResourceOptions(provider=provider),
    )
