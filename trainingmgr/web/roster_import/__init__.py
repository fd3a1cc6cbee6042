"""Importing a roster on screen: upload, look, confirm."""
