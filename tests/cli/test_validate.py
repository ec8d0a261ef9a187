def test_valid_definitions_say_how_much_they_come_to(folder, call):
    done = call("validate", "podinfo.yaml", "settings.yaml")
    assert (done.status, done.err) == (0, "")
    assert sorted(done.out.splitlines()) == [
        "apps.podinfo   valid: 2 elements, 2 objects",
        "settings       valid: 1 element, 1 object",
    ]


def test_what_a_definition_expands_to_is_checked_too(folder, call):
    (folder / "environments" / "eu.yaml").write_text("{name: EU_WEST, region: x}\n")
    done = call("validate", "settings.yaml")
    assert done.status == 1
    assert done.err.startswith("settings.yaml: spec.templates[0]")
    assert "EU_WEST" in done.err


def test_findings_are_there_for_tools(folder, call):
    (folder / "settings.yaml").write_text("kind: GitOpsSet\n")
    done = call("validate", "settings.yaml", "-o", "json")
    assert (done.status, done.err) == (1, "")
    assert done.json["valid"] is False
    assert {"file", "path", "fact", "remedy", "severity"} == set(done.json["findings"][0])
    assert call("validate", "podinfo.yaml", "-o", "json").json == {"valid": True, "findings": []}
