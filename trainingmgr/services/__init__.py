"""Use cases: each function is one, and commits once."""
