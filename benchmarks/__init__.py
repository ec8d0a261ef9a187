"""Measures what the design promises. Run by hand with `make bench`; `make test` runs it once at a small size.

Every figure is a ratio of two things measured in one run, or an absolute one with its bound beside it; nothing here
ever fails because a machine is slow. What is left out is said where it is left out.
"""
