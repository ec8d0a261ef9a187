import jsonschema
import yaml


def test_the_schema_accepts_what_the_command_line_accepts(folder, call):
    schema = call("schema").json
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(yaml.safe_load((folder / "podinfo.yaml").read_text()))
    assert not validator.is_valid({"kind": "GitOpsSet"})
