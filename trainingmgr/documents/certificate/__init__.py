"""Draws completion certificates."""
