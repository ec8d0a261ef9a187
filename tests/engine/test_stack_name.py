from __future__ import annotations

import pytest

from gitopssets_provider.engine.stack_name import StackName
from gitopssets_provider.errors import StackError


@pytest.mark.parametrize("text", ["dev", "organization/dev", "organization/shop/dev"])
def test_each_way_to_name_a_stack_leads_to_one(text: str) -> None:
    name = StackName.parse(text, project="shop")
    assert name == StackName("shop", "dev")
    assert str(name) == "organization/shop/dev"


def test_a_full_name_may_be_of_another_project() -> None:
    assert StackName.parse("organization/other/dev", project="shop") == StackName("other", "dev")


@pytest.mark.parametrize("text", ["acme/dev", "acme/shop/dev", "organization/a/b/c"])
def test_a_file_backend_has_one_organization(text: str) -> None:
    with pytest.raises(StackError, match="is no stack of a file backend"):
        StackName.parse(text, project="shop")


@pytest.mark.parametrize("text", ["", "a b", "..", "organization/../dev", "a\n", "x" * 101, "ä"])
def test_a_name_that_is_no_file_name_is_refused(text: str) -> None:
    with pytest.raises(StackError, match="is no name of a stack or a project"):
        StackName.parse(text, project="shop")
