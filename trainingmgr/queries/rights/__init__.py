"""What is kept of a person, what people ask about it, and what has been kept long enough."""
