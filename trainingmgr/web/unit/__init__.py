"""The organisation's units on screen."""
