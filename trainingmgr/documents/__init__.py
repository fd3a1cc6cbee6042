"""Dataclasses in, bytes out: PDF, xlsx, csv, ics."""
