"""Frozen values that travel the one road from a definition to objects."""
