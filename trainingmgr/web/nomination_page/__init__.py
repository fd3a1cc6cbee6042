"""A unit's own page: where it names people for one training, without an account."""
