"""The imagePolicy generator: the image that a Flux ImagePolicy has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.generators.base import Context, Generator, asking, register
from gitopssets_provider.generators.objects import NAMESPACE, own_namespace, part
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.sources.kubernetes.kinds import IMAGE_POLICY

__all__ = ["ImagePolicy"]


@register
class ImagePolicy(Generator):
    """Yields one element: the image that a Flux ``ImagePolicy`` (v1 or v1beta2) of the management cluster has chosen.

    Parameters: ``image.reference`` (all of it), ``image.repository``, ``image.tag`` and ``image.digest``, and the same
    four of the image chosen before under ``image.previous``. They are texts; those that the policy does not tell are
    empty. A policy that has chosen no image yet is an error.
    """

    kind: ClassVar[str] = "imagePolicy"

    policy: str = Field(min_length=1, description="The policy's name.")
    namespace: str = Field(default="", description=NAMESPACE)

    def subject(self) -> str:
        """Return the policy."""
        return f"ImagePolicy {self.policy}"

    def expand(self, context: Context) -> list[Element]:
        """Return one element with the image."""
        try:
            namespace = own_namespace(self.namespace, context)
            what = f"ImagePolicy {namespace}/{self.policy}"
            with asking():
                status = part(context.sources.kubernetes.get(IMAGE_POLICY, namespace, self.policy), "status")
            image = _image(status, "latestRef", "latestImage")
            if not image["tag"] and not image["digest"]:
                raise SourceError(f"{what} has chosen no image", remedy="look at its status: kubectl describe")
            image["previous"] = _image(status, "observedPreviousRef", "observedPreviousImage")
            return [Element({"image": image}, Origin(context.path, what))]
        except GitOpsSetsError as error:
            raise error.at(context.path) from None


def _image(status: Mapping[str, Any], reference: str, text: str) -> dict[str, Any]:
    """Return an image from its parts (v1), or from its text (v1beta2)."""
    parts = part(status, reference)
    if parts:
        repository, tag, digest = (str(parts.get(key) or "") for key in ("name", "tag", "digest"))
    else:
        repository, tag, digest = _taken_apart(str(status.get(text) or ""))
    whole = f"{repository}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}"
    return {"reference": whole, "repository": repository, "tag": tag, "digest": digest}


def _taken_apart(image: str) -> tuple[str, str, str]:
    """Return repository, tag and digest; the colon of a port is none of a tag."""
    rest, _, digest = image.partition("@")
    folder, slash, last = rest.rpartition("/")
    name, _, tag = last.partition(":")
    return f"{folder}{slash}{name}", tag, digest
