"""A page for every figure and claim, what each release gave out, and what changed between two."""
