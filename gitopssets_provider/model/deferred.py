"""Values that exist only when resources are registered: Pulumi outputs and secrets.

The road from a definition to objects needs no Pulumi, yet a leaf of a template may hold a ``pulumi.Output``. Whoever
knows Pulumi wraps it in an :class:`Opaque` before planning; a template leaf that uses one becomes a :class:`Deferred`,
and the same one resolves it afterwards. Anywhere else an ``Opaque`` refuses to be looked at, so that it can decide no
structure: not a name, not a key, not a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

__all__ = ["Deferred", "Opaque", "OpaqueUsedError"]


class OpaqueUsedError(Exception):
    """Signals that an opaque value was looked at; whoever knows the place turns it into an error for the user."""

    def __init__(self, opaque: Opaque) -> None:
        super().__init__(f"{opaque.label} is not known while planning")
        self.opaque = opaque


class Opaque:
    """A value that must not be looked at while planning.

    ``label`` says what it is ("secrets.password", "a pulumi.Output") without its value. With ``known`` the ``handle``
    is the plain value itself (a secret of the stack's configuration), without it something only the caller can resolve.
    """

    __slots__ = ("handle", "known", "label", "secret")

    def __init__(self, handle: Any, *, label: str, secret: bool, known: bool) -> None:
        self.handle = handle
        self.label = label
        self.secret = secret
        self.known = known

    def __repr__(self) -> str:
        return f"<{self.label}>"

    def _refuse(self, *_: Any) -> NoReturn:
        raise OpaqueUsedError(self)

    __str__ = __bool__ = __len__ = __int__ = __float__ = __format__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = _refuse
    __add__ = __radd__ = __mod__ = __mul__ = __getitem__ = __contains__ = __call__ = _refuse

    def __iter__(self) -> Iterator[Any]:
        raise OpaqueUsedError(self)


@dataclass(frozen=True, slots=True, eq=False)
class Deferred:
    """A template leaf whose value is computed from opaque values, at registration.

    ``evaluate`` takes the values of ``inputs`` in order and returns the leaf's JSON value; it may raise
    :class:`~gitopssets_provider.errors.TemplateError`. ``text`` is what a report shows: the template's own expression.
    """

    inputs: tuple[Opaque, ...]
    evaluate: Callable[[Sequence[Any]], Any]
    text: str

    @property
    def secret(self) -> bool:
        """Say whether the leaf must be a Pulumi secret."""
        return any(opaque.secret for opaque in self.inputs)

    @property
    def known(self) -> bool:
        """Say whether :meth:`reveal` can compute the value here and now."""
        return all(opaque.known for opaque in self.inputs)

    def reveal(self) -> Any:
        """Return the plain value; call it only where a secret may be written, and only if :attr:`known`."""
        return self.evaluate([opaque.handle for opaque in self.inputs])
