"""GitOpsSets for Pulumi: one definition becomes the objects of every environment and cluster."""

__version__ = "0.1.0"
