"""Mail: writing it down, who is still to get one, and what became of it."""
