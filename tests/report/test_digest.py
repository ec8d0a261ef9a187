import json

from gitopssets_provider.engine.step import Diagnostic, Op
from gitopssets_provider.engine.values import UNKNOWN, Secret
from gitopssets_provider.report.digest import digest
from gitopssets_provider.report.redaction import Scrubber


def of(run, config=(), **options):
    return json.loads(digest(run.outcome(), dict(config), Scrubber(), **options))


def test_a_step_has_pulumis_keys(run, config_map):
    run.object(Op.UPDATE, config_map("a", x="2"), old=config_map("a", x="1"), diff={"data.x": "update"})
    run.steps[0].old.provider = run.steps[0].new.provider = "urn::id"
    run.steps[0].input_diffs = frozenset({"data.x"})
    (step,) = of(run)["steps"]
    assert step["op"] == "update"
    assert step["urn"] == run.steps[0].urn
    assert step["provider"] == "urn::id"
    assert step["diffReasons"] == ["data.x"]
    assert step["detailedDiff"] == {"data.x": {"kind": "update", "inputDiff": True}}
    assert (step["oldState"]["inputs"]["data"], step["newState"]["inputs"]["data"]) == ({"x": "1"}, {"x": "2"})
    assert "replaceReasons" not in step


def test_a_step_without_a_detailed_diff_says_null_as_pulumi_does(run, config_map):
    assert of(run.object(Op.CREATE, config_map("a")))["steps"][0]["detailedDiff"] is None


def test_unchanged_resources_are_left_out_but_for_the_stack(run, config_map):
    run.stack().object(Op.SAME, config_map("a"), old=config_map("a"))
    assert [step["op"] for step in of(run)["steps"]] == ["same"]
    assert len(of(run, show_sames=True)["steps"]) == 2


def test_an_unchanged_resource_that_becomes_protected_is_a_step(run, config_map):
    run.object(Op.SAME, config_map("a"), old=config_map("a"))
    run.steps[0].new.protect = True
    assert len(of(run)["steps"]) == 1


def test_a_replacement_is_one_step(run, config_map):
    for op in (Op.CREATE_REPLACEMENT, Op.REPLACE, Op.DELETE_REPLACED):
        run.object(op, config_map("a"), old=config_map("a"))
    assert [step["op"] for step in of(run)["steps"]] == ["replace"]


def test_secrets_are_masked_in_states_and_configuration_and_messages(run, config_map):
    run.object(Op.CREATE, config_map("a", token=Secret("hush-hush"), later=UNKNOWN))
    outcome = run.outcome()
    outcome.diagnostics.append(Diagnostic("warning", "got hush-hush", "u"))
    config = {"app:a": Secret("x"), "app:b": {"c": Secret("y")}, "app:d": {"e": 1}, "app:f": "g"}
    text = digest(outcome, config, Scrubber(["hush-hush"]))
    assert "hush" not in text
    content = json.loads(text)
    assert content["steps"][0]["newState"]["inputs"]["data"] == {
        "token": "[secret]",
        "later": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    }
    assert content["config"] == {"app:a": "[secret]", "app:b": "[secret]", "app:d": '{"e": 1}', "app:f": "g"}
    assert content["diagnostics"] == [{"urn": "u", "message": "warning: got [secret]", "severity": "warning"}]


def test_the_summary_and_the_duration_are_pulumis(run):
    outcome = run.outcome()
    outcome.changes.update(same=2, create=1)
    content = json.loads(digest(outcome, {}, Scrubber()))
    assert content == {"duration": 1_250_000_000, "changeSummary": {"create": 1, "same": 2}}


def test_debug_messages_are_left_out(run):
    outcome = run.outcome()
    outcome.diagnostics.append(Diagnostic("debug", "x"))
    assert "diagnostics" not in json.loads(digest(outcome, {}, Scrubber()))
