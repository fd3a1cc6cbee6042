"""Personal data of an organisation: what people ask, how long it is kept, what was wiped."""
