from __future__ import annotations

from gitopssets_provider.engine.targets import Targets

URN = "urn:pulumi:dev::shop::kubernetes:core/v1:ConfigMap::set/a"


def test_without_targets_a_run_is_about_everything() -> None:
    assert not Targets()
    assert URN in Targets()


def test_a_urn_is_itself_alone() -> None:
    targets = Targets([URN])
    assert URN in targets
    assert f"{URN}b" not in targets


def test_one_star_stays_between_colons_and_two_do_not() -> None:
    assert URN in Targets(["urn:pulumi:*::shop::kubernetes:core/v1:*::set/*"])
    assert URN not in Targets(["urn:*::set/a"])
    assert URN in Targets(["urn:**::set/a"])
    assert URN in Targets(["**set/a"])


def test_a_copy_grows_alone() -> None:
    targets = Targets(["**set/b"])
    grown = targets.copy()
    grown.add(URN)
    assert URN in grown
    assert URN not in targets
