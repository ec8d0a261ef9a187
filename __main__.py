"""The stack's program: every set that the stack's configuration names."""

from gitopssets_provider import deploy

deploy()
