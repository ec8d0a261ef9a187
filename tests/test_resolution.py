import pulumi
import pytest
from recording_engine import UNKNOWN, secret
from set_programs import RENDER, config_map, refused, registered, sets, spec

from gitopssets_provider import GitOpsSet, GitOpsSetSpec, List, Template


def test_the_data_of_a_secret_is_secret():
    content = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "shop"},
        "stringData": {"user": "{{ env }}"},
    }
    done = registered(lambda: GitOpsSet("web", spec(content)))
    assert done.object("web/shop/s")["stringData"] == secret({"user": "dev"})
    assert list(done.requests["web/shop/s"].additionalSecretOutputs) == ["data", "stringData"]


def test_a_secret_of_the_stack_is_a_secret_leaf_and_shows_nowhere_else():
    config = {**RENDER, "gitopssets:secrets": {"token": "hunter2"}}
    content = config_map(plain="{{ env }}", token="{{ secrets.token }}", url="https://x:{{ secrets.token }}@host")
    done = registered(lambda: GitOpsSet("web", spec(content)), config=config, secret_keys=["gitopssets:secrets"])
    assert done.object("web/shop/a")["data"] == {
        "plain": "dev",
        "token": secret("hunter2"),
        "url": secret("https://x:hunter2@host"),
    }
    assert "hunter2" not in str(done.outputs) + str(done.object("web")) + str(done.logs)


def test_a_secret_among_the_values_is_refused():
    config = {**RENDER, "gitopssets:values": {"token": "hunter2"}}
    message, done = refused(
        lambda: GitOpsSet("web", spec(config_map())), config=config, secret_keys=["gitopssets:values"]
    )
    assert message == "Pulumi.dev.yaml: gitopssets:values: holds a secret; move it to gitopssets:secrets"
    assert sets(done) == []


def test_an_output_may_be_a_leaf_of_a_template():
    def program():
        vpc = pulumi.CustomResource("kubernetes:core/v1:Secret", "vpc", {"id": "vpc-1", "port": 8080})
        leaf = pulumi.Output.from_input({"port": 8080}).apply(lambda value: float(value["port"]))
        content = config_map(id=pulumi.Output.concat("vpc-", vpc.id))
        GitOpsSet("web", spec({**content, "data": {**content["data"], "whole": leaf.apply(str)}}))

    done = registered(program)
    assert done.object("web/shop/a")["data"] == {"id": "vpc-id-vpc", "whole": "8080.0"}


def test_an_output_may_be_a_parameter_that_leaves_use():
    def program():
        port = pulumi.Output.from_input(8080.0)
        content = config_map(whole="{{ port }}", part="host:{{ port }}/{{ env }}")
        GitOpsSet("web", spec(content, elements=[{"env": "dev", "port": port}]))

    assert registered(program).object("web/shop/a")["data"] == {"whole": "8080", "part": "host:8080/dev"}


def test_a_secret_output_makes_a_secret_leaf():
    def program():
        token = pulumi.Output.secret("hunter2")
        GitOpsSet("web", spec(config_map(t="a {{ token }}"), elements=[{"token": token}]))

    assert registered(program).object("web/shop/a")["data"] == {"t": secret("a hunter2")}


def test_an_output_that_is_not_known_yet_leaves_the_rest_of_the_object_known():
    def program():
        vpc = pulumi.CustomResource("kubernetes:core/v1:Secret", "vpc", {})
        GitOpsSet("web", spec(config_map(id="{{ vpc }}!", env="{{ env }}"), elements=[{"env": "dev", "vpc": vpc.id}]))

    done = registered(program, preview=True)
    assert done.object("web/shop/a")["data"] == {"env": "dev", "id": UNKNOWN}


def test_an_output_in_what_a_function_returns_is_a_leaf():
    def program():
        token = pulumi.Output.secret("hunter2")
        function = Template(function=lambda element: config_map(token=token, env=element.parameters["env"]))
        GitOpsSet("web", GitOpsSetSpec(generators=[List(elements=[{"env": "dev"}])], templates=[function]))

    assert registered(program).object("web/shop/a")["data"] == {"token": secret("hunter2"), "env": "dev"}


@pytest.mark.parametrize(
    ("args", "place"),
    [
        (lambda out: spec(config_map(name="{{ x }}"), elements=[{"x": out}]), "metadata.name"),
        (lambda out: spec(config_map(name=out)), "metadata.name"),
        (lambda out: spec({**config_map(), "kind": out}), "kind"),
        (lambda out: {**spec(config_map()), "generators": [{"list": {"elements": out}}]}, "list.elements"),
        (lambda out: {**spec(config_map()), "generators": out}, "generators"),
        (
            lambda out: {**spec(config_map()), "generators": [{"git": {"repository": out, "files": ["*.yaml"]}}]},
            "git.repository",
        ),
    ],
    ids=["a name from a parameter", "a name", "a kind", "elements", "generators", "a generator's field"],
)
def test_an_output_where_structure_is_decided_is_refused_with_its_path(args, place):
    message, done = refused(lambda: GitOpsSet("web", args(pulumi.Output.from_input("x"))))
    assert message.startswith('GitOpsSet "web": spec.')
    assert place in message
    assert "not known while planning" in message
    assert sets(done) == []


def test_a_leaf_that_cannot_be_computed_from_a_secret_fails_before_anything_is_registered():
    config = {**RENDER, "gitopssets:secrets": {"token": "hunter2"}}
    message, done = refused(
        lambda: GitOpsSet("web", spec(config_map(t="{{ secrets.token.name.first }}"))),
        config=config,
        secret_keys=["gitopssets:secrets"],
    )
    assert 'GitOpsSet "web": spec.templates[0]' in message
    assert "hunter2" not in message
    assert sets(done) == []


def test_a_value_that_holds_itself_is_refused():
    circle: dict[str, object] = {}
    circle["again"] = circle
    message, done = refused(lambda: GitOpsSet("web", {"generators": [], "templates": [{"content": circle}]}))
    assert message == 'GitOpsSet "web": a value holds itself, or is nested without end; make it a tree'
    assert sets(done) == []
