"""Commands of maintainers and of the build."""
