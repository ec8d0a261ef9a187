"""What pydantic finds is told in the words of YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from pydantic import BeforeValidator, Field, model_validator

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.model.validation import findings, nested, path_text, validate


class Row(Model):
    key_name: str
    operator: Literal["In", "NotIn"] = "In"

    @model_validator(mode="after")
    def _no_x(self) -> Row:
        if self.key_name == "x":
            raise ValueError("x is taken; choose another name")
        return self


def _refuse(value: Any) -> Any:
    if value == "ok":
        return value
    raise nested(DefinitionError("is bad", remedy="mend it", path="inner[0]"))


class Sheet(Model):
    rows: Items[Row] = ()
    one: Row | None = None
    either: bool | Items[str] = True
    content: Mapping[str, Any] | Items[Mapping[str, Any]] | None = None
    special: Annotated[Any, BeforeValidator(_refuse)] = None
    condition: str | None = Field(default=None, alias="where")
    count: int = 0


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"ruws": []}, 'ruws: unknown key; did you mean "rows"?'),
        ({"zzz": 1}, "zzz: unknown key; known are: content, count, either, one, rows, special, where"),
        ({"rows": [{"keyName": "a", "operatr": "In"}]}, 'rows[0].operatr: unknown key; did you mean "operator"?'),
        ({"rows": [{"key_name": "a"}]}, 'rows[0].key_name: unknown key; did you mean "keyName"?'),
        ({"one": {"keyname": "a"}}, 'one.keyname: unknown key; did you mean "keyName"?'),
        ({"rows": [{}]}, "rows[0].keyName: this key is required"),
        ({"rows": {}}, "rows: must be a list, not a mapping"),
        ({"rows": "abc"}, "rows: must be a list, not a string"),
        ({"rows": [3]}, "rows[0]: must be a mapping, not a number"),
        ({"rows": [{"keyName": 3}]}, "rows[0].keyName: must be a string, not a number; quote it"),
        ({"rows": [{"keyName": True}]}, "rows[0].keyName: must be a string, not a boolean; quote it"),
        ({"rows": [{"keyName": "x"}]}, "rows[0]: x is taken; choose another name"),
        (
            {"rows": [{"keyName": "a", "operator": "Notin"}]},
            "rows[0].operator: must be 'In' or 'NotIn'; did you mean \"NotIn\"?",
        ),
        ({"count": True}, "count: must be an integer, not a boolean"),
        ({"count": "1"}, "count: must be an integer, not a string"),
        ({"either": 3}, "either: must be true or false or a list, not a number"),
        ({"either": ["a", 3]}, "either[1]: must be a string, not a number; quote it"),
        ({"content": "x"}, "content: must be a mapping or a list, not a string"),
        ({"content": [{}, 3]}, "content[1]: must be a mapping, not a number"),
        ({"special": 1}, "special.inner[0]: is bad; mend it"),
        ({1: 2}, "[1]: a key must be a string; quote it"),
        ([], "must be a mapping, not a list"),
        (None, "must be a mapping, not null"),
    ],
)
def test_a_problem_has_its_place_its_fact_and_its_remedy(value: Any, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        validate(Sheet, value)
    assert str(caught.value) == message


def test_all_problems_are_told_at_once_in_the_order_of_the_fields() -> None:
    with pytest.raises(DefinitionError) as caught:
        validate(Sheet, {"rows": [{"keyName": 1}, {}], "count": "a", "either": 3, "nope": 1, "special": 2})
    assert [problem.path for problem in caught.value.problems] == [
        "rows[0].keyName",
        "rows[1].keyName",
        "either",
        "special.inner[0]",
        "count",
        "nope",
    ]


def test_no_problem_repeats_a_value() -> None:
    with pytest.raises(DefinitionError) as caught:
        validate(Sheet, {"count": "s3cret", "rows": ["s3cret"], "one": {"keyName": "a", "operator": "s3cret"}})
    assert "s3cret" not in str(caught.value)


def test_a_value_that_is_not_known_yet_is_named_by_its_label() -> None:
    output = Opaque(object(), label="a pulumi.Output", secret=False, known=False)
    with pytest.raises(DefinitionError, match=r"^count: must be an integer, not a pulumi.Output, which is not known"):
        validate(Sheet, {"count": output})


def test_a_list_is_kept_as_a_tuple() -> None:
    sheet = validate(Sheet, {"rows": [{"keyName": "a"}], "either": ["x"], "where": "true"})
    assert sheet.rows == (Row(key_name="a"),)
    assert sheet.either == ("x",)
    assert sheet.condition == "true"


def test_findings_know_the_steps_to_their_place() -> None:
    (finding,) = findings(Sheet, {"rows": [{"keyName": 1}]})
    assert finding.location == ("rows", 0, "keyName")
    assert findings(Sheet, {}) == []


def test_an_odd_key_is_quoted_and_a_long_one_cut() -> None:
    assert path_text(("a", 0, "b.c", "d")) == 'a[0]["b.c"].d'
    assert path_text(("x" * 200,)) == f'["{"x" * 77}..."]'
