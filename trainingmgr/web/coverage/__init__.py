"""How far a training is filled."""
