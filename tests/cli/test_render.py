import pytest
import yaml

from gitopssets_provider.cli.folder import INDEX


def documents(text):
    return [document for document in yaml.safe_load_all(text) if document]


def test_files_are_expanded_with_no_stack(folder, call):
    done = call("render", "podinfo.yaml")
    assert (done.status, done.err) == (0, "")
    assert [(d["metadata"]["name"], d["spec"]["replicas"]) for d in documents(done.out)] == [
        ("podinfo-dev", 1),
        ("podinfo-prod", 3),
    ]


def test_a_comment_says_where_each_object_comes_from(folder, call):
    assert (
        "---\n# set settings, on cluster default, from eu.yaml\napiVersion: v1\n" in call("render", "settings.yaml").out
    )


def test_globs_and_several_files_are_taken_in_their_order(folder, call):
    names = [one["name"] for one in call("render", "settings.yaml", "p*.yaml", "-o", "json").json["sets"]]
    assert names == ["settings", "podinfo"]


def test_json_has_every_set_with_objects_and_targets_side_by_side(folder, call):
    (one,) = call("render", "podinfo.yaml", "-o", "json").json["sets"]
    assert list(one) == ["name", "namespace", "elements", "objects", "targets", "error"]
    assert (one["name"], one["namespace"], one["elements"], one["error"]) == ("podinfo", "apps", 2, None)
    assert [object_["metadata"]["name"] for object_ in one["objects"]] == ["podinfo-dev", "podinfo-prod"]
    assert one["targets"] == ["default", "default"]


def test_names_are_what_explain_takes(folder, call):
    lines = call("render", "podinfo.yaml", "-o", "name").out.splitlines()
    assert lines == ["default/Deployment.apps/apps/podinfo-dev", "default/Deployment.apps/apps/podinfo-prod"]
    assert all(call("explain", line, "podinfo.yaml").status == 0 for line in lines)


def test_a_folder_is_made_exactly_the_result_in_the_layout_of_up(folder, call):
    assert call("render", "podinfo.yaml", "--out", "out").err == "out: 2 new, 0 changed, 0 removed, 0 unchanged\n"
    text = (folder / "podinfo.yaml").read_text()
    (folder / "podinfo.yaml").write_text(text.replace("{env: dev, replicas: 1}", "{env: qa, replicas: 1}"))
    assert call("render", "podinfo.yaml", "--out", "out").err == "out: 1 new, 0 changed, 1 removed, 1 unchanged\n"
    files = sorted(path.relative_to(folder / "out").as_posix() for path in (folder / "out").rglob("*.yaml"))
    assert files == [
        "default/1-manifest/apps_v1-deployment-apps-podinfo-prod.yaml",
        "default/1-manifest/apps_v1-deployment-apps-podinfo-qa.yaml",
    ]


def test_a_result_with_an_error_leaves_the_folder_as_it_was(folder, call):
    call("render", "podinfo.yaml", "--out", "out")
    (folder / "environments" / "eu.yaml").write_text("{name: eu}\n")
    done = call("render", "podinfo.yaml", "settings.yaml", "--keep-going", "--out", "out")
    assert done.status == 1
    assert len(list((folder / "out").rglob("*.yaml"))) == 2


def test_a_folder_that_holds_something_else_is_wrong_usage(folder, call):
    assert call("render", "podinfo.yaml", "--out", "environments").status == 2
    assert not (folder / "environments" / INDEX).exists()


def test_secrets_are_masked_unless_they_are_asked_for(folder, call):
    (folder / "environments" / "eu.yaml").write_text("{name: eu, region: x, password: hush}\n")
    done = call("render", "settings.yaml")
    assert "hush" not in done.out
    assert done.err == "1 object with masked secrets; --show-secrets shows them\n"
    assert "hush" not in call("render", "settings.yaml", "-o", "json").out
    assert "password: hush" in call("render", "settings.yaml", "--show-secrets").out


def test_secrets_are_refused_in_files_unless_they_are_asked_for(folder, call):
    (folder / "environments" / "eu.yaml").write_text("{name: eu, region: x, password: hush}\n")
    done = call("render", "settings.yaml", "--out", "out")
    assert done.status == 3
    assert done.err == "settings/team/eu: Secret team/eu holds a secret; --show-secrets writes it in the clear\n"
    assert not (folder / "out").exists()
    assert call("render", "settings.yaml", "--out", "out", "--show-secrets").status == 0


def test_all_that_is_wrong_is_told_at_once_with_its_place(folder, call):
    (folder / "podinfo.yaml").write_text((folder / "podinfo.yaml").read_text().replace("content:", "contend:"))
    (folder / "settings.yaml").write_text("kind: [\n")
    done = call("render", "podinfo.yaml", "settings.yaml", "missing.yaml")
    assert (done.status, done.out) == (1, "")
    lines = done.err.splitlines()
    assert lines[0].startswith("podinfo.yaml: spec.templates[0]")
    assert 'did you mean "content"?' in lines[0]
    assert any(line.startswith("settings.yaml:") for line in lines)
    assert any(line.startswith("missing.yaml: there is no such file") for line in lines)


def test_keeping_going_renders_each_set_on_its_own(folder, call):
    (folder / "broken.yaml").write_text("metadata: {name: broken, namespace: n}\nkind: GitOpsSet\n")
    (folder / "environments" / "eu.yaml").write_text("{name: eu}\n")
    done = call("render", "broken.yaml", "settings.yaml", "podinfo.yaml", "--keep-going", "-o", "json")
    sets = done.json["sets"]
    assert done.status == 1
    assert [(one["name"], len(one["objects"]), one["error"] is None) for one in sets] == [
        ("broken", 0, False),
        ("settings", 0, False),
        ("podinfo", 2, True),
    ]
    assert "region" in sets[1]["error"]
    assert "region" in done.err


def test_keeping_going_skips_the_checks_between_sets(folder, call):
    twice = (folder / "podinfo.yaml").read_text().replace("name: podinfo,", "name: other,")
    (folder / "twice.yaml").write_text(twice)
    assert call("render", "podinfo.yaml", "twice.yaml").status == 1
    assert call("render", "podinfo.yaml", "twice.yaml", "--keep-going").status == 0


def test_a_set_that_is_kept_going_may_wait_for_another(folder, call):
    waiting = (folder / "podinfo.yaml").read_text() + "      options: {dependsOn: [{set: settings}]}\n"
    (folder / "podinfo.yaml").write_text(waiting)
    assert call("render", "podinfo.yaml", "settings.yaml").status == 0
    assert call("render", "podinfo.yaml", "settings.yaml", "--keep-going").status == 0
    assert call("render", "podinfo.yaml").status == 1


def test_in_a_project_repositories_are_found_from_its_folder(folder, call, monkeypatch):
    (folder / "Pulumi.yaml").write_text("name: app\nruntime: python\n")
    (folder / "sets").mkdir()
    (folder / "sets" / "settings.yaml").write_text((folder / "settings.yaml").read_text())
    (folder / "template.j2").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    (folder / "sets" / "text.yaml").write_text(
        "apiVersion: gitopssets/v1\nkind: GitOpsSet\nmetadata: {name: text}\n"
        "spec: {generators: [{list: {elements: [{a: b}]}}], templates: [{file: ../template.j2}]}\n"
    )
    monkeypatch.chdir(folder / "sets")
    done = call("render", "settings.yaml", "text.yaml", "-o", "name")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == ["default/ConfigMap/team/eu", "default/ConfigMap/default/x"]


def test_fixtures_answer_what_generators_ask(folder, call):
    fixtures = {"gitRepositories": [{"name": "environments", "files": {"us.yaml": "{name: us, region: us-east-1}"}}]}
    (folder / "fixtures.yaml").write_text(yaml.safe_dump(fixtures))
    (object_,) = documents(call("render", "settings.yaml", "--fixtures", "fixtures.yaml", "--offline").out)
    assert object_["data"] == {"region": "us-east-1"}


def test_offline_refuses_every_other_machine(folder, call):
    text = (folder / "settings.yaml").read_text()
    (folder / "settings.yaml").write_text(text.replace("repository: environments", "repository: https://x.example/r"))
    done = call("render", "settings.yaml", "--offline")
    assert done.status == 1
    assert "--offline" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "there is nothing to expand; name definition files, or a stack with --stack\n"),
        (["podinfo.yaml", "--stack", "dev"], "files and --stack are both given; name one of the two"),
        (["podinfo.yaml", "-o", "xml"], "gitopssets render: invalid value for '-o' / '--output': 'xml' is not one of"),
    ],
)
def test_wrong_usage_is_told_in_one_line(folder, call, arguments, message):
    done = call("render", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(message)
