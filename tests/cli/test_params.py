import yaml


def test_elements_are_yaml_with_their_origin_beside_them(folder, call):
    done = call("params", "podinfo.yaml")
    assert done.status == 0
    assert done.out.startswith("---\n# set podinfo: 2 elements\n# generators[0].list.elements[0]\n- env: dev\n")
    assert list(yaml.safe_load_all(done.out)) == [[{"env": "dev", "replicas": 1}, {"env": "prod", "replicas": 3}]]


def test_what_a_generator_knows_is_there_too(folder, call):
    ((element,),) = yaml.safe_load_all(call("params", "settings.yaml").out)
    assert element["file"]["path"] == "eu.yaml"
    assert element["region"] == "eu-west-1"


def test_json_has_every_set(folder, call):
    sets = call("params", "podinfo.yaml", "settings.yaml", "-o", "json").json["sets"]
    assert [one["name"] for one in sets] == ["podinfo", "settings"]
    first = {"origin": "generators[0].list.elements[0]", "parameters": {"env": "dev", "replicas": 1}}
    assert sets[0]["elements"][0] == first


def test_an_error_of_one_set_leaves_the_others(folder, call):
    (folder / "environments" / "eu.yaml").unlink()
    done = call("params", "settings.yaml", "podinfo.yaml", "--keep-going", "-o", "json")
    assert done.status == 1
    assert [one["error"] is None for one in done.json["sets"]] == [False, True]
