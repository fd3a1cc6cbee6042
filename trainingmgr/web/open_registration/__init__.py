"""Registration open to whoever has a training's address."""
