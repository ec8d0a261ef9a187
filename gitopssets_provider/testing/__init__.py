"""A kit for testing one's own sets."""
