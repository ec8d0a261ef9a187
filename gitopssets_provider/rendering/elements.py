"""Elements: their parameters are looked at once, before templates use them."""

from __future__ import annotations

from collections.abc import Sequence

from gitopssets_provider.errors import GitOpsSetsError
from gitopssets_provider.model.element import Element
from gitopssets_provider.rendering.findings import Findings
from gitopssets_provider.rendering.leaves import canonical_parameters

__all__ = ["canonical_elements"]


def canonical_elements(elements: Sequence[Element]) -> list[Element]:
    """Return the elements with parameters of JSON; raise all that is none, with the generators' paths."""
    findings = Findings()
    clean: list[Element] = []
    for element in elements:
        try:
            parameters = canonical_parameters(element.parameters)
        except GitOpsSetsError as error:
            findings.add(error.at(element.origin.generator), element.origin)
        else:
            clean.append(element if parameters is element.parameters else Element(parameters, element.origin))
    if found := findings.error():
        raise found
    return clean
