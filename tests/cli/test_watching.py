import pytest

from gitopssets_provider.cli.watching import Watch
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.step import Op, Step


def step(op, name="a"):
    urn = f"urn:pulumi:dev::app::kubernetes:core/v1:ConfigMap::{name}"
    state = Resource(urn, "kubernetes:core/v1:ConfigMap", inputs={"metadata": {"name": name, "namespace": "team"}})
    return Step(op, urn, None, state)


@pytest.fixture
def told():
    return []


@pytest.fixture
def watch(told):
    return Watch(told.append, "up")


def test_what_is_going_on_is_shown_with_how_much_is_done(watch, told):
    watch.started(step(Op.CREATE))
    watch.finished(step(Op.CREATE))
    watch.started(step(Op.DELETE, "b"))
    assert told == ["up: 0 done, creating ConfigMap team/a", "up: 1 done, deleting ConfigMap team/b"]


def test_what_failed_is_kept_with_its_reason(watch):
    watch.started(step(Op.CREATE))
    watch.finished(step(Op.CREATE), "the disk is full")
    assert watch.unfinished == {step(Op.CREATE).urn: "the disk is full"}


def test_what_never_ended_was_interrupted(watch):
    watch.started(step(Op.CREATE))
    assert watch.unfinished == {step(Op.CREATE).urn: "interrupted"}


def test_a_replacement_is_finished_when_all_of_its_steps_are(watch):
    for op in (Op.CREATE_REPLACEMENT, Op.DELETE_REPLACED):
        watch.started(step(op))
        watch.finished(step(op))
    assert watch.unfinished == {}
