"""The only input and output on behalf of a plan."""
