"""Checks over a whole plan, before anything is registered."""
