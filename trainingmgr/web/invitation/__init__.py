"""Lecturers asked: the organiser's page, and the page on which lecturers answer without an account."""
