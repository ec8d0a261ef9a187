"""Programs with sets in them, what runs of them came to, and states to begin with."""

import pulumi
from recording_engine import run

PREFIX = "urn:pulumi:dev::fleet::"
SET = "gitopssets:index:GitOpsSet"
RENDER = {"gitopssets:render": "rendered"}


def config_map(name="a", namespace="shop", **data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}


def spec(*contents, elements=({"env": "dev"},), options=None):
    templates = [{"content": content, "options": options or {}} for content in contents]
    return {"generators": [{"list": {"elements": list(elements)}}], "templates": templates}


def urn(resource, kind="core/v1:ConfigMap"):
    return f"{PREFIX}{SET}$kubernetes:{kind}::{resource}"


def component(name):
    return f"{PREFIX}{SET}::{name}"


def held(*resources, kind="core/v1:ConfigMap"):
    """A state that holds these objects of sets, and the components they belong to."""
    state = {component(resource.split("/")[0]): {} for resource in resources}
    for resource in resources:
        _, namespace, name = resource.split("/")
        state[urn(resource, kind)] = {"kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}
    return state


def registered(program, **stack):
    done = run(program, **{"config": RENDER, **stack})
    assert done.error is None, done.error
    return done


def refused(program, **stack):
    """Run a program that ends with a message for people; return it with the run."""
    done = run(program, **{"config": RENDER, **stack})
    assert type(done.error) is pulumi.RunError, done.error
    return str(done.error), done


def sets(done):
    """The names that belong to sets and their objects."""
    return [name for name in done.names if SET in done.requests[name].type + done.requests[name].parent]


def set_file(name, *objects, depends_on=None):
    wait = f"    options: {{dependsOn: [{{set: {depends_on}}}]}}\n" if depends_on else ""
    templates = "".join(
        "  - content:\n      apiVersion: v1\n      kind: ConfigMap\n"
        f"      metadata: {{name: {each}, namespace: shop}}\n{wait}"
        for each in objects
    )
    return (
        f"apiVersion: gitopssets/v1\nkind: GitOpsSet\nmetadata: {{name: {name}}}\nspec:\n"
        f"  generators: [{{list: {{elements: [{{env: dev}}]}}}}]\n  templates:\n{templates}"
    )


def project(folder, **files):
    """Write the files of a project (``sets__a`` is sets/a.yaml); returns the arguments of a run in it."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    return {"root": folder, "config": {**RENDER, "gitopssets:sets": ["sets/*.yaml"]}}
