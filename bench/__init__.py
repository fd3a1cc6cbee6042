"""Figures beside their peers; `make bench` runs them all."""
