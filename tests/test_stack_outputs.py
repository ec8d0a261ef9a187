"""Outputs of one stack in the objects of another, on both engines and on the command line."""

import json
import sys

import pytest
import real_engine
import yaml
from embedded_engine import EmbeddedEngine, opened
from scenarios import Workspace
from set_programs import config_map, held, registered

from gitopssets_provider import GitOpsSet
from gitopssets_provider.engine.stack_outputs import BackendStacks
from gitopssets_provider.errors import GitOpsSetsError
from gitopssets_provider.model.deferred import Opaque

ENGINES = {"embedded": EmbeddedEngine, "real": real_engine.RealEngine}
LACKS = real_engine.missing()
REAL = pytest.param("real", marks=[pytest.mark.engine, pytest.mark.skipif(bool(LACKS), reason=LACKS)])

PROGRAM = """\
import pulumi
from gitopssets_provider import deploy

if pulumi.get_stack() == "net":
    pulumi.export("region", "eu")
    pulumi.export("clusters", [{"name": "a", "port": 8080}, {"name": "b", "port": 8081.5}])
    pulumi.export("login", {"user": "u", "password": pulumi.Output.secret("hush")})
else:
    deploy()
"""
SET = """\
apiVersion: gitopssets/v1
kind: GitOpsSet
metadata: {name: web}
spec:
  generators:
    - matrix:
        generators:
          - {stack: {reference: REFERENCE, outputs: [region, login]}}
          - {stack: {reference: REFERENCE, path: clusters}}
  templates:
    - content:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "{{ region }}-{{ name }}", namespace: shop}
        data: {port: "{{ port }}", user: "{{ login.user }}"}
    - content:
        apiVersion: v1
        kind: Secret
        metadata: {name: "{{ name }}", namespace: shop}
        stringData: {password: "{{ login.password }}"}
"""


class Project:
    """A project with the stack ``net``, which exports, and the stack ``s``, whose set reads what it exports."""

    def __init__(self, root, engine, reference):
        self.workspace = Workspace(root).prepare()
        self.folder = self.workspace.project
        self.engine = ENGINES[engine]()
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
        config = {"config": {"gitopssets:sets": ["web.yaml"], "gitopssets:render": "out"}}
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "cases", "runtime": runtime}))
        (self.folder / "Pulumi.s.yaml").write_text(yaml.safe_dump(config))
        (self.folder / "web.yaml").write_text(SET.replace("REFERENCE", reference))
        (self.folder / "__main__.py").write_text(PROGRAM)
        for stack in ("net", "s"):
            self.engine.create(self.workspace, stack)

    def up(self, stack):
        done = self.engine.apply(self.workspace, stack, [], destroy=False)
        assert done["ok"], done

    def preview(self):
        return self.engine.preview(self.workspace, "s", [])


@pytest.mark.parametrize("engine", ["embedded", REAL])
def test_a_preview_knows_the_outputs_and_secrets_stay_secret(tmp_path, engine):
    project = Project(tmp_path, engine, "organization/cases/net")
    ok, digest = project.preview()
    assert not ok
    told = "\n".join(each["message"] for each in digest["diagnostics"])
    assert "web.yaml: spec.generators[0].matrix.generators[0].stack: the stack organization/cases/net has no" in told
    assert "deploy it first" in told
    project.up("net")
    ok, digest = project.preview()
    assert ok, digest
    made = {step["urn"].rpartition("::")[2]: step for step in digest["steps"]}
    assert {name for name in made if name.startswith("web/")} == {
        "web/shop/eu-a",
        "web/shop/eu-b",
        "web/shop/a",
        "web/shop/b",
    }
    assert "hush" not in json.dumps(digest)
    assert made["web/shop/eu-a"]["newState"]["inputs"]["data"] == {"port": "8080", "user": "u"}
    assert made["web/shop/eu-b"]["newState"]["inputs"]["data"] == {"port": "8081.5", "user": "u"}
    project.up("s")
    (state,) = tmp_path.rglob("stacks/cases/s.json")
    assert "hush" not in state.read_text()


@pytest.mark.parametrize("engine", ["embedded", REAL])
def test_a_stack_that_does_not_exist_is_an_error_that_names_it(tmp_path, engine):
    ok, digest = Project(tmp_path, engine, "organization/cases/nett").preview()
    assert not ok
    told = "\n".join(each["message"] for each in digest["diagnostics"])
    assert 'unknown stack "organization/cases/nett"' in told
    assert "Traceback" not in told


def test_the_command_line_reads_the_same_from_the_backend(tmp_path):
    project = Project(tmp_path, "embedded", "net")
    project.up("net")
    with opened(project.workspace, "s") as stack:
        outputs = BackendStacks(stack).outputs("net")
        assert outputs["clusters"] == [{"name": "a", "port": 8080}, {"name": "b", "port": 8081.5}]
        assert isinstance(outputs["login"]["password"], Opaque)
        assert outputs["login"]["password"].handle == "hush"
        with pytest.raises(GitOpsSetsError, match='unknown stack "nett"; did you mean "net"'):
            BackendStacks(stack).outputs("nett")


def test_a_stack_is_asked_once_in_a_program():
    def program():
        for name in ("web", "shop"):
            content = config_map(f"{name}-{{{{ element | length }}}}")
            GitOpsSet(name, {"generators": [{"stack": {"reference": "net"}}], "templates": [{"content": content}]})

    done = registered(program, prior=held("old/shop/a"))
    assert {"web/shop/web-2", "shop/shop/shop-2"} <= set(done.names)
    assert done.invokes.count(("pulumi:pulumi:readStackOutputs", {"name": "net"})) == 1
