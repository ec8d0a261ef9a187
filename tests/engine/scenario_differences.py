"""Where the record of a step differs from what was recorded, with the order between independent resources left free."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from scenarios import PROVIDERS, Record, in_order

__all__ = ["differences"]


def differences(recorded: Record, found: Record, before: Record | None = None, *, strict: bool = True) -> list[str]:
    """Return a line for each difference; ``before`` is what was found at the step before.

    Without ``strict`` only what the first recordings hold is compared: no diagnostics of ``up``, no hooks, no reasons
    of a provider's steps, no failure of the program, and of the state only the fields they name.
    """
    return list(_differences(recorded, found, before, strict=strict))


def _differences(recorded: Record, found: Record, before: Record | None, *, strict: bool) -> Iterator[str]:
    yield from preview_differences(recorded["preview"], found["preview"], strict=strict)
    if "up" not in recorded:
        return
    yield from unequal("upChanges", recorded["upChanges"], found["upChanges"])
    yield from unequal("up.ok", recorded["up"]["ok"], found["up"]["ok"])
    graph = dependencies(found["export"])
    yield from order_differences(recorded["up"]["order"], found["up"]["order"], found["export"], graph)
    if before and "export" in before:
        yield from delete_order("up.order", found["up"]["order"], dependencies(before["export"]))
    if strict:
        for part in ("diagnostics", "hooks"):
            yield from collection(f"up.{part}", recorded["up"].get(part, []), found["up"].get(part, []))
    yield from collection("files", recorded["files"], found["files"])
    for name, text in (recorded.get("contents") or {}).items():
        yield from unequal(f"contents[{name}]", text, found["contents"].get(name))
    if "state" in recorded:
        yield from state_differences(recorded, found, strict=strict)
    yield from state_order(found["export"], graph)
    if "export" in recorded:
        yield from export_differences(recorded["export"], found["export"])


def preview_differences(recorded: Record, found: Record, *, strict: bool) -> Iterator[str]:
    yield from unequal("preview.ok", recorded["ok"], found["ok"])
    yield from unequal("preview.changeSummary", recorded["changeSummary"], found["changeSummary"])
    steps = [step if strict or PROVIDERS not in step["urn"] else without_reasons(step) for step in found["steps"]]
    yield from collection("preview.steps", [*map(with_sorted_reasons, recorded["steps"])], steps)
    orders = [[f"{step['op']} {step['urn']}" for step in record["steps"]] for record in (recorded, found)]
    yield from same_urn_order("preview.steps", *orders)
    said = found.get("diagnostics", [])
    if not strict:
        said = [text[:400] for text in said if "Program failed with an unhandled exception" not in text]
    yield from collection("preview.diagnostics", recorded.get("diagnostics", []), said)
    if strict:
        yield from collection("preview.hooks", recorded.get("hooks", []), found.get("hooks", []))


def with_sorted_reasons(step: Record) -> Record:
    """Return a step with its reasons in one order; the provider takes them from a map."""
    return {key: sorted(value) if key in ("diffReasons", "replaceReasons") else value for key, value in step.items()}


def without_reasons(step: Record) -> Record:
    return {key: value for key, value in step.items() if key != "diffReasons"}


def unequal(place: str, recorded: Any, found: Any) -> Iterator[str]:
    if recorded != found:
        yield f"{place}: recorded {short(recorded)}, found {short(found)}"


def short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def collection(place: str, recorded: list[Any], found: list[Any]) -> Iterator[str]:
    """Compare two lists whose order is free."""
    before, after = Counter(map(short, recorded)), Counter(map(short, found))
    yield from (f"{place}: missing {item}" for item in (before - after).elements())
    yield from (f"{place}: too much {item}" for item in (after - before).elements())


def dependencies(export: Record) -> dict[str, set[str]]:
    """Return the URNs that each URN of a state needs."""
    graph: dict[str, set[str]] = {}
    for resource in export["deployment"].get("resources") or []:
        provider = resource.get("provider", "").rpartition("::")[0]
        needed = {resource.get("parent", ""), provider, *(resource.get("dependencies") or [])}
        graph.setdefault(resource["urn"], set()).update(needed - {""})
    return graph


def order_differences(
    recorded: list[str], found: list[str], export: Record, graph: dict[str, set[str]]
) -> Iterator[str]:
    """Tell where what was done is not in an order that the engine could have taken.

    A component has finished when its outputs are known: after its children, or never if it has none.
    """
    place = "up.order"
    custom = {item["urn"]: item["custom"] for item in export["deployment"].get("resources") or []}
    found = [line for line in found if line in recorded or custom.get(line.rpartition(" ")[2], True)]
    yield from collection(place, recorded, found)
    yield from same_urn_order(place, recorded, found)
    done = [line.removeprefix("FAILED ").partition(" ")[::2] for line in found]
    made = {urn: index for index, (op, urn) in enumerate(done) if not op.startswith("delete")}
    for urn, needed in graph.items():
        late = [need for need in needed if urn in made and custom.get(need) and made.get(need, -1) > made[urn]]
        yield from (f"{place}: {urn} came before {need}" for need in late)


def delete_order(place: str, found: list[str], graph: dict[str, set[str]]) -> Iterator[str]:
    """Tell where something was deleted before what needs it."""
    for word in ("delete", "delete-replaced"):
        done = {line.removeprefix(f"{word} "): index for index, line in enumerate(found) if line.startswith(f"{word} ")}
        for urn, needed in graph.items():
            early = [need for need in needed if urn in done and done.get(need, len(found)) < done[urn]]
            yield from (f"{place}: {need} was deleted before {urn}" for need in early)


def same_urn_order(place: str, recorded: list[str], found: list[str]) -> Iterator[str]:
    """Tell where the operations on one URN, or the deletes and the rest, come in another order."""
    for urn in {line.rpartition(" ")[2] for line in recorded}:
        expected, actual = ([line for line in lines if line.endswith(f" {urn}")] for lines in (recorded, found))
        if sorted(expected) == sorted(actual) and expected != actual:
            yield f"{place}: recorded {expected}, found {actual}"


def state_differences(recorded: Record, found: Record, *, strict: bool) -> Iterator[str]:
    expected = [*map(in_order, recorded["state"])]
    if strict:
        yield from collection("state", expected, found["state"])
        return
    known = {field for resource in recorded["state"] for field in resource} | {"urn", "id", "delete", "protect"}
    resources = [{key: value for key, value in item.items() if key in known} for item in found["state"]]
    yield from collection("state", expected, resources)


def state_order(export: Record, graph: dict[str, set[str]]) -> Iterator[str]:
    """Tell where a state names a resource before one that it needs (the CLI would refuse such a state)."""
    resources = export["deployment"].get("resources") or []
    places = {resource["urn"]: index for index, resource in enumerate(resources) if not resource.get("delete")}
    for urn, needed in graph.items():
        if urn in places:
            late = [need for need in needed if places.get(need, -1) > places[urn]]
            yield from (f"state: {urn} stands before {need}" for need in late)


def export_differences(recorded: Record, found: Record) -> Iterator[str]:
    before, after = (comparable(export) for export in (recorded, found))
    yield from collection("export.resources", before.pop("resources"), after.pop("resources"))
    yield from unequal("export", before, after)


def comparable(export: Record) -> Record:
    """Return the deployment with secrets whose ciphertext was recorded made alike."""
    deployment = dict(export["deployment"])
    resources = deployment.pop("resources", None) or []
    return {
        "version": export["version"],
        "resources": [plain(in_order(resource)) for resource in resources],
        **deployment,
    }


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        if "ciphertext" in value or "plaintext" in value:
            return {**{key: item for key, item in value.items() if key != "ciphertext"}, "plaintext": "${SECRET}"}
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
