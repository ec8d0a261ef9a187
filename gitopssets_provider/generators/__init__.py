"""Generators: what yields the elements of a set."""
