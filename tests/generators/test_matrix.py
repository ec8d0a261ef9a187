"""A matrix combines; later factors see what earlier ones said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, PlanError, SourceError
from gitopssets_provider.generators import Clusters, Context, Git, List, Matrix, PathItem, expand_all
from gitopssets_provider.model.selector import LabelSelector, LabelSelectorRequirement
from gitopssets_provider.sources.base import Tree

_SIZES = {"list": {"elements": [{"size": "s"}, {"size": "l"}]}}
_ENVIRONMENTS = {"list": {"elements": [{"env": "dev"}, {"env": "production"}]}}
_FLEET = {"clusters": {"selector": {"matchLabels": {"env": "{{ env }}"}}}}


def _matrix(*generators: Any, **common: Any) -> dict[str, Any]:
    return {"matrix": {"generators": list(generators)}, **common}


def _rows(elements: Any) -> list[Any]:
    return [dict(element.parameters) for element in elements]


def test_every_combination_is_yielded_the_last_factor_varying_fastest(expand: Any) -> None:
    third = {"list": {"elements": [{"n": 1}, {"n": 2}]}}
    assert _rows(expand(_matrix(_ENVIRONMENTS, _SIZES, third))) == [
        {"env": env, "size": size, "n": n} for env in ("dev", "production") for size in ("s", "l") for n in (1, 2)
    ]


def test_one_factor_is_enough_and_none_is_an_error(expand: Any) -> None:
    assert _rows(expand(_matrix(_SIZES))) == [{"size": "s"}, {"size": "l"}]
    with pytest.raises(DefinitionError, match=r"matrix.generators: must not be empty"):
        expand(_matrix())


def test_a_combination_remembers_where_its_parts_come_from(expand: Any) -> None:
    element = expand(_matrix(_ENVIRONMENTS, _FLEET))[0]
    assert element.origin.generator == "generators[0].matrix"
    assert str(element.origin) == (
        "generators[0].matrix.generators[0].list.elements[0] x "
        "cluster dev-1 (generators[0].matrix.generators[1].clusters)"
    )


def test_a_later_factor_sees_the_parameters_of_earlier_ones(expand: Any) -> None:
    elements = expand(_matrix(_ENVIRONMENTS, _FLEET))
    assert [(element.parameters["env"], element.parameters["cluster"]["name"]) for element in elements] == [
        ("dev", "dev-1"),
        ("production", "prod-eu"),
        ("production", "prod-us"),
    ]


def test_elements_of_a_later_list_may_use_earlier_parameters_and_keep_types(expand: Any) -> None:
    first = {"list": {"elements": [{"env": "dev", "replicas": 2, "apps": [{"app": "web"}, {"app": "api"}]}]}}
    second = {"list": {"elements": [{"host": "{{ env }}.example.com", "count": "{{ replicas + 1 }}"}]}}
    third = {"list": {"elements": "{{ apps }}"}}
    rows = _rows(expand(_matrix(first, second, third)))
    assert [(row["host"], row["count"], row["app"]) for row in rows] == [
        ("dev.example.com", 3, "web"),
        ("dev.example.com", 3, "api"),
    ]


def test_a_later_git_factor_reads_the_files_of_each_row(expand: Any, project: Any) -> None:
    project({"env/dev.yaml": "region: eu\n", "env/production.yaml": "region: us\n"})
    elements = expand(_matrix(_ENVIRONMENTS, {"git": {"files": ["env/{{ env }}.yaml"]}}))
    assert [(row["env"], row["region"]) for row in _rows(elements)] == [("dev", "eu"), ("production", "us")]


def test_the_condition_of_a_later_factor_sees_both(expand: Any) -> None:
    fleet = {"clusters": {}, "where": "cluster.labels.env == env and cluster.labels.region | default('') != 'us'"}
    elements = expand(_matrix(_ENVIRONMENTS, fleet))
    assert [element.parameters["cluster"]["name"] for element in elements] == ["dev-1", "prod-eu"]


def test_the_condition_of_the_matrix_sees_all_parameters(expand: Any) -> None:
    elements = expand(_matrix(_ENVIRONMENTS, _SIZES, where="env == 'dev' or size == 'l'"))
    assert [(row["env"], row["size"]) for row in _rows(elements)] == [
        ("dev", "s"),
        ("dev", "l"),
        ("production", "l"),
    ]


def test_matrices_and_concatenations_may_be_factors(expand: Any) -> None:
    inner = _matrix(
        {"list": {"elements": [{"a": "{{ env }}-1"}]}}, {"list": {"elements": [{"b": "{{ a }}-{{ env }}"}]}}
    )
    either = {
        "concat": {"generators": [{"list": {"elements": [{"c": 1}]}}, {"list": {"elements": [{"c": "{{ b }}"}]}}]}
    }
    rows = _rows(expand(_matrix(_ENVIRONMENTS, inner, either)))
    assert [(row["b"], row["c"]) for row in rows] == [
        ("dev-1-dev", 1),
        ("dev-1-dev", "dev-1-dev"),
        ("production-1-production", 1),
        ("production-1-production", "production-1-production"),
    ]


def test_a_named_factor_stands_under_its_name_for_all_that_follow(expand: Any) -> None:
    first = {**_ENVIRONMENTS, "name": "environment"}
    second = {"list": {"elements": [{"env": "{{ environment.env }}-b"}]}, "name": "b"}
    assert _rows(expand(_matrix(first, second)))[0] == {"environment": {"env": "dev"}, "b": {"env": "dev-b"}}
    assert _rows(expand(_matrix(_SIZES, name="all")))[0] == {"all": {"size": "s"}}


def test_a_key_with_two_values_is_an_error_that_names_both_places(expand: Any) -> None:
    second = {"list": {"elements": [{"env": "dev", "x": 1}, {"env": "other", "x": 2}]}}
    with pytest.raises(DefinitionError) as caught:
        expand(_matrix({"list": {"elements": [{"env": "dev"}]}}, second))
    assert str(caught.value) == (
        'generators[0].matrix.generators[1].list: two factors give "env" different values: '
        "generators[0].matrix.generators[0].list.elements[0] and generators[0].matrix.generators[1].list.elements[1]; "
        "name one of the factors (name: app), so that its parameters stand under that key"
    )


def test_a_key_with_one_value_twice_is_no_conflict(expand: Any) -> None:
    one = {"list": {"elements": [{"env": "dev", "deep": {"a": [1, {"b": None}]}}]}}
    assert len(expand(_matrix(one, one))) == 1


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), ("1", 1), ({}, []), (None, False), ([1], [True])])
def test_values_that_look_alike_are_two_values(expand: Any, one: Any, other: Any) -> None:
    with pytest.raises(DefinitionError, match='two factors give "a" different values'):
        expand(_matrix({"list": {"elements": [{"a": one}]}}, {"list": {"elements": [{"a": other}]}}))


def test_two_git_factors_of_one_repository_need_a_name(expand: Any, project: Any) -> None:
    project({"env/dev.yaml": "env: dev\n", "apps/web.yaml": "app: web\n"})
    environments, apps = {"git": {"files": ["env/*.yaml"]}}, {"git": {"files": ["apps/*.yaml"]}}
    with pytest.raises(DefinitionError, match=r'two factors give "file" different values: .*; name one of the factors'):
        expand(_matrix(environments, apps))
    (row,) = _rows(expand(_matrix(environments, {**apps, "name": "app"})))
    assert (row["env"], row["app"]["app"], row["app"]["file"]["stem"]) == ("dev", "web", "web")


def test_an_empty_factor_is_an_error_that_says_which(expand: Any) -> None:
    empty = {"list": {"elements": []}}
    with pytest.raises(SourceError, match=r"^generators\[0\].matrix.generators\[1\].list: yields no element"):
        expand(_matrix(_SIZES, empty))
    with pytest.raises(SourceError, match=r"^generators\[0\].matrix: yields no element"):
        expand(_matrix(_SIZES, {**empty, "allowEmpty": True}))
    assert expand(_matrix(_SIZES, {**empty, "allowEmpty": True}, allowEmpty=True)) == []


def test_a_factor_that_is_empty_for_one_row_names_the_row(expand: Any) -> None:
    rows = {"list": {"elements": [{"env": "dev"}, {"env": "staging"}]}}
    with pytest.raises(SourceError) as caught:
        expand(_matrix(rows, _FLEET))
    assert str(caught.value) == (
        "generators[0].matrix.generators[1].clusters.selector: no cluster matches env=staging "
        "(3 clusters: dev-1, prod-eu, prod-us) (for generators[0].matrix.generators[0].list.elements[1])"
    )
    assert len(expand(_matrix(rows, {**_FLEET, "allowEmpty": True}))) == 1


def test_all_rows_that_fail_are_told_at_once_up_to_ten(expand: Any) -> None:
    rows = {"list": {"elements": [{"env": f"e{index}"} for index in range(14)]}}
    with pytest.raises(SourceError) as caught:
        expand(_matrix(rows, _FLEET))
    assert len(caught.value.problems) == 10


def test_a_later_factor_that_uses_an_unknown_name_says_so(expand: Any) -> None:
    fleet = {"clusters": {"selector": {"matchLabels": {"env": "{{ enw }}"}}}}
    with pytest.raises(DefinitionError) as caught:
        expand(_matrix(_ENVIRONMENTS, fleet))
    assert str(caught.value).startswith(
        "generators[0].matrix.generators[1].clusters.selector.matchLabels.env: "
        '"enw" is not known (for generators[0].matrix.generators[0].list.elements[0] and 1 more); did you mean "env"?'
    )


def test_the_limit_is_checked_while_the_product_grows(context: Context) -> None:
    factor = List(elements=[{f"k{index}": index} for index in range(100)])
    factors = [factor.model_copy(update={"name": name}) for name in "abcdefgh"]
    with pytest.raises(
        PlanError, match=r"generators\[0\].matrix.generators\[1\].list: .* more than the limit of 1,000"
    ):
        expand_all([Matrix(generators=factors)], context)


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        (
            {"clusters": {"selectr": {"matchLabels": "{{ x }}"}}},
            r'clusters.selectr: unknown key; did you mean "selector"',
        ),
        ({"list": {"elements": "{{ apps }}", "elemnts": []}}, r"list.elemnts: unknown key"),
        ({"list": {"elements": 3}}, r"list.elements: must be a list, not a number"),
        ({"git": {"files": "{{ files }}", "revision": 3}}, r"git.revision: must be a string"),
        ({"git": {"fils": ["{{ x }}"]}}, r'git.fils: unknown key; did you mean "files"'),
    ],
)
def test_keys_of_a_later_factor_are_checked_before_anything_is_bound(expand: Any, factor: Any, message: str) -> None:
    with pytest.raises(DefinitionError, match=rf"matrix.generators\[1\].{message}"):
        expand(_matrix({"list": {"elements": []}}, factor))


def test_types_of_a_later_factor_are_checked_after_binding(expand: Any) -> None:
    row = {"list": {"elements": [{"labels": {"env": "dev"}, "wrong": 3}]}}
    good = {"clusters": {"selector": {"matchLabels": "{{ labels }}"}}}
    assert len(expand(_matrix(row, good))) == 1
    bad = {"clusters": {"selector": {"matchLabels": "{{ wrong }}"}}}
    with pytest.raises(DefinitionError, match=r"clusters.selector.matchLabels: must be a mapping, not a number \(for "):
        expand(_matrix(row, bad))


def test_python_writes_the_same_words(expand: Any, context: Context, project: Any) -> None:
    project({"env/dev.yaml": "region: eu\n"})
    matrix = List(elements=[{"env": "dev"}]) * Git(files=["env/{{ env }}.yaml"]) * List(elements=[{"size": 1}])
    assert isinstance(matrix, Matrix)
    assert len(matrix.generators) == 3
    (element,) = expand_all([matrix.where("size == 1").where("{{ region == 'eu' }}")], context)
    assert element.parameters["region"] == "eu"
    both = expand_all([List(elements=[{"a": 1}]) + List(elements=[{"a": 2}]) + List(elements=[{"a": 3}])], context)
    assert [element.parameters["a"] for element in both] == [1, 2, 3]


def test_a_combination_with_words_of_its_own_stays_one_factor() -> None:
    named = Matrix(generators=[List(elements=[{"a": 1}])], name="pair")
    combined = named * List(elements=[{"b": 1}])
    assert isinstance(combined, Matrix)
    assert combined.generators[0] is named


@dataclass
class _CountingGit:
    """Counts how often a repository is asked for; the answers are those of the real one."""

    real: Any
    asked: list[Any] = field(default_factory=list)

    def tree(self, repository: str, revision: str | None) -> Tree:
        self.asked.append((repository, revision))
        return self.real.tree(repository, revision)


def test_each_distinct_bound_generator_is_asked_once(context: Context, project: Any) -> None:
    project({"env/dev.yaml": "a: 1\n", "env/prod.yaml": "a: 2\n"})
    git = _CountingGit(context.sources.git)
    using = replace(context, sources=replace(context.sources, git=git))
    rows = List(elements=[{"env": "dev", "row": 1}, {"env": "dev", "row": 2}, {"env": "prod", "row": 3}])
    elements = expand_all([rows * Git(files=["env/{{ env }}.yaml"])], using)
    assert [element.parameters["a"] for element in elements] == [1, 1, 2]
    assert len(git.asked) == 2
    git.asked.clear()
    assert len(expand_all([rows * Git(files=["env/dev.yaml"])], using)) == 3
    assert len(git.asked) == 1


def test_nothing_that_a_generator_yields_is_changed_by_a_product(context: Context) -> None:
    first: Sequence[Mapping[str, Any]] = [{"b": {"c": 1}}, {"b": {"c": 9}}]
    second: Sequence[Mapping[str, Any]] = [{"d": {"e": 2}}, {"d": {"e": 3}}]
    elements = expand_all([List(elements=first) * List(elements=second)], context)
    assert [element.parameters for element in elements] == [{**one, **other} for one in first for other in second]
    assert first == [{"b": {"c": 1}}, {"b": {"c": 9}}]


def test_a_context_may_be_used_again(context: Context) -> None:
    for value in (1, 2):
        (element,) = expand_all([List(elements=[{"a": value}])], context)
        assert element.parameters == {"a": value}


def test_a_generator_that_fails_does_not_hide_the_others(expand: Any) -> None:
    with pytest.raises(GitOpsSetsError) as caught:
        expand(
            {"git": {"repository": "nowhere", "files": ["a"]}},
            {"list": {"elements": [{"a": 1}]}},
            {"clusters": {"selector": {"matchLabels": {"a": "b"}}}},
        )
    assert [problem.path for problem in caught.value.problems] == [
        "generators[0].git",
        "generators[2].clusters.selector",
    ]


def test_values_written_in_python_are_bound_as_those_of_yaml(context: Context, project: Any) -> None:
    project({"env/dev/a.yaml": "a: 1\n", "env/dev/b.yaml": "a: 2\n"})
    row = LabelSelectorRequirement(key="env", operator="In", values=["{{ env }}"])
    fleet = Clusters(selector=LabelSelector(match_expressions=[row]))
    files = Git(files=[PathItem(path="env/{{ env }}/*.yaml"), PathItem(path="**/{{ skip }}.yaml", exclude=True)])
    elements = expand_all([List(elements=[{"env": "dev", "skip": "b"}]) * fleet * files], context)
    assert [(e.parameters["cluster"]["name"], e.parameters["a"]) for e in elements] == [("dev-1", 1)]
