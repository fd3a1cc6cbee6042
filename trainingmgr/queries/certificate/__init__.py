"""Reads about certificates: what will be printed, what was issued, and what a checker may learn."""
