import pytest


def test_an_object_tells_its_set_template_source_and_parameters(folder, call):
    done = call("explain", "eu", "settings.yaml")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[:6] == [
        "ConfigMap team/eu",
        "  set       settings (settings.yaml)",
        "  template  templates[0]",
        "  from      eu.yaml in environments (generators[0].git)",
        "  cluster   default",
        "  resource  settings/team/eu (kubernetes:core/v1:ConfigMap)",
    ]
    assert "    region: eu-west-1" in done.out.splitlines()


@pytest.mark.parametrize(
    "spelling",
    [
        "podinfo-dev",
        "apps/podinfo-dev",
        "deployment/podinfo-dev",
        "Deployment apps/podinfo-dev",
        "Deployment.apps/apps/podinfo-dev",
        "default/Deployment/apps/podinfo-dev",
        "apps.podinfo/apps/podinfo-dev",
        "urn:pulumi:dev::app::gitopssets:index:GitOpsSet$kubernetes:apps/v1:Deployment::apps.podinfo/apps/podinfo-dev",
    ],
)
def test_an_object_is_found_by_whatever_it_is_called(folder, call, spelling):
    assert call("explain", spelling, "podinfo.yaml").out.startswith("Deployment apps/podinfo-dev\n")


def test_all_objects_of_a_name_are_explained(folder, call):
    (folder / "environments" / "eu.yaml").write_text("{name: eu, region: x, password: hush}\n")
    done = call("explain", "eu", "settings.yaml", "-o", "json")
    assert [one["object"] for one in done.json] == ["default/ConfigMap/team/eu", "default/Secret/team/eu"]
    assert done.json[0]["origins"][0]["file"] == "eu.yaml"


def test_a_name_that_no_object_has_is_wrong_usage_and_names_the_near_one(folder, call):
    done = call("explain", "podinfo-dve", "podinfo.yaml")
    assert done.status == 2
    assert done.err == ('no object is called "podinfo-dve"; did you mean "default/Deployment.apps/apps/podinfo-dev"?\n')
