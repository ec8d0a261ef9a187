"""A program that makes Deployments from one set."""

import pulumi

from gitopssets_provider import GitOpsSet

count = pulumi.Config("bench").require_int("count")
labels = {"app": "{{ name }}"}
container = {"name": "app", "image": "nginx:{{ version }}", "ports": [{"containerPort": 80}]}
deployment = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "{{ name }}", "namespace": "apps", "labels": labels},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    },
}
GitOpsSet(
    "apps",
    {
        "generators": [{"list": {"elements": [{"name": f"n{i}", "version": f"1.{i % 9}"} for i in range(count)]}}],
        "templates": [{"content": deployment}],
        "limits": {"maxElements": count, "maxObjects": count},
    },
)
