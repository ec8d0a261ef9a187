"""Which branches or tags of a repository are meant."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, field_validator, model_validator

from gitopssets_provider.errors import GitOpsSetsError, SourceError, did_you_mean
from gitopssets_provider.generators.glob import Glob
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.validation import nested
from gitopssets_provider.model.versions import Version, VersionRange
from gitopssets_provider.sources.base import GitReference

__all__ = ["References"]


class References(Model):
    """Which branches, or tags, are meant. Without any key, all of them.

    Patterns are those of files: ``release/*``. With ``semver`` or ``newest`` only names that are a version of three
    numbers are meant, with or without a leading ``v``, and the newest comes first; otherwise they come in byte order.
    """

    match: Items[str] = Field(default=(), description="Patterns of names; each must match one. Default: every name.")
    exclude: Items[str] = Field(default=(), description="Patterns of names that are left out.")
    prefix: str = Field(default="", description="What stands before the version in a name, such as podinfo-.")
    semver: str = Field(default="", description="A range of versions, such as >=1.2 <2, ^1.4, or * for all releases.")
    newest: int | None = Field(default=None, ge=1, description="How many to keep, the newest versions.")

    @field_validator("match", "exclude")
    @classmethod
    def _are_patterns(cls, patterns: Sequence[str]) -> Sequence[str]:
        try:
            for pattern in patterns:
                if "{{" not in pattern:
                    Glob(pattern)
        except GitOpsSetsError as error:
            raise nested(error) from None
        return patterns

    @field_validator("semver")
    @classmethod
    def _is_range(cls, text: str) -> str:
        try:
            if text and "{{" not in text:
                VersionRange.parse(text)
        except GitOpsSetsError as error:
            raise nested(error) from None
        return text

    @model_validator(mode="after")
    def _fit(self) -> References:
        if self.prefix and not self.by_version:
            raise ValueError("a prefix stands before a version; say semver or newest too")
        return self

    @property
    def by_version(self) -> bool:
        """Say whether names are versions."""
        return bool(self.semver) or self.newest is not None

    def of(
        self, known: Sequence[GitReference], noun: str, field: str, *, empty: bool
    ) -> list[tuple[GitReference, Version | None]]:
        """Return those that are meant, each with its version; a pattern without a match is an error unless ``empty``.

        ``noun`` is what they are called in errors, ``field`` where this stands.
        """
        names = [reference.name for reference in known]
        for pattern in self.match:
            if not empty and not any(map(Glob(pattern).matches, names)):
                remedy = did_you_mean(pattern, names)
                raise SourceError(
                    f"no {noun} matches {pattern} ({len(names)} in all)", remedy=remedy, path=f"{field}.match"
                )
        wanted, unwanted = ([Glob(pattern) for pattern in patterns] for patterns in (self.match, self.exclude))
        chosen = [
            reference
            for reference in known
            if (not wanted or any(glob.matches(reference.name) for glob in wanted))
            and not any(glob.matches(reference.name) for glob in unwanted)
        ]
        if not self.by_version:
            return [(reference, None) for reference in chosen]
        found = self._versions(chosen)
        if not found and not empty:
            fact = f"no {noun} is a version in the range {self.semver or '*'} ({len(chosen)} of {len(names)} match)"
            raise SourceError(fact, path=f"{field}.{'semver' if self.semver else 'newest'}")
        return found[: self.newest]

    def _versions(self, chosen: Sequence[GitReference]) -> list[tuple[GitReference, Version | None]]:
        within = VersionRange.parse(self.semver or "*")
        found: list[tuple[GitReference, Version]] = []
        for reference in chosen:
            version = Version.parse(reference.name.removeprefix(self.prefix))
            if version and reference.name.startswith(self.prefix) and version in within:
                found.append((reference, version))
        found.sort(key=lambda pair: (pair[1], pair[0].name), reverse=True)
        return [*found]
