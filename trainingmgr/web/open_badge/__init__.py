"""Certificates as Open Badges, and what their verifiers look up."""
