"""Templates: structure, text, and the expressions in them."""
